import { openStore, revokeApiKey } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, startApi, storeTickets } from './api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
  await storeTickets(api, await aConnection(api), [aTicket('1')])
})
afterAll(() => api?.close())

test.each([
  ['GET', '/v1/tickets?limit=201', undefined, 400, 'invalid-request', 'limit'],
  ['GET', '/v1/tickets?limit=0', undefined, 400, 'invalid-request', 'limit'],
  ['GET', '/v1/tickets?updatedSince=yesterday', undefined, 400, 'invalid-request', 'updatedSince'],
  ['GET', '/v1/split?from=2026-02-30&to=2026-03-01', undefined, 400, 'invalid-request', 'from'],
  ['GET', '/v1/split?from=2026-03-02&to=2026-03-01', undefined, 400, 'invalid-request', 'from'],
  ['GET', '/v1/split?to=2026-03-01', undefined, 400, 'invalid-request', 'from'],
  ['GET', '/v1/split?grain=hour', undefined, 400, 'invalid-request', 'grain'],
  ['GET', '/v1/reports/leadership?period=2026-Q9', undefined, 400, 'invalid-request', 'period'],
  ['PUT', '/v1/tickets/WEB-1/classification', { workType: 'fun' }, 400, 'invalid-request', 'workType'],
  ['PUT', '/v1/tickets/WEB-1/classification', { workType: 'debt', why: 'x' }, 400, 'invalid-request', 'why'],
  ['PUT', '/v1/tickets/WEB-1/classification', '{"workType":', 400, 'invalid-request', undefined],
  ['PUT', '/v1/tickets/NO-1/classification', { workType: 'debt' }, 404, 'not-found', undefined],
  ['DELETE', '/v1/tickets/WEB-1/classification', undefined, 404, 'not-found', undefined],
  ['GET', '/v1/runs/not-an-id', undefined, 404, 'not-found', undefined],
  ['GET', '/v1/nothing', undefined, 404, 'not-found', undefined],
  ['DELETE', '/v1/tickets', undefined, 405, 'method-not-allowed', undefined],
  ['POST', '/v1/reports', `{"period":"${'x'.repeat(1_100_000)}"}`, 413, 'body-too-large', undefined],
] as const)('%s %s answers a problem: %#', async (method, url, body, status, code, field) => {
  const answer = await api.call(method, url, {
    ...(body === undefined ? {} : { body }),
    ...(typeof body === 'string' ? { headers: { 'content-type': 'application/json' } } : {}),
  })

  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.json()).toMatchObject({ type: `urn:headroom:problem:${code}`, status, code })
  expect(answer.statusCode).toBe(status)
  expect(answer.json().detail).toMatch(/^[^\n]+$/)
  expect(answer.json().errors?.map((e: { field: string }) => e.field)).toEqual(field && [field])
})

test('a body that is not JSON is a 415 that says what to send', async () => {
  const answer = await api.call('POST', '/v1/reports', { body: '<a/>', headers: { 'content-type': 'text/xml' } })

  expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported-media-type' })
})

test('without its database the API answers 503, is not ready but alive, and a bug in it would leak nothing', async () => {
  const away = openStore({ url: 'postgres://nobody@127.0.0.1:1/none' })
  const broken = await startApi({ store: away })
  try {
    const answer = await broken.call('GET', '/v1/tickets')
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
    expect(answer.headers['retry-after']).toBe('5')
    expect((await broken.app.inject('/readyz')).json()).toMatchObject({
      checks: { database: 'unreachable', queue: 'ok' },
    })
    expect((await broken.app.inject('/readyz')).statusCode).toBe(503)
    expect((await broken.app.inject('/healthz')).statusCode).toBe(200)
  } finally {
    await broken.close()
    await away.close()
  }
  const faulty = await startApi({
    now: () => {
      throw new Error('a secret detail')
    },
  })
  const answer = await faulty.call('GET', '/v1/split')
  await faulty.close()
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal' })
  expect(answer.body).not.toMatch(/secret detail/)
})

test('a GET whose answer has not changed is 304, also among several tags, and a failed one has no tag', async () => {
  const first = await api.call('GET', '/v1/tickets')
  const etag = String(first.headers.etag)

  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await api.call('GET', '/v1/tickets', { headers: { 'if-none-match': known } })
    expect([known, again.statusCode, again.body, again.headers.etag]).toEqual([known, 304, '', etag])
  }
  expect((await api.call('GET', '/v1/tickets', { headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200)
  expect((await api.call('GET', '/v1/nothing')).headers.etag).toBeUndefined()
})

test('answers carry the rate limit by the IETF draft, counted by key', async () => {
  const headers = (await api.call('GET', '/v1/tickets')).headers

  expect(Number(headers['ratelimit-limit'])).toBeGreaterThan(0)
  expect(Number(headers['ratelimit-remaining'])).toBeLessThan(Number(headers['ratelimit-limit']))
  expect(headers['ratelimit-reset']).toMatch(/^\d+$/)
})

const publish = (key: string, body: object = { period: '2026-Q3' }, as = api.admin.key) =>
  api.call('POST', '/v1/reports', { body, key: as, headers: { 'idempotency-key': key } })

test('a POST repeated with its Idempotency-Key gets the same answer and is done once', async () => {
  const first = await publish('one')
  const again = await publish('one')

  expect(first.statusCode).toBe(201)
  expect(again.statusCode).toBe(201)
  expect(again.body).toBe(first.body)
  expect(again.headers['idempotent-replayed']).toBe('true')
  expect(again.headers.location).toBe(first.headers.location)
  const other = await api.keyWith('write')
  // Keys of one caller mean nothing for another.
  expect((await publish('one', undefined, other.key)).json().id).not.toBe(first.json().id)
})

test('an Idempotency-Key with another body is 409', async () => {
  await publish('two')

  expect((await publish('two', { period: '2026-Q2' })).json()).toMatchObject({
    status: 409,
    code: 'idempotency-key-reused',
  })
})

test('of many requests at once with one Idempotency-Key one is done, the others get its answer or a 409 with a hint', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => publish('three')))

  const done = answers.filter((a) => a.statusCode === 201)
  const refused = answers.filter((a) => a.statusCode === 409)
  expect(done.length + refused.length).toBe(8)
  expect(new Set(done.map((a) => a.json().id)).size).toBe(1)
  for (const answer of refused) {
    expect(answer.json()).toMatchObject({ code: 'idempotency-key-at-work' })
    expect(answer.headers['retry-after']).toBe('1')
  }
})

test('a request that failed may be sent again with the same Idempotency-Key', async () => {
  expect((await publish('four', { period: '2026-Q3', team: 'nobody' })).statusCode).toBe(404)

  expect((await publish('four')).statusCode).toBe(201)
})

test('a revoked key opens nothing', async () => {
  const { id, key } = await api.keyWith('read')
  expect((await api.call('GET', '/v1/tickets', { key })).statusCode).toBe(200)

  await revokeApiKey(api.store.db, id)

  expect((await api.call('GET', '/v1/tickets', { key })).statusCode).toBe(401)
})

test('a change that is stored is not called failed because nobody could be woken', async () => {
  const deaf = await startApi()
  const { wake } = deaf.queues
  const id = await aConnection(deaf)
  deaf.queues.wake = () => Promise.reject(new Error('connect ECONNREFUSED'))
  const answer = await deaf.call('POST', `/v1/connections/${id}/sync`)
  deaf.queues.wake = wake
  await deaf.close()

  expect(answer.statusCode).toBe(202)
})

test('others live on the same server under their own rules', async () => {
  const shared = await startApi()
  shared.app.post('/webhooks/probe', async () => ({ got: true }))
  const answer = await shared.app.inject({ method: 'POST', url: '/webhooks/probe' })
  await shared.close()

  expect(answer.json()).toEqual({ got: true })
  expect(answer.headers['ratelimit-limit']).toBeUndefined()
})

test('guessing at the sign-in form is slowed down', async () => {
  const guess = () => api.app.inject({ method: 'POST', url: '/sign-in', payload: { key: 'hr_guess' } })
  const answers = []
  for (let i = 0; i < 21; i++) answers.push(await guess())

  expect(answers.at(0)?.statusCode).toBe(401)
  expect(answers.at(-1)?.json()).toMatchObject({ status: 429, code: 'rate-limited' })
  expect(answers.at(-1)?.headers['retry-after']).toMatch(/^\d+$/)
})
