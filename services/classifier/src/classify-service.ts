import type { Service } from '@headroom/runtime'
import { addOutdatedClassifications, inTransaction, readPublishedRules, stageBacklog } from '@headroom/store'
import type { ClassifierDeps } from './classifier-deps.ts'
import { classifyBatch } from './classify-batch.ts'

/**
 * Starts deciding about tickets. Those decided with another model than this one are taken up again. Stopping it ends
 * after the batch in hand; the rest waits in the database.
 */
export async function startClassifier(deps: ClassifierDeps): Promise<Service> {
  const stopping = new AbortController()
  await deps.queues.work('classify', () => classifyAll(deps, stopping.signal))
  const { version } = await readPublishedRules(deps.store.db)
  const outdated = await inTransaction(deps.store, (tx) =>
    addOutdatedClassifications(tx, { modelVersion: deps.model.version, ruleSetVersion: version }),
  )
  if (outdated > 0) deps.log.info({ tickets: outdated }, 'classifying again')
  await deps.queues.wake('classify', {})
  return { stop: async () => stopping.abort() }
}

/** Decides about tickets until none waits. */
async function classifyAll(deps: ClassifierDeps, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted && (await classifyBatch(deps)) > 0);
  deps.metrics.stageBacklog.set({ stage: 'classify' }, (await stageBacklog(deps.store.db)).classify)
}
