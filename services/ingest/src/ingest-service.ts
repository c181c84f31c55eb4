import { HopelessJobError } from '@headroom/queues'
import type { Service } from '@headroom/runtime'
import { findConnection, listOpenRuns } from '@headroom/store'
import { TrackerUnauthorizedError } from '@headroom/trackers'
import { hydrate } from './hydrate.ts'
import type { IngestDeps, RunningIngest } from './ingest-deps.ts'
import type { OpenRegistrar } from './open-tracker.ts'
import { poll } from './poll.ts'
import { readInbox } from './read-inbox.ts'
import { refreshWebhooks } from './refresh-webhooks.ts'
import { runSync } from './run-sync.ts'
import { testConnection } from './test-connection.ts'

const pollEveryMs = 2 * 60_000

/**
 * Starts reading trackers: runs, webhook deliveries, marked tickets, credentials to be tried out, and a poll every two
 * minutes. Stopping it ends a long walk after the page in hand.
 */
export async function startIngest(deps: IngestDeps & { readonly openRegistrar: OpenRegistrar }): Promise<Service> {
  const { queues } = deps
  const stopping = new AbortController()
  const running = { ...deps, stopping: stopping.signal }
  await queues.work('sync', async ({ runId }, job) => {
    // The next of a worker's jobs begins while it is being closed; its run waits for the next process.
    if (!running.stopping.aborted) await runSync(running, runId, job)
  })
  await queues.work('test-connection', ({ testId }) => testConnection(deps, testId))
  await queues.work('inbox', ({ connectionId }) => readInbox(deps, connectionId))
  await queues.work('hydrate', ({ connectionId }) => hydrateConnection(running, connectionId))
  await queues.work('poll', async () => {
    await poll(deps)
    await refreshWebhooks(deps)
  })
  await queues.schedule('poll', {}, pollEveryMs)
  // What an earlier process left undone is taken up now, and as soon as nobody takes that process for alive any more.
  for (const run of await listOpenRuns(deps.store.db)) await queues.wake('sync', { runId: run.id })
  await queues.wake('poll', {})
  return { stop: async () => stopping.abort() }
}

async function hydrateConnection(deps: RunningIngest, connectionId: string): Promise<void> {
  if (deps.stopping.aborted) return
  const connection = await findConnection(deps.store.db, connectionId)
  if (!connection || connection.state === 'unauthorized') return
  try {
    await hydrate(deps, { connection, tracker: deps.openTracker(connection, 'webhook'), runId: null })
  } catch (error) {
    if (deps.stopping.aborted) return
    // Refused again and again, some trackers lock the account. The marks stay, and the next poll says what is wrong.
    if (error instanceof TrackerUnauthorizedError) throw new HopelessJobError(error.message)
    throw error
  }
}
