import type { EpochMs } from '@headroom/domain'
import type { Queues } from '@headroom/queues'
import type { Logger, Metrics } from '@headroom/runtime'
import type { Store } from '@headroom/store'
import type { OpenTracker } from './open-tracker.ts'

/** What ingesting works with. */
export interface IngestDeps {
  readonly store: Store
  readonly queues: Queues
  readonly openTracker: OpenTracker
  readonly log: Logger
  readonly metrics: Metrics
  readonly now: () => EpochMs
}

/** The same, while it works. */
export interface RunningIngest extends IngestDeps {
  /** Aborted when the process is to end: work stops between two pages and is taken up where it stood. */
  readonly stopping: AbortSignal
}
