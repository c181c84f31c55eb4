import type { Model } from '@headroom/classification'
import type { Queues } from '@headroom/queues'
import type { Logger, Metrics } from '@headroom/runtime'
import type { Store } from '@headroom/store'

/** What classifying works with. */
export interface ClassifierDeps {
  readonly store: Store
  readonly queues: Queues
  readonly model: Model
  readonly log: Logger
  readonly metrics: Metrics
}
