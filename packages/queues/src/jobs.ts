import { z } from 'zod'

/**
 * Every job there is: what it carries, how many run at once in a process, and how it is retried. A job carries ids, never
 * facts: the queue wakes, the database decides. All are merged with an equal one that waits, and one that comes
 * while an equal one runs is run once more afterwards, so that no wake-up is lost.
 */
export const jobs = {
  /** One run of a connection: a backfill or an incremental sync. */
  sync: { payload: z.strictObject({ runId: z.uuid() }), concurrency: 4, attempts: 5 },
  /** Credentials are tried out on their tracker; somebody waits for the answer. */
  'test-connection': { payload: z.strictObject({ testId: z.uuid() }), concurrency: 4, attempts: 1 },
  /** Webhook deliveries of a connection become hints. */
  inbox: { payload: z.strictObject({ connectionId: z.uuid() }), concurrency: 4, attempts: 5 },
  /** The dirty tickets of a connection are read from its tracker. */
  hydrate: { payload: z.strictObject({ connectionId: z.uuid() }), concurrency: 4, attempts: 8 },
  /** Starts an incremental sync of every connection, and wakes whatever was left undone. */
  poll: { payload: z.strictObject({}), concurrency: 1, attempts: 1 },
  classify: { payload: z.strictObject({}), concurrency: 1, attempts: 5 },
  /** The organisation's layer over the model is learnt anew from what people corrected. */
  adapt: { payload: z.strictObject({}), concurrency: 1, attempts: 3 },
  /** Asks a language model, where one is configured, about tickets that nothing decided. */
  'ask-llm': { payload: z.strictObject({}), concurrency: 1, attempts: 1 },
  measure: { payload: z.strictObject({}), concurrency: 1, attempts: 5 },
  /** Sends the weekly emails that are due. */
  digest: { payload: z.strictObject({}), concurrency: 1, attempts: 3 },
} as const

export type JobName = keyof typeof jobs
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]['payload']>
