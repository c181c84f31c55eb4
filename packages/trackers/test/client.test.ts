import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Cursor,
  createTracker,
  type Tracker,
  TrackerProtocolError,
  TrackerUnauthorizedError,
  TrackerUnavailableError,
} from '../src/index.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A tiny server that answers every request in one way. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering =
  (
    status: number,
    body: string,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body)
  }

const noReferences = {
  siteUrl: '',
  statuses: {},
  estimateFields: [],
  sprintFields: [],
  epicLinkFields: [],
  epicLabelFields: [],
  parentLinkFields: [],
}

const html = { 'content-type': 'text/html; charset=utf-8' }

function jira(baseUrl: string, waits: number[] = [], timeoutMs = 5000): Tracker {
  return createTracker(
    { kind: 'jira-cloud', baseUrl, credentials: { email: 'a@b.c', apiToken: 'top-secret' }, scope: {} },
    { wait: async (ms) => void waits.push(ms), random: () => 0.5, timeoutMs },
  )
}

function linear(baseUrl: string, waits: number[] = []): Tracker {
  return createTracker(
    { kind: 'linear', baseUrl, credentials: { apiKey: 'top-secret' }, scope: {} },
    { wait: async (ms) => void waits.push(ms), random: () => 0.5, timeoutMs: 5000 },
  )
}

describe("what Jira's answers mean to a person", () => {
  it.each([
    [
      'a wrong token',
      answering(401, ''),
      TrackerUnauthorizedError,
      /refused the credentials \(401\): check the account and its token/,
    ],
    [
      'a missing permission',
      answering(403, '{"errorMessages":["No."]}'),
      TrackerUnauthorizedError,
      /lacks a permission: No\./,
    ],
    [
      'a CAPTCHA',
      answering(403, '', { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=x' }),
      TrackerUnauthorizedError,
      /solve the CAPTCHA/,
    ],
    [
      'an anonymous 200',
      answering(200, '{}', { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }),
      TrackerUnauthorizedError,
      /as if nobody were signed in/,
    ],
    [
      'a login page',
      answering(200, '<html>Sign in</html>', html),
      TrackerProtocolError,
      /web page; is the address right, is a single sign-on/,
    ],
    ['a 404 page', answering(404, '<html>', html), TrackerProtocolError, /web page \(404\); is the address right/],
    [
      'a removed resource',
      answering(410, '{"errorMessages":["The requested API has been removed."],"errors":{}}'),
      TrackerProtocolError,
      /\(410\): The requested API has been removed\./,
    ],
    [
      'a redirect',
      answering(302, '', { location: 'https://new.example' }),
      TrackerProtocolError,
      /redirects to https:\/\/new\.example/,
    ],
    [
      'a 200 with errors',
      answering(200, '{"errorMessages":["Half of it failed."]}'),
      TrackerProtocolError,
      /Half of it failed\./,
    ],
    ['maintenance', answering(503, '<html>', html), TrackerUnavailableError, /can't answer now \(503\)/],
    ['something else', answering(200, '[1]'), TrackerProtocolError, /answered who we are with something unknown/],
  ])('%s', async (_, answer, error, message) => {
    const test = jira(await serve(answer)).test()

    await expect(test).rejects.toThrow(error)
    await expect(test).rejects.toThrow(message)
    await expect(test.catch((e: Error) => e.message)).resolves.not.toMatch(/top-secret|\n/)
  })

  it('an address where nothing listens, a host that nobody knows, one that never answers', async () => {
    const closed = await serve(answering(200, '{}'))
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
    const silent = await serve(() => {})

    await expect(jira(closed).test()).rejects.toThrow(/refuses the connection; check the address and the port/)
    await expect(jira('https://no-such-host.invalid').test()).rejects.toThrow(/no-such-host\.invalid is not known/)
    await expect(jira(silent, [], 200).test()).rejects.toThrow(TrackerUnavailableError)
    await expect(jira(silent, [], 200).test()).rejects.toThrow(/did not answer within/)
  })

  it('an address that is none', () => {
    expect(() => jira('my jira')).toThrow('"my jira" is not the address of a Jira site')
  })
})

describe('requests to Jira', () => {
  it('keep the context path, carry the credentials and are repeated with growing, jittered waits', async () => {
    const seen: string[] = []
    const url = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      answering(seen.length < 4 ? 502 : 200, '{"count":7}')(request, response)
    })
    const waits: number[] = []

    const count = await jira(`${url}/jira/`, waits).count()

    const basic = `Basic ${Buffer.from('a@b.c:top-secret').toString('base64')}`
    expect(count).toBe(7)
    expect(seen).toEqual(Array(4).fill(`POST /jira/rest/api/3/search/approximate-count ${basic}`))
    expect(waits).toEqual([1000, 2000, 4000])
  })

  it('wait as long as the tracker says, by seconds, by date or by the reset of the quota', async () => {
    const headers = [
      { 'retry-after': '5' },
      { 'retry-after': new Date(Date.now() + 20_000).toUTCString() },
      {
        'x-ratelimit-reset': new Date(Date.now() + 20_000).toISOString(),
        'ratelimit-reason': 'jira-quota-tenant-based',
      },
    ]
    for (const header of headers) {
      let asked = 0
      const url = await serve((request, response) => {
        answering(++asked === 1 ? 429 : 200, '{"count":7}', header)(request, response)
      })
      const waits: number[] = []

      await jira(url, waits).count()

      expect(waits[0]).toBeGreaterThanOrEqual(5000)
    }
  })

  it('ask for smaller pages when large ones time out at the gateway', async () => {
    const sizes: number[] = []
    const url = await serve(async (request, response) => {
      let body = ''
      for await (const part of request) body += part
      sizes.push(JSON.parse(body).maxResults)
      answering(sizes.length <= 4 ? 504 : 200, '{"issues":[],"isLast":true}')(request, response)
    })

    expect(await jira(url).readPage(noReferences, null)).toEqual({ tickets: [], next: null })
    expect(sizes).toEqual([100, 100, 100, 100, 50])
  })

  it('never take a proxy 404 page for the proof that a ticket is gone', async () => {
    const dc = (baseUrl: string) => createTracker({ kind: 'jira-dc', baseUrl, credentials: { token: 't' }, scope: {} })
    const proxy = await serve(answering(404, '<html>', html))
    const real = await serve(answering(404, '{"errorMessages":["Issue Does Not Exist"],"errors":{}}'))

    await expect(dc(proxy).readByIds(noReferences, ['1'])).rejects.toThrow(TrackerProtocolError)
    expect(await dc(real).readByIds(noReferences, ['1'])).toEqual({ tickets: [], missing: ['1'] })
  })
})

describe('the search of Data Center', () => {
  it('is walked past the 10,000 rows that it shows by offset, also when it gives fewer rows than asked', async () => {
    const all = Array.from({ length: 10_300 }, (_, i) => ({ id: String(i), created: 1_700_000_000_000 + i * 20_000 }))
    const url = await serve(async (request, response) => {
      let text = ''
      for await (const part of request) text += part
      const { jql, startAt, maxResults } = JSON.parse(text)
      if (startAt + maxResults > 10_000)
        return answering(500, '{"errorMessages":["Search limit exceeded"]}')(request, response)
      const from = Number(/created >= (\d+)/.exec(jql)?.[1] ?? 0)
      const found = all.filter((row) => row.created >= from)
      const issues = found.slice(startAt, startAt + Math.min(maxResults, 70)).map(({ id, created }) => ({
        id,
        key: `A-${id}`,
        fields: { created: new Date(created).toISOString().replace('Z', '+0000') },
      }))
      answering(200, JSON.stringify({ startAt, maxResults: 70, total: found.length, issues }))(request, response)
    })
    const tracker = createTracker({ kind: 'jira-dc', baseUrl: url, credentials: { token: 't' }, scope: {} })

    const ids: string[] = []
    for (let cursor: Cursor | null = null; ; ) {
      const page = await tracker.readPage(noReferences, cursor)
      ids.push(...page.tickets.map((t) => t.externalId))
      cursor = page.next
      if (cursor === null) break
    }

    expect(ids).toEqual(all.map((row) => row.id))
  })
})

describe("what Linear's answers mean to a person", () => {
  const refusal = (extensions: object, message = 'No.') =>
    JSON.stringify({ data: null, errors: [{ message, extensions }] })

  it.each([
    [
      'a wrong key',
      401,
      refusal({ code: 'AUTHENTICATION_ERROR', type: 'authentication error' }),
      TrackerUnauthorizedError,
      /check the API key/,
    ],
    [
      'a wrong key with status 400',
      400,
      refusal({ code: 'AUTHENTICATION_ERROR' }),
      TrackerUnauthorizedError,
      /check the API key/,
    ],
    [
      'a refused query',
      400,
      refusal({ code: 'GRAPHQL_VALIDATION_FAILED' }, 'Cannot query field "x".'),
      TrackerProtocolError,
      /Cannot query field "x"\./,
    ],
    [
      'a failure with status 200',
      200,
      refusal({ code: 'INPUT_ERROR' }, 'Entity not found: Issue'),
      TrackerProtocolError,
      /Entity not found/,
    ],
    ['a web page', 200, '<html>', TrackerProtocolError, /a web page; is the address right/],
    ['an outage', 503, '<html>', TrackerUnavailableError, /can't answer now \(503\)/],
    [
      'a rate limit, which has status 400',
      400,
      refusal({ code: 'RATELIMITED' }, 'Only 2500 requests are allowed per 1 hour'),
      TrackerUnavailableError,
      /Only 2500 requests/,
    ],
  ])('%s', async (_, status, body, error, message) => {
    const headers = body.startsWith('<') ? html : { 'content-type': 'application/json' }
    const test = linear(await serve(answering(status, body, headers))).test()

    await expect(test).rejects.toThrow(error)
    await expect(test).rejects.toThrow(message)
    await expect(test.catch((e: Error) => e.message)).resolves.not.toMatch(/top-secret|\n/)
  })

  it('an address that its client does not speak to', () => {
    expect(() => linear('http://linear.example/graphql')).toThrow(/must be https, or http to localhost/)
    expect(() => linear('linear')).toThrow(/"linear" is not an address/)
  })

  it('a rate limit tells when to come back: after the reset, at most a minute, because the bucket refills all the time', async () => {
    const limited = (ms: number) => ({
      'content-type': 'application/json',
      'x-ratelimit-requests-remaining': '0',
      'x-ratelimit-requests-reset': String(Date.now() + ms),
    })
    const url = await serve((request, response) =>
      answering(400, refusal({ code: 'RATELIMITED' }), limited(3_600_000))(request, response),
    )

    await expect(linear(url).count()).rejects.toMatchObject({ retryAfterMs: 60_000, status: 400 })
  })
})
