import { approveMissing, inTransaction, readCursor } from '@headroom/store'
import { TrackerProtocolError } from '@headroom/trackers'
import { afterAll, describe, expect, test } from 'vitest'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

const minute = 60_000
const hour = 60 * minute
const kinds = ['jira-cloud', 'jira-dc', 'linear'] as const

const deleted = (connectionId: string) =>
  ingest.column(
    `SELECT external_id || ' ' || deleted_reason FROM tickets WHERE connection_id = $1 AND deleted_at IS NOT NULL`,
    connectionId,
  )

/** A tracker of `count` tickets, all stored, in a quiet moment. */
async function startStored(kind: (typeof kinds)[number], count: number) {
  const { small, connectionId } = await ingest.startSmall(kind)
  const ids = Array.from({ length: count }, (_, n) => small.create(`Ticket ${n}`, n % 2 === 0 ? 'PAY' : 'OPS'))
  ingest.clock.ms += minute
  await ingest.run(connectionId)
  ingest.clock.ms += hour
  return { small, connectionId, ids }
}

/** A census now, and the second look half an hour later. */
async function censusAndBothLooks(connectionId: string) {
  const first = await ingest.run(connectionId, { mode: 'full' })
  ingest.clock.ms += 31 * minute
  return { first, second: await ingest.run(connectionId) }
}

describe.each(kinds)('a ticket of %s that vanished without a word', (kind) => {
  test('is deleted after two looks half an hour apart, not sooner, and a later sight brings it back', async () => {
    const { small, connectionId, ids } = await startStored(kind, 6)
    const [gone = ''] = ids
    small.remove(gone)

    const first = await ingest.run(connectionId, { mode: 'full' })
    const afterFirst = await deleted(connectionId)
    ingest.clock.ms += 29 * minute
    await ingest.run(connectionId)
    const tooSoon = await deleted(connectionId)
    ingest.clock.ms += 2 * minute
    const second = await ingest.run(connectionId)

    expect(first.run.problems).toEqual([])
    expect(afterFirst).toEqual([])
    expect(tooSoon).toEqual([])
    expect(await deleted(connectionId)).toEqual([`${gone} absent`])
    expect(second.run).toMatchObject({ status: 'succeeded', deleted: 1 })
    expect(second.connection).toMatchObject({ state: 'ok', problem: null })
    small.restore(gone)
    await ingest.run(connectionId, { mode: 'full' })
    expect(await deleted(connectionId)).toEqual([])
    expect(await ingest.column('SELECT title FROM tickets WHERE connection_id = $1', connectionId)).toContain(
      'Ticket 0',
    )
  })

  test('counts for as long as the credentials are not good, however often it is looked up', async () => {
    const { small, connectionId, ids } = await startStored(kind, 6)
    small.remove(ids[0] ?? '')
    await ingest.run(connectionId, { mode: 'full' })
    ingest.clock.ms += 31 * minute
    // The tracker answers, and shows nothing: as it does to an expired token.
    const deps = ingest.depsWith(() => ({
      readByIds: async (_, externalIds) => ({ tickets: [], missing: externalIds }),
      test: async () => {
        throw new TrackerProtocolError('Nobody is signed in; make a new token.')
      },
    }))

    const { connection } = await ingest.run(connectionId, { deps })

    expect(connection).toMatchObject({ state: 'error', problem: 'Nobody is signed in; make a new token.' })
    expect(await deleted(connectionId)).toEqual([])
  })

  test('is not even suspected by a walk that ended early, and the run says so', async () => {
    const { connectionId } = await startStored(kind, 30)
    const short = ingest.depsWith((tracker) => ({
      readSightings: async (cursor) => {
        const page = await tracker.readSightings(cursor)
        return { ...page, sightings: page.sightings.slice(0, 5) }
      },
    }))

    const { run } = await ingest.run(connectionId, { mode: 'full', deps: short })

    expect(run.problems).toEqual([
      { problem: expect.stringMatching(/^The census met 5 tickets where the tracker counts about 30\. No ticket/) },
    ])
    expect(
      await ingest.column('SELECT external_id FROM missing_tickets WHERE connection_id = $1', connectionId),
    ).toEqual([])
  })

  test('that the tracker merely did not list is shown by id, and stays', async () => {
    const { connectionId, ids } = await startStored(kind, 30)
    const unsteady = ingest.depsWith((tracker) => ({
      readSightings: async (cursor) => {
        const page = await tracker.readSightings(cursor)
        return { ...page, sightings: page.sightings.filter((s) => !ids.slice(0, 4).includes(s.externalId)) }
      },
    }))

    const { run } = await ingest.run(connectionId, { mode: 'full', deps: unsteady })
    ingest.clock.ms += 31 * minute
    await ingest.run(connectionId)

    expect(run.problems).toEqual([])
    expect(await deleted(connectionId)).toEqual([])
    expect(
      await ingest.column('SELECT external_id FROM missing_tickets WHERE connection_id = $1', connectionId),
    ).toEqual([])
  })
})

describe('many that vanish at once', () => {
  test('wait for a person, whose word lets them go after one more look', async () => {
    const { small, connectionId, ids } = await startStored('jira-cloud', 40)
    const gone = ids.filter((_, n) => n % 2 === 0).slice(0, 12)
    for (const id of gone) small.remove(id)

    const { second } = await censusAndBothLooks(connectionId)
    const held = await deleted(connectionId)
    const again = await censusAndBothLooks(connectionId)
    const stillHeld = await deleted(connectionId)
    const approved = await inTransaction(ingest.store, (tx) => approveMissing(tx, connectionId))
    const [back = ''] = gone
    small.restore(back)
    const after = await ingest.run(connectionId)

    expect(held).toEqual([])
    expect(stillHeld).toEqual([])
    expect(second.connection.state).toBe('ok')
    expect(second.connection.problem).toMatch(
      /^The tracker no longer shows 12 of 20 tickets of PAY; they still count\. .*connections confirm-deletions/,
    )
    expect(second.connection.problem).toMatch(/^[^\n]+$/)
    expect(again.second.connection.problem).toBe(second.connection.problem)
    expect(approved).toBe(12)
    expect(await deleted(connectionId)).toEqual(
      gone
        .slice(1)
        .map((id) => `${id} absent`)
        .sort(),
    )
    expect(after.connection.problem).toBe(null)
  })

  test('of a project that is gone, too; few of a small one go with the reason', async () => {
    const { small, connectionId } = await startStored('jira-cloud', 16)
    small.setProject('OPS', 'deleted')

    const { second } = await censusAndBothLooks(connectionId)

    const gone = await deleted(connectionId)
    expect(gone).toHaveLength(8)
    expect(gone.every((row) => row.endsWith(' project-gone'))).toBe(true)
    expect(second.connection.problem).toBe(null)
  })

  test('in an archived project stay: the tracker shows them by id', async () => {
    const { small, connectionId } = await startStored('jira-cloud', 16)
    small.setProject('OPS', 'archived')

    await censusAndBothLooks(connectionId)

    expect(await deleted(connectionId)).toEqual([])
  })
})

describe('the census', () => {
  test('is begun at once when a project goes out of sight or comes back, and finds what became of its tickets', async () => {
    const { small, connectionId } = await startStored('jira-cloud', 8)
    small.setProject('OPS', 'deleted')
    await ingest.run(connectionId)
    ingest.clock.ms += 31 * minute
    await ingest.run(connectionId)
    const gone = await deleted(connectionId)
    small.setProject('OPS', 'live')
    ingest.clock.ms += 16 * minute

    await ingest.run(connectionId)

    expect(gone).toHaveLength(4)
    expect(await deleted(connectionId)).toEqual([])
  })

  test.each(kinds)('of %s finds a change that no list of changes tells, and reads nothing else', async (kind) => {
    const { small, connectionId, ids } = await startStored(kind, 12)
    const [late = ''] = ids
    small.edit(late, { title: 'Changed while we were deaf' })
    ingest.clock.ms += 30 * hour
    const read: string[] = []
    const deaf = ingest.depsWith((tracker) => ({
      readChanged: async function* () {
        yield { sightings: [], serverTime: ingest.clock.ms }
      },
      readByIds: (references, externalIds) => {
        read.push(...externalIds)
        return tracker.readByIds(references, externalIds)
      },
    }))

    await ingest.run(connectionId, { deps: deaf })

    expect(read).toEqual([late])
    expect(await ingest.column('SELECT title FROM tickets WHERE connection_id = $1', connectionId)).toContain(
      'Changed while we were deaf',
    )
  })

  test('is begun a day after the first reading, walked in parts that keep no poll waiting, and resumed after a crash', async () => {
    const { small, connectionId } = await startStored('jira-dc', 0)
    for (let n = 0; n < 30; n++) {
      small.create(`Ticket ${n}`)
      ingest.clock.ms += minute
    }
    await ingest.run(connectionId)
    const places: unknown[] = []
    let crashAt = 3
    const paged = ingest.depsWith((tracker) => ({
      readSightings: async (cursor) => {
        if (--crashAt === 0) throw new TrackerProtocolError('The tracker broke; mend it.')
        places.push(cursor)
        const page = await tracker.readSightings(null)
        const at = (cursor as { at?: number } | null)?.at ?? 0
        const sightings = page.sightings.slice(at, at + 1)
        return { sightings, warnings: [], next: at + 1 < page.sightings.length ? { at: at + 1 } : null }
      },
    }))
    const runs = async (times: number) => {
      for (let n = 0; n < times; n++) await ingest.run(connectionId, { deps: paged })
    }

    await runs(1)
    const before = places.length
    ingest.clock.ms += 25 * hour
    await runs(3)

    expect(before).toBe(0)
    expect(places).toEqual([null, ...Array.from({ length: 29 }, (_, n) => ({ at: n + 1 }))])
    expect(await readCursor(ingest.store.db, connectionId, 'census')).toMatchObject({ met: 30, expected: 30 })
  })

  test('of Linear counts what is in the trash as deleted, what is archived not, and brings both back', async () => {
    const { small, connectionId, ids } = await startStored('linear', 6)
    const [trashed = '', archived = ''] = ids
    const deaf = ingest.depsWith(() => ({
      readChanged: async function* () {
        yield { sightings: [], serverTime: ingest.clock.ms }
      },
    }))
    const archivedIds = () =>
      ingest.column(
        'SELECT external_id FROM tickets WHERE connection_id = $1 AND archived_at IS NOT NULL AND deleted_at IS NULL',
        connectionId,
      )
    small.edit(trashed, { trashed: true })
    small.edit(archived, { archived: true })
    ingest.clock.ms += 25 * hour

    await ingest.run(connectionId, { deps: deaf })
    const away = { deleted: await deleted(connectionId), archived: await archivedIds() }
    small.edit(trashed, { trashed: false })
    small.edit(archived, { archived: false })
    ingest.clock.ms += 25 * hour
    await ingest.run(connectionId, { deps: deaf })

    expect(away).toEqual({ deleted: [`${trashed} trashed`], archived: [archived] })
    expect(await deleted(connectionId)).toEqual([])
    expect(await archivedIds()).toEqual([])
  })
})
