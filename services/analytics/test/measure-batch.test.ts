import { randomUUID } from 'node:crypto'
import {
  defaultEffortSettings,
  type EffortCell,
  findBulkEdits,
  measureEffort,
  type TrackerTicket,
  type Transition,
  workingTime,
} from '@headroom/domain'
import {
  insertConnection,
  inTransaction,
  openStore,
  personId,
  type Store,
  ticketId,
  writeAccounts,
  writeTickets,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { measureBatch } from '../src/measure-batch.ts'

const database = await testDatabase()
let store: Store

beforeAll(() => {
  store = openStore({ url: database.url })
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

// Two tickets changed within the same hour are a bulk edit here, so that small worlds have many.
const settings = { ...defaultEffortSettings, bulkEditTickets: 2, bulkEditSeconds: 3600 }
const day = 86_400_000
const start = Date.UTC(2026, 0, 5)
const asOf = '2026-03-31'
const accounts = ['ada', 'bob', 'eve']
const statuses = {
  todo: { id: '1', name: 'To Do', category: 'todo' },
  doing: { id: '2', name: 'In Progress', category: 'in-progress' },
  review: { id: '3', name: 'In Review', category: 'in-progress' },
  done: { id: '4', name: 'Done', category: 'done' },
} as const

/** One change of a ticket: after so many hours, to this status or assignee. */
const change = fc.record({
  hours: fc.integer({ min: 1, max: 24 * 9 }),
  to: fc.constantFrom(...(Object.keys(statuses) as (keyof typeof statuses)[]), ...accounts),
})
const ticketSpec = fc.record({
  no: fc.integer({ min: 0, max: 7 }),
  startsOnDay: fc.integer({ min: 0, max: 50 }),
  changes: fc.array(change, { maxLength: 6 }),
  comments: fc.array(fc.integer({ min: 0, max: 60 * 24 }), { maxLength: 3 }),
  estimate: fc.option(fc.integer({ min: 1, max: 13 })),
  parent: fc.option(fc.integer({ min: 0, max: 7 })),
})
type TicketSpec = typeof ticketSpec extends fc.Arbitrary<infer T> ? T : never

/** The ticket that a spec describes; later versions of one number replace earlier ones. */
function toTicket(spec: TicketSpec, version: number): TrackerTicket {
  const createdAt = start + spec.startsOnDay * day + 9 * 3_600_000
  const transitions: Transition[] = []
  let at = createdAt
  let status: (typeof statuses)[keyof typeof statuses] = statuses.todo
  let assignee: string | null = null
  spec.changes.forEach(({ hours, to }, i) => {
    at += hours * 3_600_000
    const common = { id: `${i}:0`, at, authorAccountId: 'ada' }
    if (to in statuses) {
      const next = statuses[to as keyof typeof statuses]
      transitions.push({
        ...common,
        field: 'status',
        from: status.id,
        to: next.id,
        fromName: status.name,
        toName: next.name,
        fromCategory: status.category,
        toCategory: next.category,
      })
      status = next
    } else {
      transitions.push({ ...common, field: 'assignee', from: assignee, to, fromName: assignee, toName: to })
      assignee = to
    }
  })
  const isSubtask = spec.parent !== null && spec.parent !== spec.no
  return {
    externalId: String(spec.no),
    key: `T-${spec.no}`,
    previousKeys: [],
    url: '',
    title: 'A ticket',
    description: '',
    type: 'Task',
    isSubtask,
    isEpic: false,
    status,
    project: { id: '1', key: 'T', name: 'Team' },
    trackerTeam: null,
    parentExternalId: isSubtask ? String(spec.parent) : null,
    parentKey: null,
    sprints: [],
    labels: [],
    components: [],
    priority: null,
    estimate: spec.estimate,
    resolution: null,
    assigneeAccountId: assignee,
    reporterAccountId: null,
    createdAt,
    updatedAt: start + 365 * day + version,
    archivedAt: null,
    trashed: false,
    transitions,
    activities: spec.comments.map((hours, i) => ({
      id: `c${i}`,
      at: createdAt + hours * 3_600_000,
      kind: 'comment',
      authorAccountId: 'bob',
    })),
    worklogs: [],
    historyComplete: true,
  }
}

async function newConnection(): Promise<string> {
  const id = randomUUID()
  // TRUNCATE would write new files for each of the tables that hang on these.
  for (const table of ['connections', 'people', 'effort', 'person_days', 'active_spans', 'stage_work', 'teams']) {
    await store.pool.query(`DELETE FROM ${table}`)
  }
  await insertConnection(store.db, {
    id,
    kind: 'jira-cloud',
    name: id,
    baseUrl: 'https://jira.example',
    sealedCredentials: '',
    scope: {},
  })
  await inTransaction(store, (tx) =>
    writeAccounts(
      tx,
      id,
      accounts.map((accountId) => ({
        accountId,
        displayName: accountId,
        email: null,
        kind: 'human',
        active: true,
        timeZone: 'Europe/Berlin',
      })),
    ),
  )
  return id
}

/** What the pure core makes of the same tickets, from scratch. */
function reference(connectionId: string, tickets: readonly TrackerTicket[]) {
  const calendar = {
    id: 'default',
    name: 'Default',
    timeZone: 'UTC',
    weekdays: [1, 2, 3, 4, 5],
    hours: ['09:00', '17:00'],
    holidays: [],
  } as const
  const people = accounts.map((accountId) => {
    const id = personId({ connectionId, accountId, email: null })
    const person = {
      id,
      displayName: '',
      kind: 'human',
      timeZone: 'Europe/Berlin',
      calendarId: null,
      fte: 1,
      absences: [],
    } as const
    return {
      workingTime: workingTime(person, calendar),
      accountIds: [accountId],
      kind: 'human',
      memberships: [],
    } as const
  })
  const edits = tickets.flatMap((t) =>
    [...t.transitions, ...t.activities].flatMap(({ at, authorAccountId }) =>
      authorAccountId === null ? [] : [{ ticketId: t.externalId, accountId: authorAccountId, at }],
    ),
  )
  const bulkEdits = Map.groupBy(findBulkEdits(edits, settings), (edit) => edit.ticketId)
  const toMeasure = tickets.map((t) => {
    const group = ticketId(connectionId, t.parentExternalId ?? t.externalId)
    const id = ticketId(connectionId, t.externalId)
    return { ...t, id, groupId: group, deletedAt: null, bulkEdits: bulkEdits.get(t.externalId) ?? [] }
  })
  return measureEffort(toMeasure, people, settings, asOf)
}

async function measured(): Promise<{ cells: EffortCell[]; personDays: unknown[] }> {
  const cells = await store.pool.query<EffortCell>(
    `SELECT person_id AS "personId", day::text AS day, ticket_id AS "ticketId", units, units_equal AS "unitsEqual", units_points AS "unitsPoints"
       FROM effort WHERE (units, units_equal, units_points) <> (0, 0, 0) ORDER BY 1, 2, 3`,
  )
  const personDays = await store.pool.query(
    `SELECT person_id AS "personId", day::text AS day, capacity_units AS "capacityUnits", tracked_units AS "trackedUnits" FROM person_days ORDER BY 1, 2`,
  )
  return { cells: cells.rows, personDays: personDays.rows }
}

describe('measuring what changed', () => {
  test('after any sequence of edits, in any batches, the store holds what a full measurement of the last state gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(ticketSpec, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        async (batches) => {
          const connectionId = await newConnection()
          const latest = new Map<string, TrackerTicket>()
          let version = 0
          for (const batch of batches) {
            const tickets = batch.map((spec) => toTicket(spec, version++))
            for (const t of tickets) latest.set(t.externalId, t)
            await inTransaction(store, (tx) =>
              writeTickets(tx, {
                connectionId,
                tickets: tickets.map((ticket) => ({ ticket, raw: {} })),
                fetchedAt: start + version,
              }),
            )
            while ((await measureBatch(store, settings, asOf)) > 0);
          }

          const expected = reference(connectionId, [...latest.values()])
          const actual = await measured()
          expect(actual.cells).toEqual(expected.cells)
          expect(actual.personDays).toEqual(expected.personDays)
        },
      ),
      { numRuns: 25, endOnFailure: true },
    )
  })

  test('a bulk edit that grows or shrinks by one ticket changes the evidence of all its tickets', async () => {
    const connectionId = await newConnection()
    const inProgress = (no: number, commentAfterHours: number) =>
      toTicket(
        {
          no,
          startsOnDay: 0,
          changes: [
            { hours: 1 + no * 24, to: 'bob' },
            { hours: 2, to: 'doing' },
          ],
          comments: [commentAfterHours],
          estimate: null,
          parent: null,
        },
        version++,
      )
    let version = 0
    const versions = [[inProgress(1, 500)], [inProgress(2, 500)], [inProgress(2, 700)]]
    const latest = new Map<string, TrackerTicket>()
    for (const tickets of versions) {
      for (const ticket of tickets) latest.set(ticket.externalId, ticket)
      await inTransaction(store, (tx) =>
        writeTickets(tx, {
          connectionId,
          tickets: tickets.map((ticket) => ({ ticket, raw: {} })),
          fetchedAt: start + version,
        }),
      )
      while ((await measureBatch(store, settings, asOf)) > 0);
      expect((await measured()).cells).toEqual(reference(connectionId, [...latest.values()]).cells)
    }
  })
})
