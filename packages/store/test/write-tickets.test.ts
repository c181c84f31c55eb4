import { randomUUID } from 'node:crypto'
import type { TrackerTicket } from '@headroom/domain'
import { testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  insertConnection,
  inTransaction,
  markDeleted,
  openStore,
  type Store,
  stageBacklog,
  ticketId,
  type WriteTicketsResult,
  writeTickets,
} from '../src/index.ts'

const database = await testDatabase()
let store: Store
const connectionId = randomUUID()

beforeAll(async () => {
  store = openStore({ url: database.url })
  await insertConnection(store.db, {
    id: connectionId,
    kind: 'jira-cloud',
    name: 'Jira',
    baseUrl: 'https://jira.example',
    sealedCredentials: '',
    scope: {},
  })
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

const hour = 3_600_000
const created = Date.UTC(2026, 0, 5, 9)

function ticket(changes: Partial<TrackerTicket> = {}): TrackerTicket {
  return {
    externalId: '10001',
    key: 'SHOP-1',
    previousKeys: [],
    url: 'https://jira.example/browse/SHOP-1',
    title: 'Pay by invoice',
    description: '',
    type: 'Story',
    isSubtask: false,
    isEpic: false,
    status: { id: '3', name: 'In Progress', category: 'in-progress' },
    project: { id: '1', key: 'SHOP', name: 'Shop' },
    trackerTeam: null,
    parentExternalId: null,
    parentKey: null,
    sprints: [],
    labels: ['checkout', 'a "quoted", label'],
    components: [],
    priority: null,
    estimate: 3,
    resolution: null,
    assigneeAccountId: 'ada',
    reporterAccountId: 'bob',
    createdAt: created,
    updatedAt: created + hour,
    archivedAt: null,
    trashed: false,
    transitions: [
      {
        id: '1:0',
        at: created + hour,
        field: 'status',
        from: '1',
        to: '3',
        fromName: 'To Do',
        toName: 'In Progress',
        fromCategory: 'todo',
        toCategory: 'in-progress',
        authorAccountId: 'ada',
      },
    ],
    activities: [{ id: 'c1', at: created + 2 * hour, kind: 'comment', authorAccountId: 'bob' }],
    worklogs: [{ id: 'w1', authorAccountId: 'ada', startedAt: created + hour, seconds: 3600 }],
    historyComplete: true,
    ...changes,
  }
}

function write(t: TrackerTicket, fetchedAt = created + 24 * hour): Promise<WriteTicketsResult> {
  return inTransaction(store, (tx) =>
    writeTickets(tx, { connectionId, tickets: [{ ticket: t, raw: { id: t.externalId } }], fetchedAt }),
  )
}

async function stored(externalId: string) {
  const { rows } = await store.pool.query('SELECT * FROM tickets WHERE id = $1', [ticketId(connectionId, externalId)])
  return rows[0]
}

describe('writing tickets', () => {
  test('a ticket is kept with its history, its payload and work for the later stages', async () => {
    const result = await write(ticket({ externalId: 'a' }))

    expect(result).toMatchObject({ created: 1, updated: 0, unchanged: 0, stale: 0 })
    const row = await stored('a')
    expect(row).toMatchObject({ title: 'Pay by invoice', labels: ['checkout', 'a "quoted", label'], estimate: 3 })
    expect(row.started_at.getTime()).toBe(created + hour)
    const { rows } = await store.pool.query('SELECT * FROM transitions WHERE ticket_id = $1', [row.id])
    expect(rows).toHaveLength(1)
    expect(await stageBacklog(store.db)).toMatchObject({ classify: 1, measure: 1 })
  })

  test('the same reading twice changes nothing and leaves no work', async () => {
    await write(ticket({ externalId: 'b' }))
    await store.pool.query('DELETE FROM stage_work')
    const before = await stored('b')

    const again = await write(ticket({ externalId: 'b' }), created + 48 * hour)

    expect(again).toMatchObject({ created: 0, updated: 0, unchanged: 1 })
    expect(await stored('b')).toEqual(before)
    expect(await stageBacklog(store.db)).toEqual({ classify: 0, measure: 0 })
  })

  test('an older reading that arrives late does not replace a newer one', async () => {
    await write(ticket({ externalId: 'c', title: 'New', updatedAt: created + 5 * hour }), created + 6 * hour)

    const late = await write(
      ticket({ externalId: 'c', title: 'Old', updatedAt: created + 4 * hour }),
      created + 7 * hour,
    )

    expect(late.stale).toBe(1)
    expect((await stored('c')).title).toBe('New')
  })

  test('a deleted ticket that is seen again comes back, even when nothing else about it changed', async () => {
    await write(ticket({ externalId: 'd' }))
    await inTransaction(store, (tx) =>
      markDeleted(tx, connectionId, ['d'], { reason: 'delete-event', readAt: new Date(created + 30 * hour) }),
    )
    expect((await stored('d')).deleted_at).not.toBeNull()

    const back = await write(ticket({ externalId: 'd' }), created + 48 * hour)

    expect(back.updated).toBe(1)
    expect((await stored('d')).deleted_at).toBeNull()
  })

  test('a change of a parent gives its children to the classifier, by id and by key', async () => {
    await write(ticket({ externalId: 'p', key: 'SHOP-9' }))
    await write(ticket({ externalId: 'child-by-id', parentExternalId: 'p' }))
    await write(ticket({ externalId: 'child-by-key', parentKey: 'SHOP-9' }))
    await store.pool.query('DELETE FROM stage_work')

    await write(ticket({ externalId: 'p', key: 'SHOP-9', title: 'Renamed', updatedAt: created + 9 * hour }))

    const { rows } = await store.pool.query(`SELECT ticket_id FROM stage_work WHERE stage = 'classify'`)
    const ids = ['p', 'child-by-id', 'child-by-key'].map((id) => ticketId(connectionId, id))
    expect(rows.map((r) => r.ticket_id).sort()).toEqual(ids.sort())
  })

  test('text that PostgreSQL can not hold (NUL, half a surrogate pair) is replaced, and escapes that merely look alike stay', async () => {
    const title = 'nul \0 half \ud83d whole \u{1f600} literal \\u0000 \\\\ud83d'

    await write(ticket({ externalId: 'e', title }))

    expect((await stored('e')).title).toBe('nul \ufffd half \ufffd whole \u{1f600} literal \\u0000 \\\\ud83d')
  })

  test('a ticket that a page shows twice is stored once, as seen last', async () => {
    const twice = ['First', 'Second'].map((title) => ({ ticket: ticket({ externalId: 'f', title }), raw: {} }))

    const result = await inTransaction(store, (tx) =>
      writeTickets(tx, { connectionId, tickets: twice, fetchedAt: created + hour }),
    )

    expect(result.created).toBe(1)
    expect((await stored('f')).title).toBe('Second')
  })

  test('two writers that meet the same new tickets at the same moment store each once, with its history', async () => {
    const tickets = Array.from({ length: 50 }, (_, i) => ({ ticket: ticket({ externalId: `race-${i}` }), raw: {} }))
    const race = () =>
      inTransaction(store, (tx) => writeTickets(tx, { connectionId, tickets, fetchedAt: created + hour }))

    const results = await Promise.all([race(), race(), race(), race()])

    expect(results.map((r) => r.created).sort()).toEqual([0, 0, 0, 50])
    const { rows } = await store.pool.query(
      `SELECT count(*)::int AS n FROM transitions r JOIN tickets t ON t.id = r.ticket_id WHERE t.external_id LIKE 'race-%'`,
    )
    expect(rows[0].n).toBe(50)
  })
})
