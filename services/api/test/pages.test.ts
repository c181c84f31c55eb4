import { createLinkSigner } from '@headroom/runtime'
import { revokeApiKey } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.ts'

const linkSigner = createLinkSigner(Buffer.alloc(32, 3).toString('base64'))
let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi({ linkSigner })
})
afterAll(() => api?.close())

const open = (url: string, cookie = '', headers: object = {}) =>
  api.app.inject({ url, headers: { cookie, ...headers } })
const signIn = (key: string, next = '/') =>
  api.app.inject({
    method: 'POST',
    url: '/sign-in',
    payload: new URLSearchParams({ key, next }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const cookieOf = (answer: { cookies: { name: string; value: string }[] }) =>
  answer.cookies.map((c) => `${c.name}=${c.value}`).join('; ')

test('who is not signed in is led to the form and from there to the page that was asked for', async () => {
  const away = await open('/report?period=2026-Q3')
  expect([away.statusCode, away.headers.location]).toEqual([303, '/sign-in?next=%2Freport%3Fperiod%3D2026-Q3'])

  const form = await open(String(away.headers.location))
  expect(form.body).toContain('value="/report?period=2026-Q3"')
  const entered = await signIn(api.admin.key, '/report?period=2026-Q3')

  expect([entered.statusCode, entered.headers.location]).toEqual([303, '/report?period=2026-Q3'])
  expect(entered.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: true, path: '/' })
  const page = await open('/report?period=2026-Q3', cookieOf(entered))
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('2026-Q3')
  expect(page.body).toContain('/report?period=2026-Q2')
  // The page carries its own style, and the policy lets in nothing else.
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/)
  expect((await open('/', cookieOf(entered))).statusCode).toBe(200)
})

test('a wrong key, a made-up cookie and the cookie of a revoked key let nobody in', async () => {
  const wrong = await signIn('hr_wrong')
  expect(wrong.statusCode).toBe(401)
  expect(wrong.body).toContain('not valid')
  expect(wrong.cookies).toEqual([])
  expect((await open('/', 'headroom_session=00000000-0000-4000-8000-000000000000.9999999999.x')).statusCode).toBe(303)

  const { id, key } = await api.keyWith('read')
  const cookie = cookieOf(await signIn(key))
  expect((await open('/', cookie)).statusCode).toBe(200)
  await revokeApiKey(api.store.db, id)
  expect((await open('/', cookie)).statusCode).toBe(303)
})

test('a signed-in browser reads the API but changes nothing with its cookie', async () => {
  const cookie = cookieOf(await signIn(api.admin.key))

  expect((await open('/v1/reports/leadership.json', cookie)).statusCode).toBe(200)
  const write = await api.app.inject({ method: 'POST', url: '/v1/reports', headers: { cookie }, payload: {} })
  expect(write.statusCode).toBe(401)
})

test('signing out ends the session of this browser', async () => {
  const out = await open('/sign-out', cookieOf(await signIn(api.admin.key)))

  expect([out.statusCode, out.headers.location]).toEqual([303, '/sign-in'])
  expect(out.cookies[0]).toMatchObject({ name: 'headroom_session', value: '' })
})

test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  'signing in never leads to %s',
  async (next) => {
    expect((await signIn(api.admin.key, next)).headers.location).toBe('/')
  },
)

test('a sign-in link works once, and only from this machine', async () => {
  const link = () => new URL(api.deps.signInLinks?.create(api.admin.id) ?? '')
  const first = link()
  const path = first.pathname + first.search

  const opened = await open(path)
  expect([opened.statusCode, opened.headers.location]).toEqual([303, '/'])
  expect((await open('/', cookieOf(opened))).statusCode).toBe(200)
  expect((await open(path)).statusCode).toBe(401)

  for (const elsewhere of [{ remoteAddress: '192.0.2.7' }, { headers: { 'x-forwarded-for': '127.0.0.1' } }])
    expect(
      (await api.app.inject({ url: `/sign-in?token=${link().searchParams.get('token')}`, ...elsewhere })).statusCode,
    ).toBe(401)
})

test('a key without the scope read sees no report, a report of nothing names its problem', async () => {
  const { key } = await api.keyWith('people')
  expect((await open('/', cookieOf(await signIn(key)))).statusCode).toBe(403)

  const answer = await open('/report?period=<b>', cookieOf(await signIn(api.admin.key)))
  expect(answer.statusCode).toBe(400)
  expect(answer.body).toContain('must be a period like')
})

test('a subscription is made, previewed and ended by its reader with the button, not by a look', async () => {
  const created = await api.call('POST', '/v1/digests/subscriptions', { body: { email: 'cto@acme.example' } })
  expect(created.json()).toMatchObject({ state: 'active', teams: [], weekday: 'monday', hour: 8, timeZone: 'UTC' })
  const writer = await api.keyWith('write')
  const pending = await api.call('POST', '/v1/digests/subscriptions', {
    body: { email: 'x@acme.example' },
    key: writer.key,
  })
  expect(pending.json().state).toBe('pending')
  const preview = await api.call('POST', '/v1/digests/preview', { body: {} })
  expect(preview.json()).toMatchObject({ week: '2026-W41', subject: expect.stringContaining('2026-W41') })
  const { id } = created.json()
  const path = `/digests/unsubscribe/${id}/${linkSigner.sign(`unsubscribe ${id}`)}`
  const stateOf = async () =>
    (await api.call('GET', '/v1/digests/subscriptions')).json().data.find((s: { id: string }) => s.id === id)?.state

  expect((await open(path)).statusCode).toBe(200)
  expect((await open(`/digests/unsubscribe/${id}/made-up`)).statusCode).toBe(404)
  expect(await stateOf()).toBe('active')
  const post = { method: 'POST', url: path, payload: 'List-Unsubscribe=One-Click' } as const
  await api.app.inject({ ...post, headers: { 'content-type': 'application/x-www-form-urlencoded' } })

  expect(await stateOf()).toBe('paused')
  expect((await api.call('DELETE', `/v1/digests/subscriptions/${id}`)).statusCode).toBe(204)
  expect(await stateOf()).toBeUndefined()
  expect((await api.call('GET', '/v1/digests/deliveries')).json()).toEqual({ data: [], nextCursor: null })
})
