import { randomUUID } from 'node:crypto'
import {
  connectionsWithDeliveries,
  connectionsWithDirty,
  inTransaction,
  listConnections,
  listOpenRuns,
  requestRun,
} from '@headroom/store'
import type { IngestDeps } from './ingest-deps.ts'

/**
 * Asks every connection for its changes, since a webhook may be deaf, and wakes what a lost job left undone. Connections
 * whose credentials were refused wait for new ones.
 */
export async function poll(deps: IngestDeps): Promise<void> {
  for (const connection of await listConnections(deps.store.db)) {
    if (connection.state === 'unauthorized') continue
    await inTransaction(deps.store, (tx) =>
      requestRun(tx, { id: randomUUID(), connectionId: connection.id, mode: 'incremental' }),
    )
  }
  for (const run of await listOpenRuns(deps.store.db)) await deps.queues.wake('sync', { runId: run.id })
  for (const connectionId of await connectionsWithDeliveries(deps.store.db))
    await deps.queues.wake('inbox', { connectionId })
  for (const connectionId of await connectionsWithDirty(deps.store.db))
    await deps.queues.wake('hydrate', { connectionId })
}
