import { randomUUID } from 'node:crypto'
import {
  connectionsWithDeliveries,
  connectionsWithDirty,
  forgetOldDeliveries,
  forgetOldRuns,
  inTransaction,
  listConnections,
  listUnattendedRuns,
  requestRun,
} from '@headroom/store'
import type { IngestDeps } from './ingest-deps.ts'

/**
 * Asks every connection for its changes, since a webhook may be deaf, wakes what a lost job left undone, and forgets what
 * is kept for a while only. Connections whose credentials were refused wait for new ones.
 */
export async function poll(deps: IngestDeps): Promise<void> {
  for (const connection of await listConnections(deps.store.db)) {
    if (connection.state === 'unauthorized') continue
    await inTransaction(deps.store, (tx) =>
      requestRun(tx, { id: randomUUID(), connectionId: connection.id, mode: 'incremental' }),
    )
  }
  for (const runId of await listUnattendedRuns(deps.store.db)) await deps.queues.wake('sync', { runId })
  for (const connectionId of await connectionsWithDeliveries(deps.store.db))
    await deps.queues.wake('inbox', { connectionId })
  for (const connectionId of await connectionsWithDirty(deps.store.db))
    await deps.queues.wake('hydrate', { connectionId })
  await forgetOldDeliveries(deps.store.db)
  await forgetOldRuns(deps.store.db)
}
