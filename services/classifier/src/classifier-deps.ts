import type { Model } from '@headroom/classification'
import type { Queues } from '@headroom/queues'
import type { Logger, Metrics } from '@headroom/runtime'
import type { Store } from '@headroom/store'
import type { LlmSettings } from './llm/ask-about-unsure.ts'

/** What classifying works with. */
export interface ClassifierDeps {
  readonly store: Store
  readonly queues: Queues
  readonly model: Model
  readonly log: Logger
  readonly metrics: Metrics
  /** Absent: no language model is asked, and what one said before has no say. */
  readonly llm?: LlmSettings | undefined
}
