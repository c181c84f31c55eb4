import type { Model } from '@headroom/classification'
import type { Queues } from '@headroom/queues'
import type { Logger, Metrics, Service } from '@headroom/runtime'
import {
  addOutdatedClassifications,
  inTransaction,
  readPublishedRules,
  type Store,
  stageBacklog,
} from '@headroom/store'
import { classifyBatch } from './classify-batch.ts'

/** What classifying works with. */
export interface ClassifierDeps {
  readonly store: Store
  readonly queues: Queues
  readonly model: Model
  readonly log: Logger
  readonly metrics: Metrics
}

/** Starts deciding about tickets. Those decided with another model than this one are taken up again. */
export async function startClassifier(deps: ClassifierDeps): Promise<Service> {
  await deps.queues.work('classify', () => classifyAll(deps))
  const { version } = await readPublishedRules(deps.store.db)
  const outdated = await inTransaction(deps.store, (tx) =>
    addOutdatedClassifications(tx, { modelVersion: deps.model.version, ruleSetVersion: version }),
  )
  if (outdated > 0) deps.log.info({ tickets: outdated }, 'classifying again')
  await deps.queues.wake('classify', {})
  return { stop: async () => {} }
}

/** Decides about tickets until none waits. */
async function classifyAll(deps: ClassifierDeps): Promise<void> {
  while ((await classifyBatch(deps)) > 0);
  deps.metrics.stageBacklog.set({ stage: 'classify' }, (await stageBacklog(deps.store.db)).classify)
}
