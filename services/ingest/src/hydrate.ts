import {
  addToRun,
  type Connection,
  claimDirty,
  type DirtyTicket,
  deferDirty,
  inTransaction,
  markDeleted,
  noteAdvance,
  readTrackerReferences,
  settleDirty,
} from '@headroom/store'
import type { FetchedTicket, Tracker } from '@headroom/trackers'
import type { IngestDeps, RunningIngest } from './ingest-deps.ts'
import { storePage } from './store-page.ts'

const batchSize = 100
const leaseSeconds = 300

/**
 * Reads the marked tickets of a connection by id until none is left, and stores what the tracker says of them now.
 * A mark goes away only in the transaction that stored the reading.
 */
export async function hydrate(
  deps: RunningIngest,
  args: { connection: Connection; tracker: Tracker; runId: string | null },
): Promise<void> {
  const { connection, tracker } = args
  const references = (await readTrackerReferences(deps.store.db, connection.id)) ?? (await tracker.readReferences())
  for (;;) {
    deps.stopping.throwIfAborted()
    const claimed = await claimDirty(deps.store.db, { connectionId: connection.id, limit: batchSize, leaseSeconds })
    if (claimed.length === 0) return
    const fetchedAt = deps.now()
    try {
      const { tickets, missing } = await tracker.readByIds(
        references,
        claimed.map((c) => c.externalId),
      )
      await storeReading(deps, { ...args, claimed, tickets, missing, fetchedAt })
    } catch (error) {
      await deferDirty(
        deps.store.db,
        connection.id,
        claimed.map((c) => c.externalId),
        0,
      )
      throw error
    }
    await deps.queues.wake('classify', {})
    await deps.queues.wake('measure', {})
  }
}

interface Reading {
  readonly connection: Connection
  readonly tracker: Tracker
  readonly runId: string | null
  readonly claimed: readonly DirtyTicket[]
  readonly tickets: readonly FetchedTicket[]
  readonly missing: readonly string[]
  readonly fetchedAt: number
}

async function storeReading(deps: IngestDeps, reading: Reading): Promise<void> {
  const { connection, runId, claimed, tickets, fetchedAt } = reading
  // A ticket that the tracker does not show may be gone, or merely out of our sight. Only a delete event tells.
  const announced = new Set(claimed.filter((c) => c.reason === 'delete-event').map((c) => c.externalId))
  const gone = reading.missing.filter((id) => announced.has(id))
  // Some trackers show nothing to an expired token, as if everything were gone; this throws then.
  if (gone.length > 0) await reading.tracker.test()
  const stored = await inTransaction(deps.store, async (tx) => {
    const result = await storePage(tx, { connectionId: connection.id, runId, tickets, fetchedAt })
    const deleted = await markDeleted(tx, connection.id, gone, { reason: 'delete-event', readAt: new Date(fetchedAt) })
    if (runId) {
      await addToRun(tx, runId, { deleted })
      await noteAdvance(tx, connection.id, new Date(deps.now()))
    }
    await settleDirty(tx, connection.id, claimed)
    return { ...result, deleted }
  })
  deps.metrics.ticketsStored.inc({ outcome: 'changed' }, stored.created + stored.updated)
  deps.metrics.ticketsStored.inc({ outcome: 'deleted' }, stored.deleted)
}
