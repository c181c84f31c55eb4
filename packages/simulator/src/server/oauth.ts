import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** An OAuth app that somebody has let in. */
export interface OauthApp {
  readonly clientId: string
  readonly clientSecret: string
  /** The first refresh token, as the sign-in in a browser gave it. */
  readonly refreshToken: string
  /** How long an access token lives. Default: an hour. */
  readonly accessTokenSeconds?: number
  /** How long a used refresh token is taken once more, for answers that were lost. Default: ten minutes. */
  readonly reuseSeconds?: number
}

/** The grant of one app, on the tracker's clock. */
export interface OauthGrant {
  /** True for an Authorization header with an access token that is valid now. */
  accepts(authorization: string | undefined): boolean
  /** How often a refresh token was exchanged. */
  readonly renewals: number
  /** The access tokens given until now end at once; refresh tokens stay good. */
  expireAccessTokens(): void
  /** The user takes the permission back: nothing is accepted any more. */
  revoke(): void
}

/** Where access tokens are fetched: beside Linear's API, and on a host of its own at Atlassian. */
export const tokenPath = '/oauth/token'

interface TokenRequest {
  readonly grant_type?: string
  readonly client_id?: string
  readonly client_secret?: string
  readonly refresh_token?: string
}

/**
 * `POST /oauth/token` for the grant types `refresh_token` and `client_credentials`. Refresh tokens rotate: each is for one
 * use. One that is used again late was stolen by somebody, so that the whole grant ends.
 */
export function oauthRoutes(app: FastifyInstance, oauth: OauthApp | undefined, now: () => number): OauthGrant {
  const accessTokens = new Map<string, number>()
  const usedAt = new Map<string, number>()
  let current = oauth?.refreshToken
  let renewals = 0
  const revoke = () => {
    current = undefined
    accessTokens.clear()
  }
  const tokens = (clientSeconds: number, refreshToken?: string) => {
    const access_token = `access-${randomBytes(12).toString('hex')}`
    accessTokens.set(access_token, now() + clientSeconds * 1000)
    return {
      access_token,
      token_type: 'Bearer',
      expires_in: clientSeconds,
      scope: 'read:jira-work read:jira-user offline_access',
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    }
  }
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  app.post<{ Body: TokenRequest }>(tokenPath, async (request, reply) => {
    const { grant_type, client_id, client_secret, refresh_token = '' } = request.body
    if (!oauth || client_id !== oauth.clientId || client_secret !== oauth.clientSecret)
      return refuse(reply, 401, 'invalid_client')
    const seconds = oauth.accessTokenSeconds ?? 3600
    if (grant_type === 'client_credentials') return tokens(seconds)
    if (grant_type !== 'refresh_token') return refuse(reply, 400, 'unsupported_grant_type')
    const used = usedAt.get(refresh_token)
    const isReused = used !== undefined && now() - used <= (oauth.reuseSeconds ?? 600) * 1000
    if (current === undefined || (refresh_token !== current && !isReused)) {
      if (used !== undefined) revoke()
      return refuse(reply, 403, 'invalid_grant')
    }
    if (!isReused) usedAt.set(refresh_token, now())
    usedAt.set(current, usedAt.get(current) ?? now())
    current = `refresh-${randomBytes(12).toString('hex')}`
    renewals += 1
    return tokens(seconds, current)
  })
  return {
    accepts: (authorization) => (accessTokens.get(authorization?.replace(/^Bearer /, '') ?? '') ?? 0) > now(),
    get renewals() {
      return renewals
    },
    expireAccessTokens: () => accessTokens.clear(),
    revoke,
  }
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error, error_description: 'The token endpoint refused the request.' })
}
