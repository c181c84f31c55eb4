import { randomUUID } from 'node:crypto'
import { defaultEffortSettings, type TrackerTicket, type Transition } from '@headroom/domain'
import {
  type AccountKey,
  addAllWork,
  insertConnection,
  inTransaction,
  openStore,
  personId,
  updatePerson,
  writeAccounts,
  writeTickets,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { measureBatch } from '../src/measure-batch.ts'

const database = await testDatabase()
const store = openStore({ url: database.url })
afterAll(async () => {
  await store.close()
  await database.drop()
})

const day = 86_400_000
const start = Date.UTC(2026, 0, 5, 9)
const asOf = '2026-03-31'
const connections = [randomUUID(), randomUUID()] as const
const accountIds = ['ann', 'bob', 'eve'] as const

/** A ticket that somebody works on for some days; somebody may write on it, and go on with it. */
const ticketSpec = fc.record({
  connection: fc.constantFrom(0, 1),
  from: fc.integer({ min: 0, max: 40 }),
  days: fc.integer({ min: 1, max: 12 }),
  by: fc.constantFrom(...accountIds),
  next: fc.option(fc.constantFrom(...accountIds)),
  commentBy: fc.option(fc.constantFrom(...accountIds)),
})
const key = fc
  .record({ connection: fc.constantFrom(0, 1), account: fc.constantFrom(...accountIds) })
  .map(({ connection, account }): AccountKey => ({ connectionId: connections[connection] ?? '', accountId: account }))

type TicketSpec = typeof ticketSpec extends fc.Arbitrary<infer T> ? T : never

function toTicket(spec: TicketSpec, no: number): TrackerTicket {
  const createdAt = start + spec.from * day
  const todo = { id: '1', name: 'To Do', category: 'todo' } as const
  const doing = { id: '2', name: 'Doing', category: 'in-progress' } as const
  const done = { id: '3', name: 'Done', category: 'done' } as const
  const move = (at: number, from: typeof todo | typeof doing, to: typeof doing | typeof done): Transition => ({
    id: `s${to.id}`,
    at,
    field: 'status',
    from: from.id,
    to: to.id,
    fromName: from.name,
    toName: to.name,
    fromCategory: from.category,
    toCategory: to.category,
    authorAccountId: spec.by,
  })
  const assign = (at: number, from: string | null, to: string): Transition => ({
    ...{ id: `a${at}`, at, field: 'assignee', from, to, fromName: from, toName: to, authorAccountId: spec.by },
  })
  const middle = createdAt + (spec.days * day) / 2
  return {
    externalId: String(no),
    key: `T-${no}`,
    previousKeys: [],
    url: '',
    title: 'A ticket',
    description: '',
    type: 'Task',
    isSubtask: false,
    isEpic: false,
    status: done,
    project: { id: '1', key: `T${spec.connection}`, name: 'Team' },
    trackerTeam: null,
    parentExternalId: null,
    parentKey: null,
    sprints: [],
    labels: [],
    components: [],
    priority: null,
    estimate: null,
    resolution: null,
    assigneeAccountId: spec.next ?? spec.by,
    reporterAccountId: null,
    createdAt,
    updatedAt: createdAt + spec.days * day,
    archivedAt: null,
    trashed: false,
    transitions: [
      assign(createdAt + 1, null, spec.by),
      move(createdAt + 2, todo, doing),
      ...(spec.next ? [assign(middle, spec.by, spec.next)] : []),
      move(createdAt + spec.days * day, doing, done),
    ],
    activities: spec.commentBy
      ? [{ id: 'c', at: createdAt + day + 3, kind: 'comment', authorAccountId: spec.commentBy }]
      : [],
    worklogs: [],
    historyComplete: true,
  }
}

async function load(specs: readonly TicketSpec[]): Promise<void> {
  for (const table of ['connections', 'people', 'effort', 'person_days', 'active_spans', 'stage_work', 'teams'])
    await store.pool.query(`DELETE FROM ${table}`)
  for (const [i, id] of connections.entries()) {
    const address = { baseUrl: 'https://tracker.example', sealedCredentials: '', scope: {} }
    await insertConnection(store.db, { id, kind: 'jira-cloud', name: id, ...address })
    await inTransaction(store, async (tx) => {
      const account = { email: null, kind: 'human', active: true, timeZone: i ? 'Europe/Berlin' : 'UTC' } as const
      await writeAccounts(
        tx,
        id,
        accountIds.map((accountId) => ({ accountId, displayName: accountId, ...account })),
      )
      const tickets = specs.flatMap((spec, no) =>
        spec.connection === i ? [{ ticket: toTicket(spec, no), raw: {} }] : [],
      )
      await writeTickets(tx, { connectionId: id, tickets, fetchedAt: start })
    })
  }
  await measure()
}

async function measure(): Promise<void> {
  while ((await measureBatch(store, defaultEffortSettings, asOf)) > 0);
}

/** Everything that measuring writes. */
async function measured(where = 'true'): Promise<unknown> {
  const read = async (table: string, order: string) =>
    (await store.pool.query(`SELECT * FROM ${table} WHERE ${where} ORDER BY ${order}`)).rows
  return {
    effort: await read('effort', 'person_id, day, ticket_id'),
    spans: await read('active_spans', 'person_id, ticket_id, "from"'),
    personDays: await read('person_days', 'person_id, day'),
  }
}

const ownPerson = (account: AccountKey) => personId({ ...account, email: null })
const give = (id: string, accounts: readonly AccountKey[]) =>
  inTransaction(store, (tx) => updatePerson(tx, id, { accounts }))

test('merging people gives what measuring everything from scratch gives, touches nobody else’s rows, and undone is as if it had not been', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ticketSpec, { minLength: 1, maxLength: 12 }),
      fc.uniqueArray(key, { minLength: 2, maxLength: 3, selector: (k) => k.connectionId + k.accountId }),
      async (specs, merged) => {
        const [own, ...others] = merged
        if (!own) return
        await load(specs)
        const before = await measured()
        const elsewhere = `person_id <> ALL ('{${merged.map(ownPerson).join(',')}}')`
        const versions = `SELECT xmin, person_id, day, ticket_id FROM effort WHERE ${elsewhere} ORDER BY 2, 3, 4`
        const versionsBefore = (await store.pool.query(versions)).rows

        await give(ownPerson(own), [own, ...others])
        await measure()
        const after = await measured()
        expect((await store.pool.query(versions)).rows).toEqual(versionsBefore)
        await store.pool.query('DELETE FROM effort; DELETE FROM person_days; DELETE FROM active_spans')
        await inTransaction(store, (tx) => addAllWork(tx, 'measure'))
        await measure()
        expect(after).toEqual(await measured())

        await give(ownPerson(own), [own])
        await measure()
        expect(await measured()).toEqual(before)
      },
    ),
    { numRuns: 15, endOnFailure: true },
  )
})

test('whoever turns out to be a bot has neither effort nor capacity, and as a human all of it again', async () => {
  const [connectionId] = connections
  await load([
    { connection: 0, from: 0, days: 8, by: 'ann', next: null, commentBy: 'bob' },
    { connection: 0, from: 2, days: 8, by: 'bob', next: null, commentBy: null },
  ])
  const before = await measured()
  const sync = (kind: 'human' | 'bot') =>
    inTransaction(store, (tx) => {
      const ann = { accountId: 'ann', displayName: 'ann', email: null, kind, active: true, timeZone: 'UTC' }
      return writeAccounts(tx, connectionId, [ann])
    })
  const ann = personId({ connectionId, accountId: 'ann', email: null })

  await sync('bot')
  await measure()
  expect(await measured(`person_id = '${ann}'`)).toEqual({ effort: [], spans: [], personDays: [] })

  await sync('human')
  await measure()
  expect(await measured()).toEqual(before)
})

test('another working time counts at once, also on days whose tickets claim the same, and taken back it is as before', async () => {
  const [connectionId] = connections
  await load([{ connection: 0, from: 0, days: 20, by: 'ann', next: null, commentBy: 'bob' }])
  const before = await measured()
  const ann = personId({ connectionId, accountId: 'ann', email: null })
  const change = async (changes: Parameters<typeof updatePerson>[2]) => {
    await inTransaction(store, (tx) => updatePerson(tx, ann, changes))
    await measure()
    const changed = await measured()
    await inTransaction(store, (tx) => addAllWork(tx, 'measure'))
    await store.pool.query('DELETE FROM effort; DELETE FROM person_days; DELETE FROM active_spans')
    await measure()
    expect(changed).toEqual(await measured())
    expect(changed).not.toEqual(before)
  }

  await change({ fte: 0.5 })
  await change({ fte: 1, absences: [{ from: '2026-01-07', to: '2026-01-08', fraction: 1 }] })
  await inTransaction(store, (tx) => updatePerson(tx, ann, { absences: [] }))
  await measure()
  expect(await measured()).toEqual(before)
})
