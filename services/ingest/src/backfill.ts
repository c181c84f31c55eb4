import type { EpochMs } from '@headroom/domain'
import { type Connection, inTransaction, noteAdvance, readCursor, writeCursor } from '@headroom/store'
import type { Cursor, ReferenceData, Tracker } from '@headroom/trackers'
import { firstCensus } from './census.ts'
import { changesSince } from './changes-cursor.ts'
import type { RunningIngest } from './ingest-deps.ts'
import { storePage } from './store-page.ts'
import { trackerTime } from './tracker-time.ts'

const stream = 'backfill'

export interface BackfillArgs {
  readonly connection: Connection
  readonly tracker: Tracker
  readonly references: ReferenceData
  readonly runId: string
  /** Nothing has been walked to its end before, so that any walk that was broken off is worth going on with. */
  readonly isFirst: boolean
}

/**
 * Walks over all tickets of a connection and stores them page by page. The place in the walk is stored with each page, so
 * a walk that was broken off goes on where it stood and repeats at most one page. The transaction of the last page also
 * sets from when on changes are to be asked for: from the walk's beginning, however often it was broken off.
 */
export async function backfill(deps: RunningIngest, args: BackfillArgs): Promise<void> {
  const { connection, tracker, references, runId } = args
  const walk = await findWalk(deps, args)
  if (walk.isDone) return
  const read = async (cursor: Cursor | null) => ({
    fetchedAt: deps.now(),
    page: await tracker.readPage(references, cursor),
  })
  let reading = read(walk.place)
  for (;;) {
    const { fetchedAt, page } = await reading
    // The tracker prepares the next page while this one is stored.
    if (page.next !== null) {
      reading = read(page.next)
      reading.catch(() => {})
    }
    const stored = await inTransaction(deps.store, async (tx) => {
      const result = await storePage(tx, { connectionId: connection.id, runId, tickets: page.tickets, fetchedAt })
      await writeCursor(tx, connection.id, stream, { ...walk, place: page.next, isDone: page.next === null })
      await noteAdvance(tx, connection.id, new Date(deps.now()))
      if (page.next === null) {
        await writeCursor(tx, connection.id, ...changesSince(walk.startedAt))
        if (args.isFirst) await writeCursor(tx, connection.id, ...firstCensus(walk.startedAt))
      }
      return result
    })
    deps.metrics.ticketsStored.inc({ outcome: 'changed' }, stored.created + stored.updated)
    await deps.queues.wake('classify', {})
    if (page.next === null) return
    deps.stopping.throwIfAborted()
  }
}

/** A walk that has begun. */
interface Walk {
  readonly runId: string
  readonly startedAt: EpochMs
  readonly place: Cursor | null
  /** It has come to its end, but its run perhaps not: killed in between, that goes on without reading anything again. */
  readonly isDone: boolean
}

/** What an earlier full run left behind is of no use to a new one: its pages are old. */
async function findWalk(deps: RunningIngest, { connection, tracker, runId, isFirst }: BackfillArgs): Promise<Walk> {
  const left = (await readCursor(deps.store.db, connection.id, stream)) as Walk | null
  if (left && typeof left.startedAt === 'number' && (isFirst || left.runId === runId)) return left
  // The tracker compares changes by its own clock.
  const now = deps.now()
  return { runId, startedAt: Math.min(now, await trackerTime(tracker, now)), place: null, isDone: false }
}
