import { LinearClient, LinearError } from '@linear/sdk'
import { type SignIn, signInOf, withSignIn } from '../access-token.ts'
import { TrackerProtocolError, TrackerUnauthorizedError, TrackerUnavailableError } from '../errors.ts'
import { networkFailure } from '../network-failure.ts'
import { saysNothing } from '../request-gate.ts'
import { type RetryOptions, withRetries } from '../retry.ts'
import type { TrackerConnection } from '../tracker.ts'
import { readLinearRate, retryAfterMs } from './rate.ts'

/** How Linear is spoken to. */
export type LinearConnection = TrackerConnection

export interface LinearAnswer {
  readonly data: unknown
  readonly headers: Headers
}

export type LinearRequest = (
  query: string,
  variables: Readonly<Record<string, unknown>>,
  options?: { readonly attempts: number },
) => Promise<LinearAnswer>

/** Linear prices queries before it runs them; asking for less of the same passes. */
export class QueryTooComplexError extends TrackerProtocolError {
  override name = 'QueryTooComplexError'
}

/**
 * Requests through the SDK's own client, which sends our documents and keeps the headers. A client is made for each
 * request (it is a small object), because the SDK takes a time limit only when it is made.
 */
export function createLinearRequest(connection: LinearConnection): LinearRequest {
  const host = hostOf(connection.baseUrl)
  const signIn = linearSignIn(connection)
  clientFor(connection, '')
  const { gate, timeoutMs } = connection
  const send = async (
    query: string,
    variables: Readonly<Record<string, unknown>>,
    authorization: string,
  ): Promise<LinearAnswer> => {
    await gate.enter()
    let said = saysNothing
    try {
      const { client } = clientFor(connection, authorization)
      const answer = await client.rawRequest(query, variables, { 'user-agent': 'Headroom' })
      const headers = answer.headers ?? new Headers()
      said = readLinearRate(false, headers)
      return { data: answer.data, headers }
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal) said = readLinearRate(isRateLimited(refusal), refusal.headers)
      throw linearFailure(error, refusal, host, timeoutMs)
    } finally {
      gate.leave(said)
    }
  }
  return (query, variables, options) => {
    const retry: RetryOptions = { ...connection, attempts: options?.attempts ?? 4 }
    return withRetries(() => withSignIn(signIn, (authorization) => send(query, variables, authorization)), retry)
  }
}

function linearSignIn({ credentials, accessToken }: TrackerConnection): SignIn {
  if ('apiKey' in credentials) return signInOf(credentials.apiKey)
  if ('token' in credentials) return signInOf(`Bearer ${credentials.token}`)
  if ('clientId' in credentials) return signInOf(accessToken)
  throw new TrackerProtocolError(
    'A Linear connection needs an API key or an OAuth app; an e-mail address with a token is for Jira.',
  )
}

/** The SDK sends an `apiKey` as the whole header, which suits tokens as well. */
function clientFor({ baseUrl, timeoutMs, outlet }: TrackerConnection, authorization: string): LinearClient {
  const signal = AbortSignal.timeout(timeoutMs)
  const options = { apiUrl: baseUrl, redirect: 'manual' as const, signal, ...outlet }
  try {
    return new LinearClient({ ...options, apiKey: authorization || 'none' })
  } catch (cause) {
    throw new TrackerProtocolError(
      `Linear's client refuses the address ${baseUrl}: it must be https, or http to localhost, 127.0.0.1 or [::1].`,
      { cause },
    )
  }
}

function hostOf(baseUrl: string): string {
  if (URL.canParse(baseUrl)) return new URL(baseUrl).host
  throw new TrackerProtocolError(`"${baseUrl}" is not an address; Linear's is https://api.linear.app/graphql`)
}

interface Refusal {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly errors: readonly { readonly message: string; readonly code: string; readonly type: string }[]
}

/**
 * The HTTP status says little (200 may be a failure, 400 may be a rate limit), so the code in the body decides; the SDK's
 * own classes look only at the first error's `type`, which the rate limiter leaves out.
 */
function linearFailure(error: unknown, refusal: Refusal | null, host: string, timeoutMs: number): Error {
  if (!refusal) return networkFailure(error, host, timeoutMs)
  const { status, headers, errors, text } = refusal
  const says = (pattern: RegExp) => errors.some((e) => pattern.test(`${e.code} ${e.type}`))
  const said = errors[0]?.message ?? (text.trimStart().startsWith('<') ? 'a web page' : text.slice(0, 200))
  if (isRateLimited(refusal)) {
    return new TrackerUnavailableError(`${host} limits the rate of requests: ${said}`, {
      status,
      retryAfterMs: retryAfterMs(headers),
    })
  }
  if (status === 401 || status === 403 || says(/AUTHENTICATION|FORBIDDEN|feature not accessible/i)) {
    return new TrackerUnauthorizedError(
      `${host} refused the credentials (${status}); check the API key and its permissions.`,
      { status },
    )
  }
  if (status >= 500 || says(/INTERNAL_SERVER_ERROR|internal error|lock timeout|network error/i)) {
    return new TrackerUnavailableError(`${host} can't answer now (${status}): ${said}`, { status })
  }
  if (errors.some((e) => /too complex/i.test(e.message))) return new QueryTooComplexError(said, { status })
  if (errors.length === 0) {
    const to = headers.get('location')
    return new TrackerProtocolError(
      to ? `${host} redirects to ${to}; use that address.` : `${host} answered with ${said}; is the address right?`,
      { status, body: text.slice(0, 500) },
    )
  }
  return new TrackerProtocolError(`${host} refused the request (${status}): ${said}`, {
    status,
    body: JSON.stringify(errors).slice(0, 500),
  })
}

function isRateLimited({ status, errors }: Refusal): boolean {
  return status === 429 || errors.some((e) => /RATELIMITED/i.test(`${e.code} ${e.type}`))
}

function refusalOf(error: unknown): Refusal | null {
  const raw: unknown = error instanceof LinearError ? error.raw : null
  const response = field(raw, 'response')
  const status = field(response, 'status')
  if (typeof status !== 'number') return null
  const headers = field(response, 'headers')
  const text = field(response, 'error')
  const errors = field(response, 'errors')
  return {
    status,
    headers: headers instanceof Headers ? headers : new Headers(),
    text: typeof text === 'string' ? text : '',
    errors: (Array.isArray(errors) ? errors : []).map((e: unknown) => ({
      message: String(field(e, 'message') ?? ''),
      code: String(field(field(e, 'extensions'), 'code') ?? ''),
      type: String(field(field(e, 'extensions'), 'type') ?? ''),
    })),
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
