import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cameByGateway, controlPrefix } from '../server/app.ts'
import { type OauthGrant, tokenPath } from '../server/oauth.ts'
import { anonymousAnswer } from './anonymous.ts'
import type { JiraSite, JiraUser } from './site.ts'

declare module 'fastify' {
  interface FastifyRequest {
    jiraCaller: JiraCaller | null
  }
}

/**
 * Credentials that the simulator accepts, and whose they are (default: the site's first user). Cloud takes scoped tokens
 * at the gateway only (`/ex/jira/CLOUD-ID/...`).
 */
export type JiraAccount =
  | { readonly email: string; readonly apiToken: string; readonly scoped?: boolean; readonly userKey?: string }
  | { readonly token: string; readonly userKey?: string }

/** Accepted when nothing else is configured: basic credentials on Cloud, a personal access token on Data Center. */
export const defaultJiraAccounts: readonly JiraAccount[] = [
  { email: 'headroom@example.invalid', apiToken: 'simulated-api-token' },
  { token: 'simulated-access-token' },
]

export interface JiraCaller {
  readonly user: JiraUser
  /** Signed in as an OAuth app, which alone may register dynamic webhooks. */
  readonly isOauth: boolean
}

/**
 * Asks every REST request for credentials. An expired API token is answered as Cloud does, with an anonymous 200; an
 * expired access token, which is good at the gateway only, with 401.
 */
export function requireJiraAccount(
  app: FastifyInstance,
  site: JiraSite,
  accounts: readonly JiraAccount[],
  oauth: OauthGrant,
): void {
  const known = new Map(accounts.map((account) => [authorizationOf(account, site.kind), account]))
  app.decorateRequest('jiraCaller', null)
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith(controlPrefix) || request.url.startsWith(tokenPath) || reply.sent) return undefined
    const { authorization = '' } = request.headers
    const byGateway = cameByGateway(request)
    const isOauth = byGateway && oauth.accepts(authorization)
    const account = known.get(authorization)
    const isScoped = account !== undefined && 'scoped' in account && account.scoped === true
    if ((isOauth || (account && (byGateway || !isScoped))) && request.fault?.kind !== 'expired-token') {
      request.jiraCaller = { user: callingUser(site, account?.userKey), isOauth }
      return undefined
    }
    reply.header('x-seraph-loginreason', 'AUTHENTICATED_FAILED')
    if (account && !isScoped && site.kind === 'cloud') return anonymousAnswer(request, reply)
    return refuse(reply)
  })
}

/** The user behind the request's credentials. */
export function callerOf(request: FastifyRequest): JiraCaller {
  if (request.jiraCaller === null) throw new Error('A route was reached without credentials.')
  return request.jiraCaller
}

/** The time zone of the caller's profile, in which JQL reads its dates. */
export function callerTimeZone(request: FastifyRequest): string {
  return callerOf(request).user.timeZone ?? 'Etc/UTC'
}

function authorizationOf(account: JiraAccount, kind: JiraSite['kind']): string {
  if ('token' in account) return kind === 'dc' ? `Bearer ${account.token}` : 'not accepted on Cloud'
  return `Basic ${Buffer.from(`${account.email}:${account.apiToken}`).toString('base64')}`
}

const nobody: JiraUser = {
  key: 'simulator',
  name: 'simulator',
  displayName: 'Simulator',
  emailAddress: null,
  timeZone: 'Etc/UTC',
  active: true,
  accountType: 'app',
}

function callingUser(site: JiraSite, key: string | undefined): JiraUser {
  const named = key === undefined ? site.users[0] : site.users.find((user) => user.key === key)
  return named ?? nobody
}

function refuse(reply: FastifyReply): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', 'OAuth realm="simulator"')
    .send({ message: 'Client must be authenticated to access this resource.', 'status-code': 401 })
}
