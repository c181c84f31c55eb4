import type { JobName, JobPayload } from '@headroom/queues'
import type { ApiDeps } from './api-deps.ts'

/**
 * Asks for the work that a stored change calls for. The change is durable already: if nobody can be woken now, the next
 * sweep over the database finds it, so the caller is not told of a failure.
 */
export async function wakeStage<N extends JobName>(
  { queues, log }: Pick<ApiDeps, 'queues' | 'log'>,
  job: N,
  payload: JobPayload<N>,
): Promise<void> {
  await queues.wake(job, payload).catch((error: unknown) => log.warn({ job, err: error }, 'a stage could not be woken'))
}
