import type { Service } from '@headroom/runtime'
import { findConnection } from '@headroom/store'
import { hydrate } from './hydrate.ts'
import type { IngestDeps } from './ingest-deps.ts'
import { poll } from './poll.ts'
import { readInbox } from './read-inbox.ts'
import { runSync } from './run-sync.ts'

const pollEveryMs = 2 * 60_000

/** Starts reading trackers: runs, webhook deliveries, marked tickets, and a poll every two minutes. */
export async function startIngest(deps: IngestDeps): Promise<Service> {
  const { queues } = deps
  await queues.work('sync', ({ runId }, job) => runSync(deps, runId, job))
  await queues.work('inbox', ({ connectionId }) => readInbox(deps, connectionId))
  await queues.work('hydrate', ({ connectionId }) => hydrateConnection(deps, connectionId))
  await queues.work('poll', () => poll(deps))
  await queues.schedule('poll', {}, pollEveryMs)
  return { stop: async () => {} }
}

async function hydrateConnection(deps: IngestDeps, connectionId: string): Promise<void> {
  const connection = await findConnection(deps.store.db, connectionId)
  if (!connection || connection.state === 'unauthorized') return
  await hydrate(deps, { connection, tracker: deps.openTracker(connection), runId: null })
}
