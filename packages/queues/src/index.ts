export type { JobName, JobPayload } from './jobs.ts'
export { jobs } from './jobs.ts'
export type { JobOutcome, QueueBackend, Queues, QueuesOptions } from './queues.ts'
export { EarlyJobError, HopelessJobError, openQueues, queueSchema } from './queues.ts'
