import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBackingServices } from '@headroom/backing-services'
import type { TrackerKind } from '@headroom/domain'
import { createLogger, createSealedBox } from '@headroom/runtime'
import { defaultTeams, generateCompany, startJiraSimulator, toJiraSite } from '@headroom/simulator'
import {
  type ConnectionTestResult,
  insertConnectionTest,
  readConnectionTestRequest,
  readConnectionTestResult,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTrackers, startIngest } from '../src/index.ts'

const company = generateCompany({
  seed: 'trial',
  until: Date.UTC(2026, 9, 30),
  months: 1,
  teams: defaultTeams.slice(0, 1),
})
const app = { clientId: 'app', clientSecret: 'app secret', refreshToken: 'refresh-0' }
const jira = await startJiraSimulator({ site: toJiraSite(company), oauth: app })
const database = await testDatabase()
const log = createLogger({ level: 'silent', service: 'ingest' })
const backing = await openBackingServices({ databaseUrl: database.url, redisUrl: undefined, name: 'ingest', log })
const { store, queues } = backing
const box = createSealedBox(Buffer.alloc(32, 5).toString('base64'), 'tracker-credentials')
const good = { email: 'headroom@example.invalid', apiToken: 'simulated-api-token' }

beforeAll(async () => {
  await startIngest({
    ...backing,
    log,
    ...openTrackers({ box, store, allowPrivate: () => true }),
    now: Date.now,
  })
})
afterAll(async () => {
  await backing.stop()
  await database.drop()
  await jira.stop()
})

/** Asks as the API does: a row with sealed credentials, a job, and the wait for an answer. */
async function tryOut(
  credentials: object,
  options: { kind?: TrackerKind; baseUrl?: string; seal?: typeof box; id?: string } = {},
): Promise<ConnectionTestResult> {
  const { kind = 'jira-cloud', baseUrl = jira.url, seal = box, id = randomUUID() } = options
  const sealedRequest = seal.seal(JSON.stringify({ credentials, scope: {} }), id)
  await insertConnectionTest(store.db, { id, kind, baseUrl, sealedRequest })
  await queues.wake('test-connection', { testId: id })
  for (let tries = 0; tries < 600; tries++) {
    const result = await readConnectionTestResult(store.db, id)
    if (result) return result
    await sleep(50)
  }
  throw new Error('Nobody tried the credentials out')
}

test('credentials that the tracker takes name the account', async () => {
  expect(await tryOut(good)).toEqual({ ok: true, accountName: company.people[0]?.name })
})

test.each<[string, object, Parameters<typeof tryOut>[1], string, RegExp]>([
  ['wrong credentials', { ...good, apiToken: 'mistyped' }, {}, 'unauthorized', /check the account and its token/],
  ['an unknown host', good, { baseUrl: 'http://tracker.invalid' }, 'unavailable', /check the address and the DNS/],
  ['an address that is none', good, { baseUrl: 'our jira' }, 'not-this-tracker', /use one like https:/],
  [
    'credentials of another tracker',
    { apiKey: 'x' },
    {},
    'not-this-tracker',
    /needs an e-mail address and an API token/,
  ],
  [
    'a request that was sealed with another key',
    good,
    { seal: createSealedBox(Buffer.alloc(32, 6).toString('base64'), 'tracker-credentials') },
    'sealed',
    /was HEADROOM_SECRET_KEY changed/,
  ],
])('%s are answered in one line that says what to do', async (_, credentials, options, code, problem) => {
  const result = await tryOut(credentials, options)

  expect(result).toEqual({ ok: false, code, problem: expect.stringMatching(problem) })
  expect(result).toEqual({ ok: false, code, problem: expect.stringMatching(/^[^\n]+$/) })
})

test('a web page in place of an answer is said to be one', async () => {
  jira.faults.next({ kind: 'login-page' })

  expect(await tryOut(good)).toMatchObject({
    ok: false,
    code: 'not-this-tracker',
    problem: expect.stringMatching(/web page/),
  })
})

test('an outage is answered after a single request, since somebody waits', async () => {
  jira.faults.next({ kind: 'unavailable' })

  const result = await tryOut(good)

  expect(result).toMatchObject({ ok: false, code: 'unavailable' })
})

test('what trying an OAuth app makes of its tokens is kept for whoever asked, since the refresh token is used up', async () => {
  const id = randomUUID()

  const result = await tryOut(app, { baseUrl: `${jira.url}/ex/jira/cloud-1`, id })
  const kept = JSON.parse(box.open((await readConnectionTestRequest(store.db, id)) ?? '', id))

  expect(result).toMatchObject({ ok: true })
  expect(kept).toMatchObject({
    scope: {},
    credentials: {
      clientId: 'app',
      accessToken: expect.any(String),
      refreshToken: expect.not.stringMatching('refresh-0'),
    },
  })
})

test("OAuth at a site's own address is refused with the address that it works at", async () => {
  const result = await tryOut(app, { baseUrl: 'https://acme.atlassian.net' })

  expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(/api\.atlassian\.com\/ex\/jira\/CLOUD-ID/) })
})
