import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger, createSealedBox } from '@headroom/runtime'
import {
  defaultTeams,
  generateCompany,
  type OauthApp,
  startJiraSimulator,
  startLinearSimulator,
  toJiraSite,
  toLinearWorkspace,
} from '@headroom/simulator'
import {
  type Connection,
  findConnection,
  findWebhookRegistration,
  insertConnection,
  openStore,
  putWebhookRegistration,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { type WebhookRequest, webhookProtocolFor } from '@headroom/trackers'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { refreshWebhooks } from '../src/refresh-webhooks.ts'
import { registrarOpener } from '../src/tracker-access.ts'

const day = 24 * 3_600_000
const company = generateCompany({
  seed: 'webhooks',
  until: Date.UTC(2026, 9, 30),
  months: 1,
  teams: defaultTeams.filter(({ key }) => ['BOOK', 'INS'].includes(key)),
})
const oauth: OauthApp = { clientId: 'app', clientSecret: 'app secret', refreshToken: 'refresh-0' }
const clock = { ms: Date.now() }
const serverTime = () => clock.ms
const database = await testDatabase()
const store = openStore({ url: database.url })
const box = createSealedBox(Buffer.alloc(32, 7).toString('base64'), 'tracker-credentials')
const openRegistrar = registrarOpener({ box, store, allowPrivate: () => true })
const deps = { store, openRegistrar, log: createLogger({ level: 'silent', service: 'ingest' }), now: serverTime }
/** Where trackers send their events. */
const received: WebhookRequest[] = []
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  received.push({ headers: request.headers as Record<string, string>, rawBody: Buffer.concat(chunks), urlToken: null })
  response.end()
}).listen(0, '127.0.0.1')
const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/jira/x`

beforeEach(() => {
  received.length = 0
  clock.ms = Date.now()
})
afterAll(async () => {
  receiver.close()
  await store.close()
  await database.drop()
})

async function connect(kind: Connection['kind'], baseUrl: string, credentials: object): Promise<Connection> {
  const id = randomUUID()
  const sealedCredentials = box.seal(JSON.stringify(credentials), id)
  await insertConnection(store.db, { id, kind, name: id, baseUrl, scope: {}, sealedCredentials })
  return (await findConnection(store.db, id)) as Connection
}

type Options = { readonly isAdmin?: boolean }

const trackers = {
  'jira-cloud': async (options: Options) => {
    const jira = await startJiraSimulator({ site: toJiraSite(company, { serverTime }), ...options })
    const credentials = { email: 'headroom@example.invalid', apiToken: 'simulated-api-token' }
    return { simulator: jira, connection: await connect('jira-cloud', jira.url, credentials) }
  },
  'jira-dc': async (options: Options) => {
    const site = { ...toJiraSite(company, { serverTime }), kind: 'dc' as const }
    const jira = await startJiraSimulator({ site, ...options })
    return {
      simulator: jira,
      connection: await connect('jira-dc', jira.url, { token: 'simulated-access-token' }),
    }
  },
  linear: async (options: Options) => {
    const linear = await startLinearSimulator({ workspace: toLinearWorkspace(company, { serverTime }), ...options })
    return { simulator: linear, connection: await connect('linear', linear.url, { apiKey: 'lin_api_simulated' }) }
  },
}

async function startJiraWithApp() {
  const jira = await startJiraSimulator({ site: toJiraSite(company, { serverTime }), oauth })
  const { clientId, clientSecret, refreshToken } = oauth
  const credentials = { clientId, clientSecret, refreshToken }
  const connection = await connect('jira-cloud', `${jira.url}/ex/jira/cloud-1`, credentials)
  const edit = async () => {
    jira.editIssue([...jira.site.issues.keys()][0] as string, { summary: `Edited at ${clock.ms}` })
    await jira.flush()
  }
  return { jira, connection, edit }
}

test.each(['jira-cloud', 'jira-dc', 'linear'] as const)(
  'at %s the webhook is registered once however often it is asked for, and signs with the latest secret',
  async (kind) => {
    const { simulator, connection } = await trackers[kind]({})
    const registrar = openRegistrar(connection)

    await registrar.register({ url: url(), secret: 'first secret' })
    const outcome = await registrar.register({ url: url(), secret: 'second secret' })

    expect(outcome).toMatchObject({ kind: 'registered', expiresAt: null })
    expect(simulator.webhooks.webhooks).toHaveLength(1)
    expect(simulator.webhooks.webhooks[0]).toMatchObject({
      url: url(),
      // Data Center proves itself by the token in the address.
      secret: kind === 'jira-dc' ? null : 'second secret',
    })
    expect(outcome.kind === 'registered' && outcome.externalIds).toEqual([simulator.webhooks.webhooks[0]?.id])
    await simulator.stop()
  },
)

test.each(['jira-cloud', 'jira-dc', 'linear'] as const)(
  'at %s an account without the right is told so, and nothing is changed',
  async (kind) => {
    const { simulator, connection } = await trackers[kind]({ isAdmin: false })

    const outcome = await openRegistrar(connection).register({ url: url(), secret: 'a secret' })

    expect(outcome).toEqual({ kind: 'by-hand', why: expect.stringMatching(/^the account is no administrator/) })
    expect(simulator.webhooks.webhooks).toEqual([])
    await simulator.stop()
  },
)

test("an OAuth app's webhook delivers with the app's token, for 30 days", async () => {
  const { jira, connection, edit } = await startJiraWithApp()
  const outcome = await openRegistrar(connection).register({ url: url(), secret: 'app secret' })

  await edit()
  clock.ms += 31 * day
  await edit()

  expect(outcome).toMatchObject({ kind: 'registered', expiresAt: expect.any(Number) })
  expect(received).toHaveLength(1)
  expect(webhookProtocolFor('jira-cloud').verify(received[0] as WebhookRequest, ['app secret'])).toBe(true)
  expect(webhookProtocolFor('jira-cloud').verify(received[0] as WebhookRequest, ['another'])).toBe(false)
  await jira.stop()
})

test('ingest keeps it alive for as long as it runs', async () => {
  const { jira, connection, edit } = await startJiraWithApp()
  const outcome = await openRegistrar(connection).register({ url: url(), secret: 'app secret' })
  if (outcome.kind !== 'registered') throw new Error('It was not registered')
  const expiresAt = new Date(outcome.expiresAt ?? 0)
  await putWebhookRegistration(store.db, { connectionId: connection.id, ...outcome, url: url(), expiresAt })

  await refreshWebhooks(deps)
  const untouched = await findWebhookRegistration(store.db, connection.id)
  for (let passed = 0; passed < 60; passed += 9) {
    clock.ms += 9 * day
    await refreshWebhooks(deps)
  }
  await edit()

  expect(untouched?.expiresAt).toEqual(expiresAt)
  expect(received).toHaveLength(1)
  expect(jira.webhooks.webhooks).toHaveLength(1)
  await jira.stop()
})

test('ingest registers a webhook anew that the tracker has lost, and a failure is met again at the next poll', async () => {
  const { jira, connection, edit } = await startJiraWithApp()
  const lost = { connectionId: connection.id, externalIds: ['1'], url: url(), expiresAt: new Date(clock.ms + day) }
  await putWebhookRegistration(store.db, lost)

  await refreshWebhooks({ ...deps, openRegistrar: quickly })
  const failed = await findWebhookRegistration(store.db, connection.id)
  await refreshWebhooks(deps)
  const again = await findWebhookRegistration(store.db, connection.id)
  await edit()

  expect(failed?.externalIds).toEqual(['1'])
  expect(again?.externalIds).toEqual(jira.webhooks.webhooks.map(({ id }) => id))
  expect(received).toHaveLength(1)
  await jira.stop()
})

/** Fails at once, where the real one repeats for some seconds. */
function quickly(): ReturnType<typeof openRegistrar> {
  const fail = async () => {
    throw new Error('The tracker is away')
  }
  return { register: fail, refresh: fail }
}
