import type { TrackerKind } from '@headroom/domain'
import { z } from 'zod'
import type { OauthCredentials } from './access-token.ts'
import { TrackerProtocolError, TrackerUnauthorizedError, TrackerUnavailableError } from './errors.ts'
import { networkFailure } from './network-failure.ts'
import type { Outlet } from './outlet.ts'
import type { TrackerCredentials } from './tracker.ts'

/** True for credentials whose access tokens have to be fetched and renewed. */
export function isOauth(credentials: TrackerCredentials): credentials is OauthCredentials {
  return 'clientId' in credentials
}

const answerSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish(),
})

export interface RenewOptions {
  readonly kind: TrackerKind
  readonly baseUrl: string
  readonly outlet: Outlet
  readonly timeoutMs: number
  readonly now: () => number
}

/**
 * Asks for the next access token and gives the credentials with everything that the answer changed; they replace the old
 * ones, whose refresh token is used up. Throws TrackerUnauthorizedError with the remedy when the grant has ended, and
 * TrackerUnavailableError when the answer was lost: the old refresh token may then be used again for some minutes
 * (Atlassian 10, Linear 30).
 */
export async function renewOauth(credentials: OauthCredentials, options: RenewOptions): Promise<OauthCredentials> {
  const url = tokenUrl(options)
  const { clientId, clientSecret, refreshToken } = credentials
  const grant = refreshToken
    ? { grant_type: 'refresh_token', refresh_token: refreshToken }
    : { grant_type: 'client_credentials', scope: 'read' }
  const { status, text } = await post(url, { ...grant, client_id: clientId, client_secret: clientSecret }, options)
  if (status === 429 || status >= 500) {
    throw new TrackerUnavailableError(`${url.host} can't renew the access token now (${status}).`, { status })
  }
  if (status < 200 || status >= 300) throw refusal(status, text, url)
  const answer = parse(text, url)
  const seconds = answer.expires_in ?? 3600
  return {
    clientId,
    clientSecret,
    ...(refreshToken ? { refreshToken: answer.refresh_token ?? refreshToken } : {}),
    accessToken: answer.access_token,
    accessTokenExpiresAt: options.now() + seconds * 1000,
  }
}

/** Atlassian signs in on a host of its own beside its gateway; Linear, and whatever else answers, where its API is. */
function tokenUrl({ kind, baseUrl }: RenewOptions): URL {
  const url = new URL('/oauth/token', baseUrl)
  if (kind !== 'linear') url.hostname = url.hostname.replace(/^api\./, 'auth.')
  return url
}

async function post(
  url: URL,
  fields: Record<string, string>,
  { kind, outlet, timeoutMs }: RenewOptions,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': kind === 'linear' ? 'application/x-www-form-urlencoded' : 'application/json',
        'user-agent': 'Headroom',
      },
      body: kind === 'linear' ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...outlet,
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    throw networkFailure(error, url.host, timeoutMs)
  }
}

/** Only the error's code is repeated: what else the server says might quote a token. */
function refusal(status: number, text: string, url: URL): Error {
  const code = /"error"\s*:\s*"(\w{1,60})"/.exec(text)?.[1] ?? 'no reason given'
  if (code === 'invalid_client' || code === 'unauthorized_client') {
    return new TrackerUnauthorizedError(
      `${url.host} does not know the OAuth app (${code}); check the client id and the client secret.`,
      { status },
    )
  }
  if (code === 'invalid_grant' || status === 401 || status === 403) {
    return new TrackerUnauthorizedError(
      `${url.host} no longer honours the refresh token (${code}): it has expired, was revoked or used elsewhere. Let the app in anew and enter the new refresh token.`,
      { status },
    )
  }
  return new TrackerProtocolError(`${url.host} refused to renew the access token (${status}, ${code}).`, { status })
}

function parse(text: string, url: URL): z.infer<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(text))
  } catch {
    throw new TrackerUnavailableError(`${url.host} answered the request for an access token with something unknown.`)
  }
}
