import {
  findConnection,
  findConnectionTest,
  findRun,
  findWebhookSecrets,
  insertConnectionTest,
  listRuns,
} from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, answerConnectionTests, aTicket, startApi, storeTickets } from './api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
  await answerConnectionTests(api)
})
afterAll(() => api?.close())

const jira = (name: string, changes: object = {}) => ({
  kind: 'jira-cloud',
  name,
  baseUrl: 'https://acme.atlassian.net/',
  credentials: { email: 'bot@acme.example', apiToken: 'good token' },
  ...changes,
})
const create = (body: object) => api.call('POST', '/v1/connections', { body })

test('a new connection is tried out, sealed, and read in full; its credentials are never shown', async () => {
  const answer = await create(jira('Jira', { scope: { projects: ['WEB'] }, webhookSecret: 'a webhook secret' }))

  expect(answer.statusCode).toBe(201)
  const connection = answer.json()
  expect(answer.headers.location).toBe(`/v1/connections/${connection.id}`)
  expect(connection).toMatchObject({
    kind: 'jira-cloud',
    baseUrl: 'https://acme.atlassian.net',
    scope: { projects: ['WEB'] },
    webhookUrl: `https://headroom.example.com/webhooks/jira/${connection.id}`,
    state: 'new',
    lastSyncedAt: null,
    problem: null,
  })
  const list = await api.call('GET', '/v1/connections')
  const one = await api.call('GET', `/v1/connections/${connection.id}`)
  expect(list.json()).toEqual({ data: [one.json()], nextCursor: null })
  for (const shown of [answer, list, one]) expect(shown.body).not.toMatch(/good token|sealed|a webhook secret/)
  const stored = await findConnection(api.store.db, connection.id)
  expect(JSON.parse(api.deps.seal.open(stored!.sealedCredentials, connection.id))).toEqual(jira('').credentials)
  const secrets = await findWebhookSecrets(api.store.db, connection.id)
  expect(api.deps.webhookBox.open(secrets!.sealedSecrets, connection.id)).toBe('["a webhook secret"]')
  expect(await listRuns(api.store.db, { connectionId: connection.id, limit: 9 })).toMatchObject([
    { mode: 'full', status: 'queued' },
  ])
})

test('credentials that the tracker refuses are a 422 with its words, and nothing is kept of them', async () => {
  const answer = await create(jira('Refused', { credentials: { email: 'bot@acme.example', apiToken: 'bad' } }))

  expect(answer.json()).toMatchObject({
    status: 422,
    code: 'tracker-refused',
    detail: 'The tracker refused the credentials; make a new token.',
  })
  expect((await api.call('GET', '/v1/connections')).body).not.toMatch(/Refused/)
  expect((await api.store.pool.query('SELECT FROM connection_tests')).rowCount).toBe(0)
})

test.each([
  [{ credentials: { token: 'good' } }, 'credentials.email'],
  [{ credentials: { email: 'bot@acme.example', apiToken: 'good', more: 1 } }, 'credentials.more'],
  [{ credentials: { clientId: 'app', clientSecret: 'good' } }, 'credentials.refreshToken'],
  [{ kind: 'trello' }, 'kind'],
  [{ baseUrl: 'acme' }, 'baseUrl'],
  [{ baseUrl: undefined }, 'baseUrl'],
  [{ scope: { boards: [] } }, 'scope.boards'],
  [{ name: ' ' }, 'name'],
])('a connection with %j is a 400 that names the field', async (change, field) => {
  const answer = await create(jira('Wrong', change))

  expect(answer.statusCode).toBe(400)
  expect(answer.json().errors.map((e: { field: string }) => e.field)).toContain(field)
})

test.each([
  ['jira-cloud', { clientId: 'app', clientSecret: 'good secret', refreshToken: 'good token' }],
  ['linear', { clientId: 'app', clientSecret: 'good secret', refreshToken: 'good token' }],
  ['linear', { clientId: 'app', clientSecret: 'good secret' }],
])('an OAuth app of %s is taken, and nothing of it is shown', async (kind, credentials) => {
  const answer = await create(jira(`OAuth ${kind} ${Object.keys(credentials).length}`, { kind, credentials }))

  expect(answer.statusCode).toBe(201)
  expect(answer.body).not.toMatch(/good|clientId/)
})

test('a second connection of one name is a 409', async () => {
  await create(jira('Twice'))

  expect((await create(jira('Twice'))).json()).toMatchObject({ status: 409, code: 'name-taken' })
})

test('Linear needs no address, and an old Data Center gets a webhook address that only administrators see', async () => {
  const linear = (await create({ kind: 'linear', name: 'Linear', credentials: { apiKey: 'good' } })).json()
  expect(linear).toMatchObject({
    baseUrl: 'https://api.linear.app/graphql',
    webhookUrl: `https://headroom.example.com/webhooks/linear/${linear.id}`,
  })

  const dc = await create({
    kind: 'jira-dc',
    name: 'DC',
    baseUrl: 'http://10.0.0.1/jira',
    credentials: { token: 'good' },
  })
  expect(dc.json().webhookUrl).toMatch(/\/webhooks\/jira\/[0-9a-f-]{36}\?token=[\w-]{43}$/)
  const reader = await api.keyWith('read')
  const seen = await api.call('GET', `/v1/connections/${dc.json().id}`, { key: reader.key })
  expect(seen.json().webhookUrl).not.toContain('token')
})

test('changing credentials tries them out and reads anew; a webhook secret is rotated; the rest stays', async () => {
  const { id } = (await create(jira('Change', { webhookSecret: 'first secret' }))).json()
  const change = (body: object) => api.call('PATCH', `/v1/connections/${id}`, { body })

  expect((await change({ credentials: { email: 'bot@acme.example', apiToken: 'bad' } })).statusCode).toBe(422)
  expect((await change({ credentials: { apiKey: 'good' } })).json()).toMatchObject({
    errors: [{ field: 'credentials' }],
  })
  // Whoever may change a connection must not get its credentials sent elsewhere.
  expect((await change({ baseUrl: 'https://evil.example' })).json()).toMatchObject({
    errors: [{ field: 'credentials' }],
  })
  const renamed = await change({ name: 'Changed', webhookSecret: 'second secret' })

  expect(renamed.json()).toMatchObject({ name: 'Changed', baseUrl: 'https://acme.atlassian.net' })
  const secrets = await findWebhookSecrets(api.store.db, id)
  expect(api.deps.webhookBox.open(secrets!.sealedSecrets, id)).toBe('["second secret","first secret"]')
  expect((await change({ name: 'Jira' })).statusCode).toBe(409)
})

test('a sync is one run however often it is asked for, and the run can be followed', async () => {
  const { id } = (await create(jira('Sync'))).json()
  await api.store.pool.query(`UPDATE runs SET status = 'succeeded'`)

  const first = await api.call('POST', `/v1/connections/${id}/sync`, { body: { mode: 'incremental' } })
  const second = await api.call('POST', `/v1/connections/${id}/sync`)

  expect(first.statusCode).toBe(202)
  expect(second.json()).toEqual(first.json())
  const { runId } = first.json()
  expect((await findRun(api.store.db, runId))?.mode).toBe('incremental')
  const run = (await api.call('GET', `/v1/runs/${runId}`)).json()
  expect(run).toMatchObject({
    status: 'queued',
    counts: { seen: 0, created: 0, updated: 0, unchanged: 0, deleted: 0, failed: 0 },
    problems: [],
    startedAt: null,
    finishedAt: null,
  })
  const page = (await api.call('GET', `/v1/connections/${id}/runs?limit=1`)).json()
  expect(page.data).toEqual([run])
  const older = (await api.call('GET', `/v1/connections/${id}/runs?limit=1&cursor=${page.nextCursor}`)).json()
  expect(older).toMatchObject({ data: [{ mode: 'full' }], nextCursor: null })
})

test('removing a connection removes what came by it', async () => {
  const { id } = (await create(jira('Gone'))).json()
  await storeTickets(api, id, [aTicket('g', { key: 'GONE-1', assigneeAccountId: 'ann' })])

  expect((await api.call('DELETE', `/v1/connections/${id}`)).statusCode).toBe(204)

  expect((await api.call('GET', `/v1/connections/${id}`)).statusCode).toBe(404)
  expect((await api.call('GET', '/v1/tickets/GONE-1')).statusCode).toBe(404)
  expect((await api.call('DELETE', `/v1/connections/${id}`)).statusCode).toBe(404)
})

test('a test that nobody read in an hour is cleared away with the next one', async () => {
  const id = '00000000-0000-4000-8000-000000000001'
  await insertConnectionTest(api.store.db, { id, kind: 'linear', baseUrl: 'x', sealedRequest: 'x' })
  await api.store.pool.query(`UPDATE connection_tests SET created_at = now() - interval '2 hours'`)

  await create(jira('Sweeps'))

  expect(await findConnectionTest(api.store.db, id)).toBeNull()
})

test('where private trackers are not allowed, an address inside is refused before anything is sent to it', async () => {
  const strict = await startApi({ allowPrivateTrackers: false })
  const answer = await strict.call('POST', '/v1/connections', {
    body: jira('Inside', { baseUrl: 'https://127.0.0.1' }),
  })
  await strict.close()

  expect(answer.json()).toMatchObject({ status: 400, errors: [{ field: 'baseUrl' }] })
})
