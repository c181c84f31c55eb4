import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ApiScope } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.ts'

/** What each route needs, written down apart from the routes. */
const needed: Record<string, readonly ApiScope[]> = {
  'GET /v1/connections': ['read'],
  'POST /v1/connections': ['admin'],
  'GET /v1/connections/{id}': ['read'],
  'PATCH /v1/connections/{id}': ['admin'],
  'DELETE /v1/connections/{id}': ['admin'],
  'POST /v1/connections/{id}/sync': ['write'],
  'GET /v1/connections/{id}/runs': ['read'],
  'GET /v1/runs/{id}': ['read'],
  'GET /v1/tickets': ['read'],
  'GET /v1/tickets/{ticket}': ['read'],
  'GET /v1/tickets/{ticket}/effort': ['read'],
  'GET /v1/tickets/{ticket}/history': ['read'],
  'GET /v1/tickets/{ticket}/classification': ['read'],
  'PUT /v1/tickets/{ticket}/classification': ['write'],
  'DELETE /v1/tickets/{ticket}/classification': ['write'],
  'GET /v1/teams': ['read'],
  'GET /v1/teams/{id}': ['read'],
  'PUT /v1/teams/{id}': ['write'],
  'GET /v1/people': ['people'],
  'PATCH /v1/people/{id}': ['people', 'write'],
  'POST /v1/people/absences': ['people', 'write'],
  'GET /v1/calendars': ['read'],
  'PUT /v1/calendars/{id}': ['write'],
  'GET /v1/split': ['read'],
  'GET /v1/split/explain': ['read'],
  'GET /v1/data-quality': ['read'],
  'GET /v1/feature-factory': ['read'],
  'GET /v1/drift': ['read'],
  'GET /v1/llm': ['read'],
  'GET /v1/rules': ['read'],
  'GET /v1/rules/draft': ['read'],
  'GET /v1/rules/suggestions': ['read'],
  'GET /v1/rules/versions': ['read'],
  'GET /v1/rules/versions/{version}': ['read'],
  'PUT /v1/rules/draft': ['write'],
  'POST /v1/rules/draft/preview': ['read'],
  'POST /v1/rules/publish': ['write'],
  'GET /v1/reports': ['read'],
  'GET /v1/audits': ['read'],
  'POST /v1/audits': ['write'],
  'GET /v1/audits/{id}': ['read'],
  'GET /v1/audits/{id}/items': ['read'],
  'POST /v1/audits/{id}/labels': ['write'],
  'POST /v1/audits/{id}/apply': ['write'],
  'GET /v1/model': ['read'],
  'POST /v1/model/revert': ['admin'],
  'POST /v1/model/resume': ['admin'],
  'GET /v1/review': ['read'],
  'GET /v1/reports/leadership': ['read'],
  'GET /v1/reports/leadership.json': ['read'],
  'GET /v1/reports/leadership.html': ['read'],
  'GET /v1/reports/leadership.csv': ['read'],
  'POST /v1/reports': ['write'],
  'GET /v1/reports/{id}': ['read'],
  'GET /v1/digests/subscriptions': ['admin'],
  'POST /v1/digests/subscriptions': ['write'],
  'DELETE /v1/digests/subscriptions/{id}': ['write'],
  'POST /v1/digests/preview': ['read'],
  'GET /v1/digests/deliveries': ['read'],
}
const includes: Record<ApiScope, readonly ApiScope[]> = {
  read: ['read'],
  write: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
  people: ['people'],
}
const keySets: readonly (readonly ApiScope[])[] = [
  ['read'],
  ['write'],
  ['admin'],
  ['people'],
  ['read', 'people'],
  ['write', 'people'],
]

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, { summary?: string; responses: object; tags?: string[] }>>
}

async function operations(): Promise<string[]> {
  const { paths } = (await api.app.inject('/openapi.json')).json<Document>()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

function request(operation: string, key: string | null) {
  const [method = '', path = ''] = operation.split(' ')
  return api.app.inject({
    method: method as 'GET',
    url: path.replace(/\{\w+\}/g, randomUUID()),
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    ...(['POST', 'PUT', 'PATCH'].includes(method) ? { payload: { unknown: true } } : {}),
  })
}

test('every route under /v1 is in the document, and every one of them has its scopes written down here', async () => {
  expect((await operations()).filter((o) => o.includes('/v1/')).sort()).toEqual(Object.keys(needed).sort())
})

test('without a key, with a made-up one and with a revoked one every route answers 401', async () => {
  for (const operation of Object.keys(needed))
    for (const key of [null, 'hr_madeup']) {
      const answer = await request(operation, key)
      expect([operation, answer.statusCode]).toEqual([operation, 401])
      expect(answer.json()).toMatchObject({ code: 'unauthenticated' })
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    }
})

test.each(keySets.map((scopes) => [scopes]))(
  'a key with %s passes where it may and meets 403 elsewhere',
  async (scopes) => {
    const held = new Set(scopes.flatMap((scope) => includes[scope]))
    const { key } = await api.keyWith(...scopes)

    for (const [operation, wanted] of Object.entries(needed)) {
      const answer = await request(operation, key)
      const isRefused = answer.statusCode === 403
      expect([operation, isRefused]).toEqual([operation, !wanted.every((scope) => held.has(scope))])
      expect([operation, answer.statusCode]).not.toEqual([operation, 500])
    }
  },
)

test('what runs the server needs no key', async () => {
  for (const url of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs/'])
    expect([url, (await api.app.inject(url)).statusCode]).toEqual([url, 200])
  expect((await api.app.inject('/readyz')).json()).toEqual({ status: 'ready', checks: { database: 'ok', queue: 'ok' } })
  expect((await api.app.inject('/metrics')).body).toMatch(/^headroom_stage_backlog\{stage="measure"\} \d+$/m)
})

test('the committed document is that of the routes, OpenAPI 3.1, and says of every route what it is and may answer', async () => {
  const document = (await api.app.inject('/openapi.json')).json<Document>()

  expect(JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'))).toEqual(document)
  expect(document.openapi).toMatch(/^3\.1\./)
  for (const methods of Object.values(document.paths))
    for (const operation of Object.values(methods)) {
      expect(operation.summary).toBeTruthy()
      expect(operation.tags).toHaveLength(1)
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
    }
})
