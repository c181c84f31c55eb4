import { TrackerProtocolError, TrackerUnauthorizedError, TrackerUnavailableError } from '../errors.ts'
import { networkFailure } from '../network-failure.ts'
import type { Outlet } from '../outlet.ts'
import { retryAfterMs } from './rate.ts'

export interface JiraRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly uri: string
  readonly authorization: string
  readonly timeoutMs: number
  readonly body?: unknown
  readonly outlet: Outlet
  /** Called with every answer, good or bad, before anything is made of it. */
  readonly heard: (status: number, headers: Headers) => void
}

/** A good answer of Jira, with the headers that the library throws away. */
export interface JiraAnswer {
  readonly body: unknown
  readonly headers: Headers
}

/**
 * One request to Jira. Every answer that is not JSON data becomes one of our errors, with its status, its Retry-After and
 * what Jira said. Redirects are not followed: they lead to sign-in pages or other hosts, and would carry the credentials.
 */
export async function sendJira(request: JiraRequest): Promise<JiraAnswer> {
  const host = new URL(request.uri).host
  let response: Response
  let text: string
  try {
    response = await fetch(request.uri, {
      method: request.method,
      headers: {
        authorization: request.authorization,
        accept: 'application/json',
        'user-agent': 'Headroom',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      redirect: 'manual',
      signal: AbortSignal.timeout(request.timeoutMs),
      ...request.outlet,
    })
    request.heard(response.status, response.headers)
    text = await response.text()
  } catch (error) {
    throw networkFailure(error, host, request.timeoutMs)
  }
  if (!response.ok) throw refusal(response, text, host)
  if (/AUTHENTICATED_FAILED|AUTHENTICATION_DENIED/.test(response.headers.get('x-seraph-loginreason') ?? '')) {
    throw new TrackerUnauthorizedError(
      `${host} answered as if nobody were signed in; the token has expired or was revoked. Make a new one.`,
      { status: response.status },
    )
  }
  return { body: parse(response, text, host), headers: response.headers }
}

function parse(response: Response, text: string, host: string): unknown {
  if (isWebPage(response, text)) {
    throw new TrackerProtocolError(
      `${host} answered with a web page; is the address right, is a single sign-on in front of it?`,
      { status: response.status, body: text.slice(0, 500) },
    )
  }
  if (text === '') return null
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (cause) {
    throw new TrackerUnavailableError(`${host} answered with broken JSON; something cut it on the way.`, { cause })
  }
  const messages = errorMessages(body)
  if (messages)
    throw new TrackerProtocolError(`${host} answered: ${messages}`, {
      status: response.status,
      body: text.slice(0, 500),
    })
  return body
}

function refusal(response: Response, text: string, host: string): Error {
  const { status } = response
  const said = saying(text)
  const body = text.slice(0, 500)
  if (status === 401 || status === 403) {
    const captcha = /CAPTCHA/i.test(response.headers.get('x-authentication-denied-reason') ?? '')
    const remedy = captcha
      ? 'sign in there once with a browser and solve the CAPTCHA'
      : status === 401
        ? 'check the account and its token'
        : 'the account lacks a permission'
    return new TrackerUnauthorizedError(`${host} refused the credentials (${status}): ${remedy}${said}`, { status })
  }
  if (status === 429 || status >= 500 || status === 408) {
    const reason = response.headers.get('ratelimit-reason')
    const what =
      status === 429 ? `${host} limits the rate of requests${reason ? ` (${reason})` : ''}` : `${host} can't answer now`
    return new TrackerUnavailableError(`${what} (${status})${said}`, {
      status,
      retryAfterMs: retryAfterMs(response.headers),
    })
  }
  if (status >= 300 && status < 400) {
    const to = response.headers.get('location') ?? 'another address'
    return new TrackerProtocolError(`${host} redirects to ${to}; use the address that it redirects to.`, {
      status,
      body,
    })
  }
  if (isWebPage(response, text)) {
    return new TrackerProtocolError(`${host} answered with a web page (${status}); is the address right?`, {
      status,
      body,
    })
  }
  return new TrackerProtocolError(`${host} refused the request (${status})${said}`, { status, body })
}

function isWebPage(response: Response, text: string): boolean {
  return (response.headers.get('content-type') ?? '').includes('text/html') || /^\s*</.test(text)
}

function saying(text: string): string {
  try {
    const messages = errorMessages(JSON.parse(text))
    return messages ? `: ${messages}` : ''
  } catch {
    return ''
  }
}

function errorMessages(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const messages = 'errorMessages' in body && Array.isArray(body.errorMessages) ? body.errorMessages : []
  const fields = 'errors' in body && body.errors && typeof body.errors === 'object' ? Object.values(body.errors) : []
  const said = [...messages, ...(messages.length > 0 ? fields : [])].filter((m) => typeof m === 'string')
  return said.length > 0 ? said.join(' ').slice(0, 500) : null
}
