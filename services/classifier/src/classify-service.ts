import type { Service } from '@headroom/runtime'
import { beginRollout, hasNewCorrections, inTransaction, readPublishedRules, stageBacklog } from '@headroom/store'
import { adaptModel } from './adapt-model.ts'
import type { ClassifierDeps } from './classifier-deps.ts'
import { classifyBatch } from './classify-batch.ts'
import { createModelInUse, type ModelInUse } from './model-in-use.ts'
import { rollOutPage } from './roll-out.ts'

/**
 * Starts deciding about tickets. When the model is another than before, all of them are looked through again; one that
 * stopped in the middle goes on where it was. Stopping it ends after the batch in hand; the rest waits in the database.
 */
export async function startClassifier(deps: ClassifierDeps): Promise<Service> {
  const stopping = new AbortController()
  const modelInUse = createModelInUse(deps.model)
  await deps.queues.work('classify', () => classifyAll({ ...deps, modelInUse }, stopping.signal))
  await deps.queues.work('adapt', () => adapt(deps, stopping.signal))
  await inTransaction(deps.store, async (tx) => {
    const { version: ruleSetVersion } = await readPublishedRules(tx)
    const { version: modelVersion } = await modelInUse(tx)
    const isNew = await beginRollout(tx, { modelVersion, ruleSetVersion })
    if (isNew) deps.log.info({ model: modelVersion, rules: ruleSetVersion }, 'looking through all tickets')
  })
  await deps.queues.wake('classify', {})
  await deps.queues.wake('adapt', {})
  return { stop: async () => stopping.abort() }
}

/**
 * Decides about tickets until none waits and none is left to look through. Only when nothing waits is the next page
 * looked through, so that a change of today comes before what is only decided again.
 */
async function classifyAll(deps: ClassifierDeps & { modelInUse: ModelInUse }, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted && ((await classifyBatch(deps)) > 0 || (await rollOutPage(deps))));
  deps.metrics.stageBacklog.set({ stage: 'classify' }, (await stageBacklog(deps.store.db)).classify)
  if (!stopping.aborted && (await hasNewCorrections(deps.store.db, deps.model.version)))
    await deps.queues.wake('adapt', {})
}

/** Learns from what people corrected; corrections that come meanwhile are one more time of it. */
async function adapt(deps: ClassifierDeps, stopping: AbortSignal): Promise<void> {
  if (stopping.aborted) return
  const result = await adaptModel(deps)
  if (result.kind !== 'live' && result.kind !== 'refused') return
  const { modelVersion, comparison } = result.learnt
  deps.log.info({ model: modelVersion, state: result.kind, labels: comparison.labels }, 'learnt from corrections')
  if (result.kind === 'live') await deps.queues.wake('classify', {})
}
