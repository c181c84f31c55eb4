import { findRun, readCursor } from '@headroom/store'
import { TrackerProtocolError } from '@headroom/trackers'
import { afterAll, expect, test } from 'vitest'
import { runSync } from '../src/run-sync.ts'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

const minute = 60_000
const pageSize = 25

/** Ingest whose process is told to end, or whose tracker breaks, while it reads the page of that number. */
function endingAt(page: number, how: 'stopped' | 'broken') {
  const stopping = new AbortController()
  let pages = 0
  const deps = ingest.depsWith((tracker) => ({
    readPage: async (...args) => {
      pages++
      if (pages === page && how === 'broken') throw new TrackerProtocolError('The tracker broke; mend it.')
      if (pages === page) stopping.abort()
      return tracker.readPage(...args)
    },
  }))
  return { ...deps, stopping: stopping.signal }
}

function counting() {
  const count = { pages: 0 }
  const deps = ingest.depsWith((tracker) => ({
    readPage: (...args) => {
      count.pages++
      return tracker.readPage(...args)
    },
  }))
  return { count, deps }
}

test('a backfill that ends with its process goes on in the same run, and reads at most one page twice', async () => {
  const { jira, connectionId } = await ingest.startJira({ searchFieldsMax: pageSize })
  const whole = counting()
  const other = await ingest.startJira({ searchFieldsMax: pageSize })
  await ingest.run(other.connectionId, { deps: whole.deps })

  const stopped = await ingest.run(connectionId, { deps: endingAt(4, 'stopped') })
  const storedBefore = await ingest.stored(connectionId)
  const rest = counting()
  const { run } = await ingest.run(connectionId, { deps: rest.deps })

  expect(stopped.run).toMatchObject({ status: 'running', finishedAt: null, problems: [] })
  expect(storedBefore.length).toBeGreaterThanOrEqual(2 * pageSize)
  expect(run).toMatchObject({ id: stopped.run.id, status: 'succeeded', created: jira.site.issues.size })
  expect(run.seen).toBeLessThanOrEqual(jira.site.issues.size + pageSize)
  expect(rest.count.pages).toBeLessThanOrEqual(whole.count.pages - storedBefore.length / pageSize + 1)
  expect(await ingest.stored(connectionId)).toEqual([...jira.site.issues.keys()].sort())
})

test('a first backfill that failed is gone on with by the next run, which counts changes from the first beginning', async () => {
  const { jira, connectionId } = await ingest.startJira({ searchFieldsMax: pageSize })
  const begun = ingest.clock.ms
  const failed = await ingest.run(connectionId, { deps: endingAt(4, 'broken') })
  const [early] = await ingest.column('SELECT key FROM tickets WHERE connection_id = $1', connectionId)
  ingest.clock.ms += 30 * minute
  jira.editIssue(early ?? '', { summary: 'Edited between the two parts of the walk' })
  ingest.clock.ms += 5 * 60 * minute

  const rest = counting()
  const { run } = await ingest.run(connectionId, { deps: rest.deps })
  const cursor = await readCursor(ingest.store.db, connectionId, 'changes')
  await ingest.run(connectionId)

  expect(failed.run).toMatchObject({ status: 'failed', problems: [{ problem: 'The tracker broke; mend it.' }] })
  expect(run).toMatchObject({ status: 'succeeded' })
  expect(run.id).not.toBe(failed.run.id)
  expect(run.created + failed.run.created).toBe(jira.site.issues.size)
  expect(cursor?.since).toBeLessThanOrEqual(begun)
  expect(await ingest.column('SELECT title FROM tickets WHERE connection_id = $1', connectionId)).toContain(
    'Edited between the two parts of the walk',
  )
})

test('a new full run begins at the beginning, whatever an earlier one left behind', async () => {
  const { jira, connectionId } = await ingest.startJira({ searchFieldsMax: pageSize })
  await ingest.run(connectionId)
  await ingest.run(connectionId, { mode: 'full', deps: endingAt(4, 'broken') })
  const [first] = jira.site.issues.values()
  if (!first) throw new Error('The site has no issues')
  // A change that no list of changes tells: only a walk over everything can see it.
  first.fields = { ...first.fields, summary: 'Changed behind our back' }

  const { run } = await ingest.run(connectionId, { mode: 'full' })

  expect(run).toMatchObject({ status: 'succeeded', seen: jira.site.issues.size, updated: 1 })
})

test('a full run killed after its last page goes on without reading a page again', async () => {
  const { jira, connectionId } = await ingest.startJira()
  await ingest.run(connectionId)
  const stopping = new AbortController()
  const killed = ingest.depsWith((tracker) => ({
    readPage: async (...args) => {
      const page = await tracker.readPage(...args)
      if (page.next === null) stopping.abort()
      return page
    },
  }))
  const first = await ingest.run(connectionId, { mode: 'full', deps: { ...killed, stopping: stopping.signal } })
  const rest = counting()

  const { run } = await ingest.run(connectionId, { mode: 'full', deps: rest.deps })

  expect(first.run).toMatchObject({ status: 'running', seen: jira.site.issues.size })
  expect(rest.count.pages).toBe(0)
  expect(run).toMatchObject({ id: first.run.id, status: 'succeeded', seen: jira.site.issues.size })
})

test('a run that has ended is not done again by a repeated job', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const { run } = await ingest.run(connectionId)

  await runSync(ingest.deps, run.id, { attempt: 1, attemptsMax: 5 })

  expect(await findRun(ingest.store.db, run.id)).toEqual(run)
  expect(run.seen).toBe(jira.site.issues.size)
})

test.each(['startJira', 'startLinear'] as const)('%s: a second full run changes nothing', async (start) => {
  const { connectionId } = await ingest[start]()
  const first = await ingest.run(connectionId)

  const second = await ingest.run(connectionId, { mode: 'full' })

  expect(first.run.created).toBeGreaterThan(50)
  expect(second.run).toMatchObject({ status: 'succeeded', unchanged: first.run.created, created: 0, updated: 0 })
})
