import type { Service } from '@headroom/runtime'
import { beginRollout, inTransaction, readPublishedRules, stageBacklog } from '@headroom/store'
import type { ClassifierDeps } from './classifier-deps.ts'
import { classifyBatch } from './classify-batch.ts'
import { rollOutPage } from './roll-out.ts'

/**
 * Starts deciding about tickets. When the model is another than before, all of them are looked through again; one that
 * stopped in the middle goes on where it was. Stopping it ends after the batch in hand; the rest waits in the database.
 */
export async function startClassifier(deps: ClassifierDeps): Promise<Service> {
  const stopping = new AbortController()
  await deps.queues.work('classify', () => classifyAll(deps, stopping.signal))
  const { version } = await readPublishedRules(deps.store.db)
  const isNew = await inTransaction(deps.store, (tx) =>
    beginRollout(tx, { modelVersion: deps.model.version, ruleSetVersion: version }),
  )
  if (isNew) deps.log.info({ model: deps.model.version, rules: version }, 'looking through all tickets')
  await deps.queues.wake('classify', {})
  return { stop: async () => stopping.abort() }
}

/**
 * Decides about tickets until none waits and none is left to look through. Only when nothing waits is the next page
 * looked through, so that a change of today comes before what is only decided again.
 */
async function classifyAll(deps: ClassifierDeps, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted && ((await classifyBatch(deps)) > 0 || (await rollOutPage(deps))));
  deps.metrics.stageBacklog.set({ stage: 'classify' }, (await stageBacklog(deps.store.db)).classify)
}
