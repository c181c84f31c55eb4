import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { startAnalytics } from '@headroom/analytics'
import { type BackingServices, openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { startClassifier } from '@headroom/classifier'
import { openTrackers, startIngest } from '@headroom/ingest'
import { readLeadershipReport } from '@headroom/measures'
import { createLogger, createSealedBox, type Service } from '@headroom/runtime'
import {
  defaultTeams,
  generateCompany,
  type JiraSimulator,
  type LinearSimulator,
  startJiraSimulator,
  startLinearSimulator,
  toJiraSite,
  toLinearWorkspace,
} from '@headroom/simulator'
import {
  findRun,
  insertConnection,
  inTransaction,
  listPeople,
  markDeleted,
  putCalendar,
  putTeam,
  readPublishedRules,
  requestRun,
  setOverride,
  stageBacklog,
  undoOverride,
  updatePerson,
} from '@headroom/store'
import { type TestDatabase, testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, runProgram } from './child-process.ts'

const until = Date.UTC(2026, 8, 30, 17)
const period = { from: '2026-07-01', to: '2026-09-30', label: '2026-Q3' }
const teams = defaultTeams.filter(({ key }) => ['BOOK', 'INS'].includes(key))
const company = generateCompany({ seed: 'recompute', until, months: 2, teams })

let database: TestDatabase
let backing: BackingServices
let jira: JiraSimulator
let linear: LinearSimulator
let model: ReturnType<typeof parseModel>
const connections: string[] = []
const services: Service[] = []

beforeAll(async () => {
  database = await testDatabase()
  const log = createLogger({ level: 'silent', service: 'recompute' })
  backing = await openBackingServices({ databaseUrl: database.url, redisUrl: undefined, name: 'recompute', log })
  model = parseModel(await readFile(shippedModelUrl))
  const box = createSealedBox(randomBytes(32).toString('base64'), 'tracker-credentials')
  // Edits come after whatever was there before, by the tracker's clock too.
  const serverTime = Date.now
  jira = await startJiraSimulator({
    site: toJiraSite(company, { serverTime }),
    accounts: [{ email: 'a@b.example', apiToken: 't' }],
  })
  linear = await startLinearSimulator({ workspace: toLinearWorkspace(company, { serverTime }), apiKeys: ['key'] })
  services.push(backing, jira, linear)
  const accounts = [
    { kind: 'jira-cloud', baseUrl: jira.url, credentials: { email: 'a@b.example', apiToken: 't' } },
    { kind: 'linear', baseUrl: linear.url, credentials: { apiKey: 'key' } },
  ] as const
  for (const { kind, baseUrl, credentials } of accounts) {
    const id = randomUUID()
    connections.push(id)
    const sealedCredentials = box.seal(JSON.stringify(credentials), id)
    await insertConnection(backing.store.db, { id, kind, name: kind, baseUrl, sealedCredentials, scope: {} })
  }
  const trackers = openTrackers({ box, store: backing.store, allowPrivate: () => true })
  services.push(await startIngest({ ...backing, ...trackers, log, now: Date.now }))
  services.push(await startClassifier({ ...backing, model, log }))
  services.push(await startAnalytics({ ...backing, log, now: Date.now }))
  await sync()
}, 240_000)
afterAll(async () => {
  for (const service of services.reverse()) await service.stop()
  await database?.drop()
})

/** Reads what changed and waits until all of it is measured. */
async function sync(): Promise<void> {
  const runIds: string[] = []
  for (const connectionId of connections) {
    const runId = await inTransaction(backing.store, (tx) =>
      requestRun(tx, { id: randomUUID(), connectionId, mode: 'incremental' }),
    )
    await backing.queues.wake('sync', { runId })
    runIds.push(runId)
  }
  await settled(runIds)
}

async function settled(runIds: readonly string[] = []): Promise<void> {
  await backing.queues.wake('classify', {})
  await backing.queues.wake('measure', {})
  await eventually('everything is read, classified and measured', async () => {
    const runs = await Promise.all(runIds.map((id) => findRun(backing.store.db, id)))
    const backlog = await stageBacklog(backing.store.db)
    return runs.every((run) => run?.status === 'succeeded') && backlog.classify + backlog.measure === 0
  })
}

/** What the report says now. The state of connections is no part of what is remembered, and revisions count changes. */
async function report(at: Date): Promise<string> {
  const { version } = await readPublishedRules(backing.store.db)
  const query = { period, generatedAt: at, model, ruleSetVersion: version }
  return comparable(await readLeadershipReport(backing.store.db, query))
}

function comparable(read: object): string {
  return JSON.stringify({ ...read, connections: null }, (key, value) => (key === 'revision' ? undefined : value), 1)
}

async function now(): Promise<Date> {
  const { rows } = await backing.store.pool.query<{ now: Date }>(`SELECT clock_timestamp() AS now`)
  return rows[0]?.now ?? new Date()
}

async function recomputed(at: Date): Promise<string> {
  const args = ['recompute', '--as-of', at.toISOString(), '--period', '2026-Q3', '--format', 'json']
  const { ended, stdout, stderr } = runProgram('services/headroom/src/main.ts', args, {
    DATABASE_URL: database.url,
    HEADROOM_SECRET_KEY: randomBytes(32).toString('base64'),
  })
  expect([await ended, stderr()]).toEqual([0, expect.not.stringMatching(/rror/)])
  return comparable(JSON.parse(stdout()))
}

async function mostEffort(): Promise<{ id: string; externalId: string; connectionId: string }[]> {
  const { rows } = await backing.store.pool.query(
    `SELECT t.id, t.external_id AS "externalId", t.connection_id AS "connectionId" FROM tickets t JOIN effort e ON e.ticket_id = t.id
      WHERE t.deleted_at IS NULL GROUP BY t.id ORDER BY sum(e.units) DESC, t.id`,
  )
  return rows
}

/** A change of everything that a number rests on. */
async function changeEverything(round: number): Promise<void> {
  const { store } = backing
  const actor = 'test'
  const tickets = await mostEffort()
  const [first, second, third] = tickets.slice(round * 3)
  const ofJira = tickets.filter((t) => t.connectionId === connections[0]).slice(round * 4)
  const ofLinear = tickets.filter((t) => t.connectionId === connections[1]).slice(round * 4)
  for (const { externalId } of ofJira.slice(0, 2))
    jira.editIssue(externalId, { summary: `Round ${round}`, comment: 'x' })
  for (const { externalId } of ofLinear.slice(0, 2)) linear.editIssue(externalId, { title: `Round ${round}` })
  linear.editIssue(ofLinear[2]?.externalId ?? '', { trashed: true })
  const people = (await listPeople(store.db, { limit: 200, after: null })).filter((p) => p.kind === 'human')
  const has = (connection: number) => (p: (typeof people)[number]) =>
    p.accounts.some((account) => account.connectionId === connections[connection])
  const one = people.find(has(0))
  const two = people.findLast((p) => has(1)(p) && p.id !== one?.id)
  await inTransaction(store, async (tx) => {
    await setOverride(tx, { ticketId: first?.id ?? '', workType: 'architecture', note: null, actor })
    await setOverride(tx, { ticketId: second?.id ?? '', workType: 'defect', note: null, actor })
    if (round > 0) await undoOverride(tx, { ticketId: tickets[0]?.id ?? '', actor })
    await markDeleted(tx, third?.connectionId ?? '', [third?.externalId ?? ''], {
      reason: 'absent',
      readAt: new Date(),
    })
    await updatePerson(tx, one?.id ?? '', {
      fte: 0.5 + round / 10,
      absences: [{ from: '2026-08-03', to: '2026-08-07', fraction: 1 }],
      accounts: two?.accounts ?? [],
    })
    await putCalendar(tx, {
      ...{ id: 'default', name: 'Default', timeZone: 'Europe/Berlin', weekdays: [1, 2, 3, 4], holidays: [] },
      ...{ opensAt: '09:00', closesAt: `1${round + 6}:00` },
    })
    const sources = [{ connectionId: connections[0] ?? '', project: 'BOOK', trackerTeam: null, label: null }]
    const members = [{ personId: people[3]?.id ?? '', from: '2026-07-01', to: null }]
    await putTeam(tx, { id: randomUUID(), name: `Team ${round}`, target: 0.3, sources, members })
  })
  await sync()
}

test('reports are had again to the byte, whatever was edited, deleted, merged, redrawn or judged after it', async () => {
  const then: { at: Date; said: string }[] = []
  for (let round = 0; round < 2; round++) {
    const at = await now()
    then.push({ at, said: await report(at) })
    await changeEverything(round)
  }
  const last = await now()
  const lastSaid = await report(last)
  const different = [...then.map(({ said }) => said), lastSaid].map((said) => said.replace(/"generatedAt".*/, ''))
  expect(new Set(different).size).toBe(3)

  for (const { at, said } of then) expect(await recomputed(at)).toEqual(said)

  expect(await report(last)).toEqual(lastSaid)
  const { rows } = await backing.store.pool.query(`SELECT FROM pg_namespace WHERE nspname = 'headroom_as_of'`)
  expect(rows).toEqual([])
}, 240_000)

test.each([
  ['yesterday', /^--as-of yesterday is no time. Write it with its zone, like 2026-10-01T08:00:00Z\.\n$/],
  ['2999-01-01T00:00:00Z', /^--as-of 2999-01-01T00:00:00Z is still to come\. .*\n$/],
])('%s is refused in one line', async (asOf, line) => {
  const { ended, stderr } = runProgram('services/headroom/src/main.ts', ['recompute', '--as-of', asOf], {
    DATABASE_URL: database.url,
  })

  expect([await ended, stderr()]).toEqual([1, expect.stringMatching(line)])
})
