import { assigneeIntervals, statusIntervals, type TrackerTicket } from '@headroom/domain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Cursor,
  type FetchedTicket,
  type Tracker,
  TrackerProtocolError,
  TrackerUnauthorizedError,
  TrackerUnavailableError,
} from '../src/index.ts'
import { people, type Simulated, type SimulatedLimits, startSimulated } from './simulated.ts'

const kinds = ['jira-cloud', 'jira-dc', 'linear'] as const

describe.each(kinds)('every tracker: %s', (kind) => {
  let simulated: Simulated

  const start = async (limits?: SimulatedLimits) => {
    await simulated?.stop()
    simulated = await startSimulated(kind, limits)
  }
  beforeEach(() => start())
  afterEach(() => simulated.stop())

  it('names the account that the credentials belong to', async () => {
    expect(await simulated.connect().test()).toEqual({ accountName: 'Ada' })
  })

  it('says plainly that the credentials are wrong', async () => {
    const tracker = simulated.connect({ secret: 'wrong' })

    await expect(tracker.test()).rejects.toThrow(TrackerUnauthorizedError)
    await expect(tracker.readPage(await simulated.connect().readReferences(), null)).rejects.toThrow(
      TrackerUnauthorizedError,
    )
  })

  it('gives every ticket exactly once in a backfill, and counts them before', async () => {
    const created = Array.from({ length: 230 }, (_, i) => simulated.create(`Ticket ${i}`))

    const tracker = simulated.connect()
    const tickets = await backfill(tracker)

    expect(tickets.map((t) => t.externalId)).toEqual(created)
    expect(await tracker.count()).toBe(230)
  })

  it('goes on from a stored cursor after a crash at any page, though many tickets were created at one moment', async () => {
    const created = [
      ...Array.from({ length: 40 }, (_, i) => simulated.create(`Ticket ${i}`)),
      ...Array.from({ length: 250 }, (_, i) => simulated.create(`Imported ${i}`, 'once')),
      ...Array.from({ length: 30 }, (_, i) => simulated.create(`Later ${i}`)),
    ]
    const references = await simulated.connect().readReferences()

    const found: string[] = []
    let cursor: Cursor | null = null
    do {
      const page = await simulated.connect().readPage(references, cursor)
      found.push(...page.tickets.map((t) => t.externalId))
      cursor = JSON.parse(JSON.stringify(page.next)) as Cursor | null
    } while (cursor !== null)

    expect(found.toSorted()).toEqual(created.toSorted())
  })

  it('gives every ticket exactly once in a census, with its time of change, from a stored cursor at any page', async () => {
    const created = [
      ...Array.from({ length: 20 }, (_, i) => simulated.create(`Ticket ${i}`)),
      ...Array.from({ length: 300 }, (_, i) => simulated.create(`Imported ${i}`, 'once')),
    ]
    const [changed = '', gone = ''] = created
    simulated.start(changed)
    simulated.remove(gone)
    const changedAt = simulated.now()

    const found = new Map<string, number | null>()
    let cursor: Cursor | null = null
    let met = 0
    do {
      const page = await simulated.connect().readSightings(cursor)
      for (const { externalId, updatedAt } of page.sightings) found.set(externalId, updatedAt)
      met += page.sightings.length
      expect(page.warnings).toEqual([])
      cursor = JSON.parse(JSON.stringify(page.next)) as Cursor | null
    } while (cursor !== null)

    expect([...found.keys()].toSorted()).toEqual(created.filter((id) => id !== gone).toSorted())
    expect(met).toBe(found.size)
    expect(found.get(changed)).toBe(changedAt)
    expect(met).toBe(await simulated.connect().count())
  })

  it('names the projects or teams that the account sees, as its tickets do', async () => {
    simulated.create('Pay by card')
    const tracker = simulated.connect()
    const [ticket] = await backfill(tracker)

    const homes = await tracker.readHomes()

    expect(homes).toHaveLength(2)
    expect(homes).toContain(ticket?.trackerTeam?.id ?? ticket?.project?.id)
  })

  it('tells the life of a ticket: status, assignee, estimate, comments, with times and authors', async () => {
    const id = simulated.create('Pay by card')
    const createdAt = simulated.now()
    simulated.assign(id, 'bob')
    const assignedAt = simulated.now()
    simulated.start(id)
    const startedAt = simulated.now()
    simulated.estimate(id, 5)
    simulated.comment(id)
    simulated.describe(id)
    simulated.assign(id, null)
    const releasedAt = simulated.now()
    simulated.giveUp(id)
    const endedAt = simulated.now()

    const ticket = await readOne(simulated.connect(), id)

    expect(ticket).toMatchObject({
      title: 'Pay by card',
      estimate: 5,
      assigneeAccountId: null,
      createdAt,
      historyComplete: true,
    })
    expect(ticket.description).toMatch(/^Why \d+$/)
    expect(
      statusIntervals(ticket).map(({ status, statusCategory, from, to }) => [status, statusCategory, from, to]),
    ).toEqual([
      ['To Do', 'todo', createdAt, startedAt],
      ['In Progress', 'in-progress', startedAt, endedAt],
      ["Won't do", 'canceled', endedAt, null],
    ])
    expect(assigneeIntervals(ticket)).toEqual([
      { assigneeAccountId: null, from: createdAt, to: assignedAt },
      { assigneeAccountId: people.bob, from: assignedAt, to: releasedAt },
      { assigneeAccountId: null, from: releasedAt, to: null },
    ])
    expect(ticket.transitions.filter((t) => t.field === 'estimate').map((t) => [t.from, t.to])).toEqual([[null, '5']])
    expect(ticket.activities.map((a) => a.kind).toSorted()).toEqual(['comment', 'description'])
    expect([...ticket.transitions, ...ticket.activities].every((c) => c.authorAccountId === people.ada)).toBe(true)
  })

  it('reads histories and comments to their end, however long', async () => {
    await start({ jira: { repeatsHistories: true } })
    const short = simulated.create('Short')
    const long = simulated.create('Long')
    for (let i = 0; i < 170; i++) simulated.assign(long, i % 2 === 0 ? 'bob' : 'ada')
    for (let i = 0; i < 130; i++) simulated.comment(long)

    const tickets = await backfill(simulated.connect())
    const byId = await readOne(simulated.connect(), long)

    const found = tickets.find((t) => t.externalId === long)
    expect(found?.transitions.filter((t) => t.field === 'assignee')).toHaveLength(170)
    expect(found?.activities.filter((a) => a.kind === 'comment')).toHaveLength(130)
    expect(new Set(found?.transitions.map((t) => t.id)).size).toBe(170)
    expect(found?.historyComplete).toBe(true)
    expect(byId).toEqual(found)
    expect(tickets.find((t) => t.externalId === short)?.transitions).toEqual([])
  })

  it('gives a transition the same id on every reading', async () => {
    const id = simulated.create('Pay by card')
    simulated.assign(id, 'bob')
    simulated.start(id)
    const before = await readOne(simulated.connect(), id)

    simulated.finish(id)
    const after = await readOne(simulated.connect(), id)

    expect(after.transitions.slice(0, 2)).toEqual(before.transitions)
  })

  it('keeps the identity of a moved ticket and remembers its old key', async () => {
    const id = simulated.create('Pay by card')
    const before = await readOne(simulated.connect(), id)

    simulated.move(id)
    const after = await readOne(simulated.connect(), id)

    expect(after.key).toMatch(/^OPS-/)
    expect(after.previousKeys).toEqual([before.key])
    expect(after.transitions.filter((t) => t.field === 'key').map((t) => [t.from, t.to])).toEqual([
      [before.key, after.key],
    ])
  })

  it('names the ids that it does not show as missing: deleted, or moved out of its scope', async () => {
    const [kept, deleted, moved] = [simulated.create('Kept'), simulated.create('Deleted'), simulated.create('Moved')]
    simulated.remove(deleted)
    simulated.move(moved)
    const tracker = simulated.connect({ scope: ['PAY'] })

    const { tickets, missing } = await tracker.readByIds(await tracker.readReferences(), [kept, deleted, moved])

    expect(tickets.map((t) => t.externalId)).toEqual([kept])
    expect(missing).toEqual([deleted, moved])
    expect((await backfill(tracker)).map((t) => t.externalId)).toEqual([kept])
  })

  it('hints at the tickets changed since a time, also when hundreds changed at one moment', async () => {
    const [quiet, ...changed] = Array.from({ length: 400 }, (_, i) => simulated.create(`Ticket ${i}`, 'once'))
    simulated.pass(3 * 3_600_000)
    const since = simulated.now()
    for (const id of changed) {
      simulated.assign(id, 'bob')
      simulated.pass(-60_000)
    }
    const hints = new Set<string>()
    const serverTimes = new Set<number>()

    for await (const { sightings, serverTime } of simulated.connect().readChanged(since)) {
      for (const { externalId } of sightings) hints.add(externalId)
      serverTimes.add(serverTime)
    }

    expect([...hints].toSorted()).toEqual(changed.toSorted())
    expect(hints).not.toContain(quiet)
    expect([...serverTimes]).toEqual([Math.floor(simulated.now() / 1000) * 1000])
  })

  it('tells the tracker clock also when nothing changed', async () => {
    const pages = []
    for await (const page of simulated.connect().readChanged(simulated.now())) pages.push(page)

    expect(pages.length).toBeGreaterThan(0)
    expect(pages.flatMap((p) => p.sightings)).toEqual([])
  })

  it('converts a stored payload into the same ticket again', async () => {
    const id = simulated.create('Pay by card')
    simulated.start(id)
    simulated.comment(id)
    const tracker = simulated.connect()
    const references = await tracker.readReferences()
    const [fetched] = (await tracker.readByIds(references, [id])).tickets

    const stored = JSON.parse(JSON.stringify({ references, raw: fetched?.raw }))
    const again = tracker.convert(stored.references, stored.raw)

    expect(again).toEqual(fetched)
  })

  it('reports a ticket with a missing counted field by name and keeps the rest of its page', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => simulated.create(`Ticket ${i}`))
    const path = kind === 'linear' ? 'graphql' : 'search'
    const tracker = simulated.connect()
    const references = await tracker.readReferences()
    simulated.faults.next({
      kind: 'malformed',
      field: simulated.countedField,
      path,
      ...(ids[2] ? { issueId: ids[2] } : {}),
    })

    const { tickets } = await tracker.readPage(references, null)

    expect(tickets.map((t) => t.externalId)).toEqual(ids)
    const problems = tickets.flatMap((t) => ('problem' in t ? [t.problem] : []))
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^Issue PAY-\\d+: .*${simulated.countedField} is missing$`)),
    ])
  })

  it('lists the accounts, also the ones that left, and the sprints', async () => {
    const tracker = simulated.connect()
    const accounts = []
    for await (const page of tracker.readAccounts()) accounts.push(...page)
    const sprints = await tracker.readSprints(await tracker.readReferences())

    expect(
      accounts
        .map((a) => [a.accountId, a.displayName, a.active, a.kind])
        .toSorted((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1)),
    ).toEqual([
      [people.ada, 'Ada', true, 'human'],
      [people.bob, 'Bob', false, 'human'],
    ])
    expect(sprints.map((s) => s.name)).toEqual(['First, [1]=a'])
  })

  it.each([
    { kind: 'rate-limited', retryAfterSeconds: 7 },
    { kind: 'unavailable' },
    { kind: 'truncated' },
    { kind: 'reset' },
    { kind: 'server-error' },
  ] as const)('waits and tries again after a passing failure: $kind', async (fault) => {
    const id = simulated.create('Pay by card')
    const waits: number[] = []
    const tracker = simulated.connect({ wait: async (ms) => void waits.push(ms) })
    const references = await tracker.readReferences()
    simulated.faults.next({ ...fault, times: 2 })

    const { tickets } = await tracker.readPage(references, null)

    expect(tickets.map((t) => t.externalId)).toEqual([id])
    expect(waits).toHaveLength(2)
    if (fault.kind === 'rate-limited') expect(Math.min(...waits)).toBeGreaterThanOrEqual(7000)
  })

  it('gives up on a lasting failure with the time after which to come back', async () => {
    const tracker = simulated.connect()
    const references = await tracker.readReferences()
    simulated.faults.next({ kind: 'rate-limited', retryAfterSeconds: 600, times: 20 })

    const failure = tracker.readPage(references, null)

    await expect(failure).rejects.toThrow(TrackerUnavailableError)
    await expect(failure).rejects.toMatchObject({ retryAfterMs: 600_000 })
  })

  it('never takes an expired token or a login page for an empty tracker', async () => {
    const id = simulated.create('Pay by card')
    const tracker = simulated.connect()
    const references = await tracker.readReferences()
    const reads = [
      () => tracker.readPage(references, null),
      () => tracker.readByIds(references, [id]),
      () => tracker.count(),
    ]
    for (const read of reads) {
      simulated.faults.next({ kind: 'expired-token' })
      await expect(read()).rejects.toThrow(TrackerUnauthorizedError)
      simulated.faults.clear()
      simulated.faults.next({ kind: 'login-page' })
      await expect(read()).rejects.toThrow(TrackerProtocolError)
      simulated.faults.clear()
    }
  })
})

describe('traps of one tracker', () => {
  it.each([{ kind: 'empty-page' }, { kind: 'repeated-token' }] as const)(
    "Jira Cloud's $kind loses and doubles nothing",
    async (fault) => {
      const simulated = await startSimulated('jira-cloud')
      const created = Array.from({ length: 350 }, (_, i) => simulated.create(`Ticket ${i}`))
      const tracker = simulated.connect()
      const references = await tracker.readReferences()
      const first = await tracker.readPage(references, null)
      simulated.faults.next({ ...fault, path: 'search/jql' })

      const found = [...first.tickets.map((t) => t.externalId)]
      for (let cursor = first.next; cursor !== null; ) {
        const page = await tracker.readPage(references, cursor)
        found.push(...page.tickets.map((t) => t.externalId))
        cursor = page.next
      }
      await simulated.stop()

      expect(found).toEqual(created)
    },
  )

  it('Linear is asked for less when it finds a query too complex', async () => {
    const simulated = await startSimulated('linear', { linear: { complexityMax: 900 } })
    const created = Array.from({ length: 60 }, (_, i) => simulated.create(`Ticket ${i}`))

    const found = await backfill(simulated.connect())
    await simulated.stop()

    expect(found.map((t) => t.externalId)).toEqual(created)
  })

  it("Linear's archived tickets are in the backfill and hinted at, though archiving moves no updatedAt", async () => {
    const simulated = await startSimulated('linear')
    const id = simulated.create('Old')
    simulated.pass(24 * 3_600_000)
    const since = simulated.now()
    simulated.archive(id)
    const hints: string[] = []
    for await (const page of simulated.connect().readChanged(since))
      hints.push(...page.sightings.map((s) => s.externalId))

    const [ticket] = await backfill(simulated.connect())
    await simulated.stop()

    expect(hints).toEqual([id])
    expect(ticket?.archivedAt).toBeGreaterThanOrEqual(since)
  })
})

async function backfill(tracker: Tracker): Promise<TrackerTicket[]> {
  const references = await tracker.readReferences()
  const tickets: TrackerTicket[] = []
  for (let cursor: Cursor | null = null; ; ) {
    const page = await tracker.readPage(references, cursor)
    tickets.push(...page.tickets.map(ticketOf))
    cursor = page.next
    if (cursor === null) return tickets
  }
}

async function readOne(tracker: Tracker, id: string): Promise<TrackerTicket> {
  const { tickets } = await tracker.readByIds(await tracker.readReferences(), [id])
  const [fetched] = tickets
  if (!fetched) throw new Error(`no ticket ${id}`)
  return ticketOf(fetched)
}

function ticketOf(fetched: FetchedTicket): TrackerTicket {
  if ('problem' in fetched) throw new Error(fetched.problem)
  return fetched.ticket
}
