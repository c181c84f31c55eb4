import { randomUUID } from 'node:crypto'
import { createSealedBox } from '@headroom/runtime'
import { defaultTeams, generateCompany, startJiraSimulator, toJiraSite } from '@headroom/simulator'
import { type Connection, findConnection, insertConnection, openStore } from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { TrackerUnavailableError } from '@headroom/trackers'
import { afterAll, expect, test } from 'vitest'
import type { OpenTracker } from '../src/open-tracker.ts'
import { trackerOpener } from '../src/tracker-access.ts'

const company = generateCompany({
  seed: 'pace',
  until: Date.UTC(2026, 9, 30),
  months: 1,
  teams: defaultTeams.filter(({ key }) => ['BOOK', 'INS'].includes(key)),
})
const database = await testDatabase()
const box = createSealedBox(Buffer.alloc(32, 9).toString('base64'), 'tracker-credentials')
const stores = [openStore({ url: database.url }), openStore({ url: database.url })] as const
/** Two processes: what they know of each other goes through the database. */
const [here, there] = stores.map((store) => trackerOpener({ box, store, allowPrivate: () => true })) as [
  OpenTracker,
  OpenTracker,
]
const stops: (() => Promise<void>)[] = []

afterAll(async () => {
  for (const stop of stops) await stop()
  for (const store of stores) await store.close()
  await database.drop()
})

async function connect(kind: Connection['kind'], baseUrl: string, credentials: object): Promise<Connection> {
  const id = randomUUID()
  const sealedCredentials = box.seal(JSON.stringify(credentials), id)
  await insertConnection(stores[0].db, { id, kind, name: id, baseUrl, scope: {}, sealedCredentials })
  return (await findConnection(stores[0].db, id)) as Connection
}

/** A Data Center that tells its limits with every answer, as the real one does. */
async function limitedJira(limits: { requestsPerSecond: number; requestsBurst: number }) {
  const jira = await startJiraSimulator({
    site: { ...toJiraSite(company, { serverTime: () => Date.now() }), kind: 'dc' },
    accounts: [{ token: 'pat' }],
    limits,
  })
  stops.push(() => jira.stop())
  return { jira, connection: await connect('jira-dc', jira.url, { token: 'pat' }) }
}

/** `times` requests at once by a process; the returned list grows as they are answered. */
function ask(open: OpenTracker, connection: Connection, times: number): { done: number[]; all: Promise<unknown> } {
  const tracker = open(connection, 'backfill')
  const done: number[] = []
  const one = async (n: number) => {
    await tracker.count()
    done.push(n)
  }
  return { done, all: Promise.all(Array.from({ length: times }, (_, n) => one(n))) }
}

test('two processes together obey the limit of their credential without being refused', async () => {
  const { jira, connection } = await limitedJira({ requestsPerSecond: 40, requestsBurst: 20 })
  const began = Date.now()

  await Promise.all([ask(here, connection, 40).all, ask(there, connection, 40).all])

  expect(jira.traffic.allowed).toBe(80)
  expect(jira.traffic.refused).toBe(0)
  // A backfill takes half of what is filled up, and half of what was there.
  expect(Date.now() - began).toBeGreaterThan(((80 - 20) / 40) * 1000)
})

test('a webhook that comes in the middle of a backfill goes before it, from whichever process', async () => {
  const { connection } = await limitedJira({ requestsPerSecond: 20, requestsBurst: 10 })
  const backfills = [ask(here, connection, 25), ask(there, connection, 25)]
  while (backfills.every(({ done }) => done.length < 5)) await new Promise((resolve) => setTimeout(resolve, 10))

  await Promise.all([here(connection, 'webhook').count(), there(connection, 'webhook').count()])
  const answered = backfills.reduce((sum, { done }) => sum + done.length, 0)
  await Promise.all(backfills.map(({ all }) => all))

  expect(answered).toBeLessThan(25)
})

test('when one process is refused, the other sends nothing either until the tracker takes requests again', async () => {
  const { jira, connection } = await limitedJira({ requestsPerSecond: 1000, requestsBurst: 100 })
  await there(connection).count()
  jira.faults.next({ kind: 'rate-limited', retryAfterSeconds: 2 })
  const refusedAt = performance.now()
  await Promise.all([
    here(connection).count(),
    new Promise((resolve) => setTimeout(resolve, 500)).then(() => there(connection, 'webhook').count()),
  ])

  expect(performance.now() - refusedAt).toBeGreaterThan(2000)
  expect(jira.traffic).toEqual({ allowed: 3, refused: 0 })
})

test('a pause that is too long to hold a worker for is said in one line, by every process, without asking the tracker', async () => {
  const { jira, connection } = await limitedJira({ requestsPerSecond: 1000, requestsBurst: 100 })
  await here(connection).count()
  jira.faults.next({ kind: 'rate-limited', retryAfterSeconds: 600 })
  await expect(here(connection).count()).rejects.toThrow(TrackerUnavailableError)
  const before = jira.traffic.allowed
  while (!(await isPauseStored())) await new Promise((resolve) => setTimeout(resolve, 10))

  for (const open of [here, there])
    await expect(open(connection, 'webhook').count()).rejects.toThrow(
      /limits the rate of requests; the next one goes out in 10 minutes/,
    )

  expect(jira.traffic.allowed).toBe(before)
})

/** What one process has learnt is in the database a moment after its request has failed. */
async function isPauseStored(): Promise<boolean> {
  const { rowCount } = await stores[0].pool.query(
    `SELECT FROM credential_paces WHERE (state->>'pausedUntilMs')::float > extract(epoch FROM now() + interval '5 minutes') * 1000`,
  )
  return rowCount === 1
}
