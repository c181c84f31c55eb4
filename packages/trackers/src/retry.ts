import { TrackerUnavailableError } from './errors.ts'
import type { TrackerLog } from './tracker.ts'

export interface RetryOptions {
  /** How often a request is tried in all. */
  readonly attempts: number
  readonly wait: (ms: number) => Promise<void>
  /** 0 to 1; spreads the waits of many clients. */
  readonly random: () => number
  readonly log: TrackerLog
}

const firstWaitMs = 1000
/** A longer wait belongs to the queue, which holds no worker and no memory meanwhile. */
const longestWaitMs = 30_000

/**
 * Repeats `attempt` while it throws {@link TrackerUnavailableError}: 1, 2, 4 s with a jitter of 0.7 to 1.3, never sooner
 * than the tracker's own Retry-After. The recipe of
 * https://developer.atlassian.com/cloud/jira/platform/rate-limiting/. All our requests read, so all may be repeated.
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof TrackerUnavailableError) || tried >= options.attempts) throw error
      const jitter = 0.7 + 0.6 * options.random()
      const waitMs = Math.max(firstWaitMs * 2 ** (tried - 1) * jitter, (error.retryAfterMs ?? 0) * Math.max(1, jitter))
      if ((error.retryAfterMs ?? 0) > longestWaitMs) throw error
      options.log.info({ waitMs: Math.round(waitMs), tried, status: error.status }, 'tracker request repeated')
      await options.wait(Math.min(waitMs, longestWaitMs))
    }
  }
}
