import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { controlPrefix } from '../server/app.ts'
import { anonymousAnswer } from './anonymous.ts'
import type { JiraSite, JiraUser } from './site.ts'

declare module 'fastify' {
  interface FastifyRequest {
    jiraCaller: JiraCaller | null
  }
}

/** Credentials that the simulator accepts, and whose they are (default: the site's first user). */
export type JiraAccount =
  | { readonly email: string; readonly apiToken: string; readonly userKey?: string }
  | { readonly token: string; readonly userKey?: string }

/** Accepted when nothing else is configured: basic credentials on Cloud, a personal access token on Data Center. */
export const defaultJiraAccounts: readonly JiraAccount[] = [
  { email: 'headroom@example.invalid', apiToken: 'simulated-api-token' },
  { token: 'simulated-access-token' },
]

export interface JiraCaller {
  readonly user: JiraUser
}

/** Asks every REST request for credentials. An expired token is answered as Cloud does: with an anonymous 200. */
export function requireJiraAccount(app: FastifyInstance, site: JiraSite, accounts: readonly JiraAccount[]): void {
  const users = new Map(accounts.map((account) => [authorizationOf(account, site.kind), account.userKey]))
  app.decorateRequest('jiraCaller', null)
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith(controlPrefix) || reply.sent) return undefined
    const { authorization } = request.headers
    const known = authorization !== undefined && users.has(authorization)
    if (known && request.fault?.kind !== 'expired-token') {
      request.jiraCaller = { user: callingUser(site, users.get(authorization)) }
      return undefined
    }
    reply.header('x-seraph-loginreason', 'AUTHENTICATED_FAILED')
    if (known && site.kind === 'cloud') return anonymousAnswer(request, reply)
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
