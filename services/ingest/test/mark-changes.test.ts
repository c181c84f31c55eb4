import { afterAll, describe, expect, test } from 'vitest'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

const minute = 60_000
const hour = 60 * minute
const kinds = ['jira-cloud', 'jira-dc', 'linear'] as const

/** Deps that note what is read by id and from when on changes are asked for. */
function noting() {
  const read: string[] = []
  const since: number[] = []
  const deps = ingest.depsWith((tracker) => ({
    readChanged: (from) => {
      since.push(from)
      return tracker.readChanged(from)
    },
    readByIds: (references, externalIds) => {
      read.push(...externalIds)
      return tracker.readByIds(references, externalIds)
    },
  }))
  return { read, since, deps }
}

async function startStored(kind: (typeof kinds)[number], count: number) {
  const { small, connectionId } = await ingest.startSmall(kind)
  const ids = Array.from({ length: count }, (_, n) => small.create(`Ticket ${n}`))
  ingest.clock.ms += minute
  await ingest.run(connectionId)
  ingest.clock.ms += minute
  return { small, connectionId, ids }
}

const titles = (connectionId: string) =>
  ingest.column('SELECT title FROM tickets WHERE connection_id = $1', connectionId)

describe.each(kinds)('a poll of %s', (kind) => {
  test('reads each change once, however often the windows of the polls overlap', async () => {
    const { small, connectionId, ids } = await startStored(kind, 5)
    const [changed = ''] = ids
    small.edit(changed, { title: 'Changed' })
    ingest.clock.ms += minute
    const { read, deps } = noting()

    for (let n = 0; n < 5; n++) {
      await ingest.run(connectionId, { deps })
      ingest.clock.ms += 2 * minute
    }

    expect(read).toEqual([changed])
    expect(await titles(connectionId)).toContain('Changed')
  })

  test('reads a ticket again that was read within two seconds of its change: a second change may have the same time', async () => {
    const { small, connectionId, ids } = await startStored(kind, 5)
    const [changed = ''] = ids
    small.edit(changed, { title: 'First' })
    await ingest.run(connectionId)
    small.edit(changed, { title: 'Second' })
    ingest.clock.ms += minute
    const { read, deps } = noting()

    await ingest.run(connectionId, { deps })
    ingest.clock.ms += minute
    await ingest.run(connectionId, { deps })

    expect(await titles(connectionId)).toContain('Second')
    expect(read).toEqual([changed])
  })

  test.each([10, -10])('loses no change and doubles no reading when our clock is %i minutes ahead', async (skew) => {
    const { small, connectionId, ids } = await startStored(kind, 5)
    const { read, deps } = noting()
    const skewed = { ...deps, now: () => ingest.clock.ms + skew * minute }
    await ingest.run(connectionId, { deps: skewed })
    read.length = 0

    for (const id of ids) {
      small.edit(id, { title: `Changed ${id}` })
      ingest.clock.ms += minute
      await ingest.run(connectionId, { deps: skewed })
      await ingest.run(connectionId, { deps: skewed })
    }

    expect(read).toEqual(ids)
    expect(await titles(connectionId)).toEqual(ids.map((id) => `Changed ${id}`).sort())
  })
})

describe('once an hour', () => {
  test('a poll looks back a day further, and finds what the index of Jira listed ten hours late', async () => {
    const { small, connectionId, ids } = await startStored('jira-cloud', 5)
    await ingest.run(connectionId)
    const [changed = ''] = ids
    small.disturbIndex(10 * hour, 0)
    small.edit(changed, { title: 'Listed late' })
    const { read, since, deps } = noting()

    const wide: boolean[] = []
    for (let n = 0; n < 44; n++) {
      ingest.clock.ms += 15 * minute
      await ingest.run(connectionId, { deps })
      wide.push(ingest.clock.ms - (since.at(-1) ?? 0) > 24 * hour)
    }

    expect(read).toEqual([changed])
    expect(await titles(connectionId)).toContain('Listed late')
    expect(wide.filter(Boolean).length).toBe(11)
  })

  test('which costs nothing but lists when nothing has changed', async () => {
    const { connectionId } = await startStored('jira-dc', 5)
    const { read, deps } = noting()

    for (let n = 0; n < 3; n++) {
      ingest.clock.ms += 61 * minute
      await ingest.run(connectionId, { deps })
    }

    expect(read).toEqual([])
  })
})
