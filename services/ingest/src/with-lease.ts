import { randomUUID } from 'node:crypto'
import { EarlyJobError } from '@headroom/queues'
import { keepLease, type Lease, releaseLease, takeLease } from '@headroom/store'
import type { RunningIngest } from './ingest-deps.ts'

/** Less than what the queue's tries of a job add up to, so that the run of a walker that died is not left to the poll. */
const seconds = 20
const keepEveryMs = 5_000

/** Somebody else walks over this connection's tracker. Its run is taken up when that walk has ended. */
export class ConnectionBusyError extends EarlyJobError {
  override name = 'ConnectionBusyError'
}

/**
 * Does `work` as the only one who walks over a connection's tracker; throws {@link ConnectionBusyError} when somebody else
 * does. `work` gets deps whose `stopping` also ends it when it has been taken for dead and somebody else has taken over.
 */
export async function withLease(
  deps: RunningIngest,
  connectionId: string,
  work: (deps: RunningIngest) => Promise<void>,
): Promise<void> {
  const lease: Lease = { connectionId, holder: randomUUID(), seconds }
  if (!(await takeLease(deps.store.db, lease))) throw new ConnectionBusyError('Another process reads this connection.')
  const lost = new AbortController()
  const beat = setInterval(() => {
    keepLease(deps.store.db, lease).then(
      (kept) => kept || lost.abort(),
      (error) => deps.log.warn({ connectionId, err: error }, 'lease not renewed'),
    )
  }, keepEveryMs)
  try {
    await work({ ...deps, stopping: AbortSignal.any([deps.stopping, lost.signal]) })
  } finally {
    clearInterval(beat)
    await releaseLease(deps.store.db, lease)
  }
}
