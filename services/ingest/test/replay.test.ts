import {
  defaultLinearApiKey,
  defaultTeams,
  generateCompany,
  startJiraSimulator,
  startLinearSimulator,
  toJiraSite,
  toLinearWorkspace,
} from '@headroom/simulator'
import { type Connection, findConnection, inTransaction, markDeleted, markDirty, stageBacklog } from '@headroom/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hydrate } from '../src/hydrate.ts'
import { replayConnection } from '../src/replay.ts'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

const until = Date.UTC(2026, 9, 30, 17)
const company = (...keys: string[]) =>
  generateCompany({ seed: 'replay', until, months: 1, teams: defaultTeams.filter(({ key }) => keys.includes(key)) })

/** What tests do to any tracker. Issues are named by their place in the order of creation. */
interface Small {
  readonly connectionId: string
  readonly ids: readonly string[]
  change(id: string, change: { title?: string; comment?: string; moveTo?: string; restore?: boolean }): void
  remove(id: string): void
  /** Until they are well again the readings of this one are not to be understood. */
  spoil(id: string): void
  heal(): void
  stop(): Promise<void>
}

async function startJira(kind: 'cloud' | 'dc'): Promise<Small> {
  const site = toJiraSite(company('BOOK', 'PLAT'), { kind, serverTime: () => ingest.clock.ms })
  const jira = await startJiraSimulator({ site })
  const credentials = kind === 'dc' ? { token: 'simulated-access-token' } : undefined
  return {
    connectionId: await ingest.connect({ kind: `jira-${kind}`, baseUrl: jira.url }, credentials),
    ids: [...site.issues.keys()],
    change: (id, { title, comment, moveTo }) =>
      void jira.editIssue(id, {
        ...(title ? { summary: title } : {}),
        ...(comment ? { comment } : {}),
        ...(moveTo ? { project: moveTo } : {}),
      }),
    remove: (id) => void jira.deleteIssue(id),
    spoil: (issueId) => jira.faults.next({ kind: 'malformed', issueId, times: 1000, field: 'summary', value: 3 }),
    heal: () => jira.faults.clear(),
    stop: () => jira.stop(),
  }
}

async function startLinear(): Promise<Small> {
  const workspace = toLinearWorkspace(company('INS', 'MOB'), { serverTime: () => ingest.clock.ms })
  const linear = await startLinearSimulator({ workspace })
  return {
    connectionId: await ingest.connect({ kind: 'linear', baseUrl: linear.url }, { apiKey: defaultLinearApiKey }),
    ids: [...workspace.issues.keys()],
    change: (id, { title, comment, moveTo, restore }) =>
      void linear.editIssue(id, {
        ...(title ? { title } : {}),
        ...(comment ? { comment } : {}),
        ...(moveTo ? { team: moveTo } : {}),
        ...(restore ? { trashed: false } : {}),
      }),
    // As users do; for good it goes later.
    remove: (id) => void linear.editIssue(id, { trashed: true }),
    spoil: (issueId) => linear.faults.next({ kind: 'malformed', issueId, times: 1000, field: 'title', value: 3 }),
    heal: () => linear.faults.clear(),
    stop: () => linear.stop(),
  }
}

const started: Record<string, () => Promise<Small>> = {
  'Jira Cloud': () => startJira('cloud'),
  'Jira Data Center': () => startJira('dc'),
  Linear: startLinear,
}

async function read(connection: Connection, ids: readonly string[], reason: 'webhook' | 'delete-event' = 'webhook') {
  ingest.clock.ms += 60_000
  await inTransaction(ingest.store, (tx) => markDirty(tx, connection.id, ids, reason))
  await hydrate(ingest.deps, { connection, tracker: ingest.deps.openTracker(connection), runId: null })
}

/** All that is made of payloads, as text, each row a line. */
async function dump(connectionId: string): Promise<Record<string, string[]>> {
  const ofTicket = `ticket_id IN (SELECT id FROM tickets WHERE connection_id = $1)`
  const tables = { transitions: ofTicket, activities: ofTicket, worklogs: ofTicket }
  const ofConnection = 'connection_id = $1'
  const all = {
    tickets: ofConnection,
    ticket_keys: ofConnection,
    failed_tickets: ofConnection,
    accounts: ofConnection,
    ...tables,
  }
  const lines: Record<string, string[]> = {}
  for (const [table, where] of Object.entries(all))
    lines[table] = await ingest.column(`SELECT to_json(r)::text FROM ${table} r WHERE ${where}`, connectionId)
  return lines
}

/** How often a fact changed is counted where it is stored, and so differs after tickets were stored anew. */
const withoutRevision = (lines: Record<string, string[]>) =>
  Object.fromEntries(
    Object.entries(lines).map(([table, rows]) => [table, rows.map((row) => row.replace(/,"revision":\d+/, '')).sort()]),
  )

const replay = (connection: Connection, stopping = new AbortController(), tell = (_: { done: number }) => {}) =>
  replayConnection(ingest.deps, { connection, tell, stopping: stopping.signal })

describe.each(Object.keys(started))('%s', (kind) => {
  let connection: Connection
  let before: Record<string, string[]>
  beforeAll(async () => {
    const small = await started[kind]?.()
    if (!small) throw new Error('No such tracker')
    const [edited = '', moved = '', removed = '', back = '', spoiled = '', gone = ''] = small.ids.slice(3)
    small.spoil(spoiled)
    await ingest.run(small.connectionId)
    small.heal()
    connection = (await findConnection(ingest.store.db, small.connectionId)) as Connection
    for (const title of ['Said twice', 'Said otherwise \u0000 and \ud800 odd', 'Said twice']) {
      ingest.clock.ms += 60_000
      small.change(edited, { title, comment: `Now: ${title}` })
      await read(connection, [edited])
    }
    const projects = kind === 'Linear' ? ['MOB', 'INS'] : ['PLAT', 'BOOK']
    for (const moveTo of projects) {
      ingest.clock.ms += 60_000
      small.change(moved, { moveTo })
      await read(connection, [moved])
    }
    small.remove(removed)
    await read(connection, [removed], 'delete-event')
    await inTransaction(ingest.store, (tx) =>
      markDeleted(tx, connection.id, [back, gone], { reason: 'absent', readAt: new Date(ingest.clock.ms + 1) }),
    )
    await read(connection, [back])
    await small.stop()
    await ingest.store.pool.query('DELETE FROM stage_work')
    before = await dump(connection.id)
  })

  test('has edited, moved, deleted, resurrected and unreadable tickets to begin with', async () => {
    const count = async (sql: string) => Number((await ingest.column(sql, connection.id))[0])
    const tickets = 'SELECT count(*) FROM tickets WHERE connection_id = $1'
    expect(await count(`${tickets} AND deleted_at IS NOT NULL`)).toBe(2)
    expect(
      await count(`${tickets} AND (SELECT count(*) FROM ticket_keys k WHERE k.ticket_id = id) > 1`),
    ).toBeGreaterThan(0)
    expect(await count('SELECT count(*) FROM failed_tickets WHERE connection_id = $1')).toBe(1)
    expect(await count('SELECT count(*) FROM raw_ticket_versions WHERE connection_id = $1')).toBeGreaterThanOrEqual(6)
    expect(await count(tickets)).toBeGreaterThan(150)
  })

  test('is replayed without a request to the very same rows, with nothing left to do', async () => {
    const result = await replay(connection)

    expect(result).toMatchObject({ changed: 0, failed: 1 })
    expect(await dump(connection.id)).toEqual(before)
    expect(await stageBacklog(ingest.store.db)).toMatchObject({ classify: 0, measure: 0 })
  })

  test('is there again when all of it was lost, and what comes after it is told', async () => {
    await ingest.store.pool.query('DELETE FROM tickets WHERE connection_id = $1', [connection.id])

    const result = await replay(connection)

    expect(result?.changed).toBe(before.tickets?.length)
    expect(withoutRevision(await dump(connection.id))).toEqual(withoutRevision(before))
    expect(await stageBacklog(ingest.store.db)).toMatchObject({ classify: result?.changed, measure: result?.changed })
  })

  test('goes on where a replay was broken off, and ends the same', async () => {
    await ingest.store.pool.query('DELETE FROM tickets WHERE connection_id = $1', [connection.id])
    const stopping = new AbortController()
    const seen: number[] = []
    const broken = replay(connection, stopping, ({ done }) => {
      if (done > 0) stopping.abort(new Error('Stopped'))
    })
    await expect(broken).rejects.toThrow('Stopped')
    const stored = (await ingest.stored(connection.id)).length
    expect(stored).toBeGreaterThan(0)

    await replay(connection, undefined, ({ done }) => seen.push(done))

    expect(seen[0]).toBeGreaterThanOrEqual(stored)
    expect(withoutRevision(await dump(connection.id))).toEqual(withoutRevision(before))
  })
})

test('a connection of which nothing was ever read has nothing to replay', async () => {
  const id = await ingest.connect({ kind: 'linear', baseUrl: 'https://tracker.invalid' })

  expect(await replay((await findConnection(ingest.store.db, id)) as Connection)).toBeNull()
})
