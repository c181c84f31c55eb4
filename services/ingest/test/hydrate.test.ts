import { findConnection, inTransaction, markDirty } from '@headroom/store'
import { afterAll, expect, test } from 'vitest'
import { hydrate } from '../src/hydrate.ts'
import type { RunningIngest } from '../src/ingest-deps.ts'
import { storePage } from '../src/store-page.ts'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

async function hydrateAll(connectionId: string, deps: RunningIngest = ingest.deps): Promise<void> {
  const connection = await findConnection(ingest.store.db, connectionId)
  if (!connection) throw new Error('The connection is gone')
  await hydrate(deps, { connection, tracker: deps.openTracker(connection), runId: null })
}

function mark(connectionId: string, ids: readonly string[], reason: 'webhook' | 'delete-event' = 'webhook') {
  return inTransaction(ingest.store, (tx) => markDirty(tx, connectionId, ids, reason))
}

const marks = (connectionId: string) =>
  ingest.column('SELECT external_id FROM dirty_tickets WHERE connection_id = $1', connectionId)
const deleted = (connectionId: string) =>
  ingest.column('SELECT external_id FROM tickets WHERE connection_id = $1 AND deleted_at IS NOT NULL', connectionId)

test('two hydrators on the same marks read each ticket once, and all are stored', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const ids = [...jira.site.issues.keys()].sort()
  const read: string[] = []
  const deps = ingest.depsWith((tracker) => ({
    readByIds: (references, externalIds) => {
      read.push(...externalIds)
      return tracker.readByIds(references, externalIds)
    },
  }))
  await mark(connectionId, ids)

  await Promise.all([hydrateAll(connectionId, deps), hydrateAll(connectionId, deps)])

  expect(read.sort()).toEqual(ids)
  expect(await ingest.stored(connectionId)).toEqual(ids)
  expect(await marks(connectionId)).toEqual([])
})

test('a mark that comes while its ticket is being read is not lost with that reading', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const [issue] = jira.site.issues.values()
  const id = issue?.id ?? ''
  let readings = 0
  const deps = ingest.depsWith((tracker) => ({
    readByIds: async (...args) => {
      const answer = await tracker.readByIds(...args)
      if (++readings === 1) {
        ingest.clock.ms += 1000
        jira.editIssue(id, { summary: 'Changed just after it was read' })
        await mark(connectionId, [id])
      }
      return answer
    },
  }))
  await mark(connectionId, [id])

  await hydrateAll(connectionId, deps)

  expect(readings).toBe(2)
  expect(await ingest.column('SELECT title FROM tickets WHERE connection_id = $1', connectionId)).toEqual([
    'Changed just after it was read',
  ])
})

test('marks whose reading failed stay, to be taken again at once', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const ids = [...jira.site.issues.keys()].slice(0, 3).sort()
  await mark(connectionId, ids)
  jira.faults.next({ kind: 'login-page', path: 'bulkfetch', times: 4 })

  await expect(hydrateAll(connectionId)).rejects.toThrow(/web page/)
  const left = await marks(connectionId)
  jira.faults.clear()
  await hydrateAll(connectionId)

  expect(left).toEqual(ids)
  expect(await ingest.stored(connectionId)).toEqual(ids)
})

test('a deletion is believed when it was announced and the tracker no longer shows the ticket', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const [gone, shown, silent] = [...jira.site.issues.keys()]
  if (!gone || !shown || !silent) throw new Error('The site has too few issues')
  await ingest.run(connectionId)
  jira.deleteIssue(gone)
  jira.deleteIssue(silent)

  await mark(connectionId, [gone, shown], 'delete-event')
  await mark(connectionId, [silent])
  await hydrateAll(connectionId)

  expect(await deleted(connectionId)).toEqual([gone])
  expect(await marks(connectionId)).toEqual([])
})

test('a deletion that was announced is not believed of an expired token, and is once there is a new one', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const [gone = '', shown = ''] = jira.site.issues.keys()
  await ingest.run(connectionId)
  await mark(connectionId, [gone, shown], 'delete-event')
  jira.deleteIssue(gone)
  // Some sites answer an expired token with 200 and nothing in it.
  const blind = ingest.depsWith((tracker) => ({
    readByIds: async (_, ids) => ({ tickets: [], missing: ids }),
    test: async () => {
      jira.faults.next({ kind: 'expired-token', path: '/myself' })
      return tracker.test()
    },
  }))

  await expect(hydrateAll(connectionId, blind)).rejects.toThrow(/expired|refused/)
  const believed = await deleted(connectionId)
  await hydrateAll(connectionId)

  expect(believed).toEqual([])
  expect(await deleted(connectionId)).toEqual([gone])
})

test('a page that was read before a deletion does not bring the ticket back, a later reading does', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const [issue] = jira.site.issues.values()
  if (!issue) throw new Error('The site has no issues')
  await ingest.run(connectionId)
  const connection = await findConnection(ingest.store.db, connectionId)
  if (!connection) throw new Error('The connection is gone')
  const tracker = ingest.deps.openTracker(connection)
  ingest.clock.ms += 1000
  jira.editIssue(issue.id, { comment: 'Soon to be deleted' })
  const before = { fetchedAt: ingest.clock.ms, page: await tracker.readPage(await tracker.readReferences(), null) }
  ingest.clock.ms += 1000
  jira.deleteIssue(issue.id)
  await mark(connectionId, [issue.id], 'delete-event')
  await hydrateAll(connectionId)

  await inTransaction(ingest.store, (tx) =>
    storePage(tx, { connectionId, runId: null, tickets: before.page.tickets, fetchedAt: before.fetchedAt }),
  )
  const afterOldPage = await deleted(connectionId)
  ingest.clock.ms += 1000
  issue.deleted = false
  await mark(connectionId, [issue.id])
  await hydrateAll(connectionId)

  expect(afterOldPage).toEqual([issue.id])
  expect(await deleted(connectionId)).toEqual([])
})

test('what failed to be understood and was then deleted is no longer shown as failing', async () => {
  const { jira, connectionId } = await ingest.startJira()
  const [id = ''] = jira.site.issues.keys()
  jira.faults.next({ kind: 'malformed', issueId: id, field: 'summary', times: 1000 })
  await ingest.run(connectionId)
  jira.deleteIssue(id)

  await mark(connectionId, [id], 'delete-event')
  await hydrateAll(connectionId)

  expect(await ingest.column('SELECT key FROM failed_tickets WHERE connection_id = $1', connectionId)).toEqual([])
})
