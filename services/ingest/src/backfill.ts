import { type Connection, inTransaction, readCursor, writeCursor } from '@headroom/store'
import type { Cursor, ReferenceData, TicketPage, Tracker } from '@headroom/trackers'
import type { IngestDeps } from './ingest-deps.ts'
import { storePage } from './store-page.ts'

const stream = 'backfill'

/**
 * Walks over all tickets of a connection and stores them page by page. The place in the walk is stored with each page, so
 * a walk that was broken off goes on where it stood and repeats at most one page.
 */
export async function backfill(
  deps: IngestDeps,
  args: { connection: Connection; tracker: Tracker; references: ReferenceData; runId: string },
): Promise<void> {
  const { connection, tracker, references, runId } = args
  const read = async (cursor: Cursor | null) => ({
    fetchedAt: deps.now(),
    page: await tracker.readPage(references, cursor),
  })
  let reading = read(await readCursor(deps.store.db, connection.id, stream))
  for (;;) {
    const { fetchedAt, page } = await reading
    // The tracker prepares the next page while this one is stored.
    if (page.next !== null) {
      reading = read(page.next)
      reading.catch(() => {})
    }
    await inTransaction(deps.store, async (tx) => {
      const result = await storePage(tx, { connectionId: connection.id, runId, tickets: page.tickets, fetchedAt })
      await writeCursor(tx, connection.id, stream, page.next)
      deps.metrics.ticketsStored.inc({ outcome: 'changed' }, result.created + result.updated)
    })
    await deps.queues.wake('classify', {})
    if (isLast(page)) return
  }
}

function isLast(page: TicketPage): boolean {
  return page.next === null
}
