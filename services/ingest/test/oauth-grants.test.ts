import { randomUUID } from 'node:crypto'
import { createSealedBox } from '@headroom/runtime'
import {
  defaultTeams,
  generateCompany,
  startJiraSimulator,
  startLinearSimulator,
  toJiraSite,
  toLinearWorkspace,
} from '@headroom/simulator'
import { type Connection, findConnection, insertConnection, openStore } from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { type OauthCredentials, TrackerUnauthorizedError } from '@headroom/trackers'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { trackerOpener } from '../src/tracker-access.ts'

const company = generateCompany({
  seed: 'grants',
  until: Date.UTC(2026, 9, 30),
  months: 1,
  teams: defaultTeams.filter(({ key }) => ['BOOK', 'INS'].includes(key)),
})
const app = { clientId: 'app', clientSecret: 'app secret', refreshToken: 'refresh-0' }
const clock = { ms: Date.now() }
const serverTime = () => clock.ms
const database = await testDatabase()
const box = createSealedBox(Buffer.alloc(32, 4).toString('base64'), 'tracker-credentials')
const stores = [openStore({ url: database.url }), openStore({ url: database.url })] as const
/** Two processes. */
const [here, there] = stores.map((store) => trackerOpener({ box, store, allowPrivate: () => true })) as [
  ReturnType<typeof trackerOpener>,
  ReturnType<typeof trackerOpener>,
]

afterAll(async () => {
  for (const store of stores) await store.close()
  await database.drop()
})

async function connect(
  kind: Connection['kind'],
  baseUrl: string,
  credentials: OauthCredentials = app,
): Promise<Connection> {
  const id = randomUUID()
  const sealedCredentials = box.seal(JSON.stringify(credentials), id)
  await insertConnection(stores[0].db, { id, kind, name: id, baseUrl, scope: {}, sealedCredentials })
  return reread(id)
}

async function reread(id: string): Promise<Connection> {
  return (await findConnection(stores[0].db, id)) as Connection
}

async function stored({ id }: Connection): Promise<OauthCredentials> {
  return JSON.parse(box.open((await reread(id)).sealedCredentials, id)) as OauthCredentials
}

describe.each(['jira-cloud', 'linear'] as const)('an OAuth grant of %s', (kind) => {
  let simulator: Awaited<ReturnType<typeof start>>
  let connection: Connection
  const start = async () =>
    kind === 'linear'
      ? startLinearSimulator({ workspace: toLinearWorkspace(company, { serverTime }), oauth: app })
      : startJiraSimulator({ site: toJiraSite(company, { serverTime }), oauth: app })
  beforeEach(async () => {
    clock.ms = Date.now()
    simulator = await start()
    connection = await connect(kind, kind === 'linear' ? simulator.url : `${simulator.url}/ex/jira/cloud-1`)
    return () => simulator.stop()
  })

  test('is renewed at the first request, and its next refresh token is kept', async () => {
    await here(connection).test()

    expect(simulator.oauth.renewals).toBe(1)
    expect(await stored(connection)).toMatchObject({ clientId: 'app', accessToken: expect.stringMatching(/^access-/) })
    expect((await stored(connection)).refreshToken).not.toBe('refresh-0')
  })

  test('is renewed once for all requests of all processes', async () => {
    await Promise.all([here, there, here, there].map((open) => open(connection).test()))
    await here(await reread(connection.id)).test()

    expect(simulator.oauth.renewals).toBe(1)
  })

  test('is renewed in the middle of a walk when the tracker refuses an access token early', async () => {
    const tracker = here(connection)
    await tracker.test()
    simulator.oauth.expireAccessTokens()

    await tracker.test()

    expect(simulator.oauth.renewals).toBe(2)
  })

  test('survives a process that was killed after it had renewed and before it could store', async () => {
    await here(connection).test()
    // As it was before: the first refresh token is the stored one again, and it has been used.
    const asBefore = await connect(kind, connection.baseUrl)
    clock.ms += 9 * 60_000
    simulator.oauth.expireAccessTokens()

    await here(asBefore).test()

    expect(simulator.oauth.renewals).toBe(2)
  })

  test('whose refresh token is used again much later has ended, in one line with the remedy', async () => {
    await here(connection).test()
    const stolen = await connect(kind, connection.baseUrl)
    clock.ms += 11 * 60_000

    const failure = await here(stolen)
      .test()
      .catch((error: unknown) => error)

    expect(failure).toBeInstanceOf(TrackerUnauthorizedError)
    expect((failure as Error).message).toMatch(/Let the app in anew and enter the new refresh token\.$/)
    expect((failure as Error).message).not.toMatch(/refresh-0|app secret|\n/)
    // Whoever had the tokens after it has none any more.
    await expect(there(await reread(connection.id)).test()).rejects.toThrow(TrackerUnauthorizedError)
  })

  test('that was revoked reads nothing and is not taken for an empty tracker', async () => {
    const tracker = here(connection)
    await tracker.test()
    simulator.oauth.revoke()

    await expect(tracker.count()).rejects.toThrow(TrackerUnauthorizedError)
    await expect(there(await reread(connection.id)).readReferences()).rejects.toThrow(TrackerUnauthorizedError)
  })

  test('of an app with another secret is refused in words about the app', async () => {
    const other = await connect(kind, connection.baseUrl, { ...app, clientSecret: 'mistyped' })

    await expect(here(other).test()).rejects.toThrow(/check the client id and the client secret/)
  })
})

test('a Linear app without a refresh token signs in as itself', async () => {
  const linear = await startLinearSimulator({ workspace: toLinearWorkspace(company, { serverTime }), oauth: app })
  const { clientId, clientSecret } = app
  const connection = await connect('linear', linear.url, { clientId, clientSecret })

  const { accountName } = await here(connection).test()
  await linear.stop()

  expect(accountName).not.toBe('')
  expect(linear.oauth.renewals).toBe(0)
})

test('a scoped API token reads at the gateway, and is refused at the site', async () => {
  const scoped = { email: 'bot@acme.example', apiToken: 'scoped', scoped: true }
  const jira = await startJiraSimulator({ site: toJiraSite(company, { serverTime }), accounts: [scoped] })
  const { email, apiToken } = scoped
  const open = async (baseUrl: string) => {
    const id = randomUUID()
    const sealedCredentials = box.seal(JSON.stringify({ email, apiToken }), id)
    await insertConnection(stores[0].db, { id, kind: 'jira-cloud', name: id, baseUrl, scope: {}, sealedCredentials })
    return here(await reread(id))
  }

  const atGateway = await open(`${jira.url}/ex/jira/cloud-1`)
  const references = await atGateway.readReferences()
  const page = await atGateway.readPage(references, null)
  const refused = (await open(jira.url)).test()

  expect(page.tickets.length).toBeGreaterThan(0)
  await expect(refused).rejects.toThrow(TrackerUnauthorizedError)
  await jira.stop()
})
