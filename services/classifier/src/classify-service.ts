import type { Service } from '@headroom/runtime'
import {
  beginRollout,
  forgetOtherAskers,
  hasNewCorrections,
  inTransaction,
  readPublishedRules,
  stageBacklog,
} from '@headroom/store'
import { adaptModel } from './adapt-model.ts'
import type { ClassifierDeps } from './classifier-deps.ts'
import { classifyBatch } from './classify-batch.ts'
import { askerOf } from './llm/ask-about-unsure.ts'
import { type LlmRun, llmJob } from './llm/llm-job.ts'
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
    await forgetOtherAskers(tx, deps.llm ? askerOf(deps.llm) : null)
  })
  await startAsking(deps, stopping.signal)
  await deps.queues.wake('classify', {})
  await deps.queues.wake('adapt', {})
  return { stop: async () => stopping.abort() }
}

const askEveryMs = 60_000

/** Asks the language model now and then, where one is configured; the job of one that no longer is does nothing. */
async function startAsking(deps: ClassifierDeps, stopping: AbortSignal): Promise<void> {
  const run: LlmRun = deps.llm
    ? llmJob({ ...deps, llm: deps.llm, now: () => new Date() })
    : async () => ({ changed: false })
  await deps.queues.work('ask-llm', async () => {
    const { changed } = await run(stopping)
    if (changed) await deps.queues.wake('classify', {})
  })
  if (deps.llm) await deps.queues.schedule('ask-llm', {}, askEveryMs)
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
  if (result.kind === 'live' || result.kind === 'refused') {
    const { modelVersion, comparison } = result.learnt
    deps.log.info({ model: modelVersion, state: result.kind, labels: comparison.labels }, 'learnt from corrections')
  }
  if (result.kind === 'live' || result.kind === 'withdrawn') await deps.queues.wake('classify', {})
}
