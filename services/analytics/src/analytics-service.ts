import { defaultEffortSettings, type EpochMs, type LocalDate } from '@headroom/domain'
import type { Queues } from '@headroom/queues'
import type { Logger, Metrics, Service } from '@headroom/runtime'
import {
  addWork,
  inTransaction,
  readMeasuredTo,
  readOpenTicketIds,
  type Store,
  stageBacklog,
  writeMeasuredTo,
} from '@headroom/store'
import { measureBatch } from './measure-batch.ts'

/** What measuring works with. */
export interface AnalyticsDeps {
  readonly store: Store
  readonly queues: Queues
  readonly log: Logger
  readonly metrics: Metrics
  readonly now: () => EpochMs
}

/** How soon a new day, or a wake-up that was lost, is noticed. */
const sweepEveryMs = 60_000

/**
 * Starts measuring what changed, and every day anew what is still in progress. Stopping it ends after the batch in hand;
 * the rest waits in the database.
 */
export async function startAnalytics(deps: AnalyticsDeps): Promise<Service> {
  const stopping = new AbortController()
  await deps.queues.work('measure', () => measureAll(deps, stopping.signal))
  await deps.queues.schedule('measure', {}, sweepEveryMs)
  await deps.queues.wake('measure', {})
  return { stop: async () => stopping.abort() }
}

/** Measures until nothing waits. */
export async function measureAll(
  deps: Pick<AnalyticsDeps, 'store' | 'metrics' | 'now'>,
  stopping?: AbortSignal,
): Promise<void> {
  const asOf = await openDay(deps)
  while (!stopping?.aborted && (await measureBatch(deps.store, defaultEffortSettings, asOf)) > 0);
  deps.metrics.stageBacklog.set({ stage: 'measure' }, (await stageBacklog(deps.store.db)).measure)
}

/** The UTC day that measuring reaches to. On a new one the tickets in progress are taken up, since they reach into it. */
async function openDay({ store, now }: Pick<AnalyticsDeps, 'store' | 'now'>): Promise<LocalDate> {
  const today = new Date(now()).toISOString().slice(0, 10)
  if ((await readMeasuredTo(store.db)) !== today) {
    await inTransaction(store, async (tx) => {
      await addWork(tx, 'measure', await readOpenTicketIds(tx))
      await writeMeasuredTo(tx, today)
    })
  }
  return today
}
