import {
  createPostgresBackend,
  DEFAULT_SCHEMA,
  type PgPool,
  Queue,
  runMigrations,
  UnrecoverableError,
  Worker,
} from 'bullmq'
import { Redis } from 'ioredis'
import type pg from 'pg'
import { type JobName, type JobPayload, jobs } from './jobs.ts'

/** The schema of the queue's tables. A pool that is handed in must look names up there. */
export const queueSchema = DEFAULT_SCHEMA

/** Where the jobs are kept: Redis, or the database itself. */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string }
  | {
      readonly kind: 'postgres'
      readonly pool: pg.Pool
      /** No other process uses this queue: what a killed one left half done there is forgotten, not waited for. */
      readonly alone?: boolean
    }

export interface QueuesOptions {
  readonly backend: QueueBackend
  /** Called for errors outside of any job: a lost connection that is being made again. */
  readonly onError: (error: Error) => void
  /** Called after each try of a job, for logs and metrics. */
  readonly onOutcome: (outcome: JobOutcome) => void
}

/** What happened to a job, for logs and metrics. */
export interface JobOutcome {
  readonly job: JobName
  readonly outcome: 'done' | 'put-off' | 'failed' | 'given-up'
  readonly seconds: number
  readonly error?: Error
}

export interface Queues {
  /** Asks for a job. Equal ones (same name and payload) that wait are one. */
  wake<N extends JobName>(name: N, payload: JobPayload<N>): Promise<void>
  /** Asks for the job again and again; one schedule for all processes that ask for the same. */
  schedule<N extends JobName>(name: N, payload: JobPayload<N>, everyMs: number): Promise<void>
  /** Starts doing the jobs of a name. The handler must bear being run twice. */
  work<N extends JobName>(
    name: N,
    handler: (payload: JobPayload<N>, job: { readonly attempt: number; readonly attemptsMax: number }) => Promise<void>,
  ): Promise<void>
  /** Answers whether the backend is there. Throws when it is not. */
  ping(): Promise<void>
  /** Waits for the jobs in hand, then lets go of the backend. */
  close(): Promise<void>
}

/** A job that can't succeed however often it is run: it is not repeated. */
export class HopelessJobError extends UnrecoverableError {
  override name = 'HopelessJobError'
}

/** A job that can't be done yet, though nothing is wrong: it is tried again like a failed one, and nobody is alarmed. */
export class EarlyJobError extends Error {
  override name = 'EarlyJobError'
}

const retryBaseMs = 2000

/** How often it is looked at whether a schedule is still there. */
const scheduleCheckMs = 60_000

/** A killed process's job is taken over this soon; handlers bear being run twice, so a wrong guess costs little. */
const takeover = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 10 }

/** Opens the queues. Nothing is processed until {@link Queues.work} is called. */
export async function openQueues(options: QueuesOptions): Promise<Queues> {
  let closing = false
  // Once it is closed, the backend may end connections that nobody uses any more.
  const onError = (error: Error) => void (closing || options.onError(error))
  const backend = await openBackend({ ...options, onError })
  const queues = new Map<JobName, Queue>()
  const workers: Worker[] = []
  const timers: NodeJS.Timeout[] = []

  function queue(name: JobName): Queue {
    const known = queues.get(name)
    if (known) return known
    const made = backend.queue(name)
    made.on('error', onError)
    queues.set(name, made)
    return made
  }

  return {
    async wake(name, payload) {
      await queue(name).add(name, payload, jobOptions(name, payload))
    },
    async schedule(name, payload, everyMs) {
      const { deduplication: _, ...opts } = jobOptions(name, payload)
      const id = schedulerId(name, payload)
      const put = () => queue(name).upsertJobScheduler(id, { every: everyMs }, { name, data: payload, opts })
      await put()
      // A Redis that is wiped forgets its schedules too, and nobody else would ever put them back.
      const putBack = async () => void ((await queue(name).getJobScheduler(id)) ?? (await put()))
      const timer = setInterval(() => void putBack().catch(onError), Math.min(everyMs, scheduleCheckMs))
      timers.push(timer.unref())
    },
    async work(name, handler) {
      const worker = backend.worker(name, async (job) => {
        const began = performance.now()
        const seconds = () => (performance.now() - began) / 1000
        try {
          const payload = jobs[name].payload.parse(job.data) as JobPayload<typeof name>
          await handler(payload, { attempt: job.attemptsMade + 1, attemptsMax: jobs[name].attempts })
          options.onOutcome({ job: name, outcome: 'done', seconds: seconds() })
        } catch (error) {
          if (error instanceof EarlyJobError) {
            options.onOutcome({ job: name, outcome: 'put-off', seconds: seconds() })
            throw error
          }
          const last = error instanceof UnrecoverableError || job.attemptsMade + 1 >= jobs[name].attempts
          options.onOutcome({
            job: name,
            outcome: last ? 'given-up' : 'failed',
            seconds: seconds(),
            error: asError(error),
          })
          throw error
        }
      })
      worker.on('error', onError)
      workers.push(worker)
      await worker.waitUntilReady()
    },
    async ping() {
      await backend.ping()
    },
    async close() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(workers.map((worker) => worker.close()))
      closing = true
      await Promise.all([...queues.values()].map((q) => q.close()))
      await backend.close()
    },
  }
}

function jobOptions(name: JobName, payload: object) {
  return {
    attempts: jobs[name].attempts,
    backoff: { type: 'exponential', delay: retryBaseMs, jitter: 0.3 },
    removeOnComplete: true,
    removeOnFail: { count: 1000 },
    deduplication: { id: schedulerId(name, payload), keepLastIfActive: true },
  }
}

/** No colon: BullMQ keeps it for itself. */
function schedulerId(name: JobName, payload: object): string {
  return [name, ...Object.values(payload)].join('.')
}

interface Backend {
  queue(name: JobName): Queue
  worker(name: JobName, processor: (job: { data: unknown; attemptsMade: number }) => Promise<void>): Worker
  ping(): Promise<void>
  close(): Promise<void>
}

async function openBackend({ backend, onError }: QueuesOptions): Promise<Backend> {
  if (backend.kind === 'postgres') {
    // BullMQ describes the pool's type in words of its own.
    const pool = backend.pool as unknown as PgPool
    if (backend.alone) await pool.query(`DROP SCHEMA IF EXISTS ${queueSchema} CASCADE`)
    await runMigrations(pool)
    const connection = { connection: pool }
    return {
      queue: (name) => new Queue(name, connection, createPostgresBackend) as unknown as Queue,
      worker: (name, processor) =>
        new Worker(
          name,
          processor,
          { ...connection, ...takeover, concurrency: jobs[name].concurrency },
          createPostgresBackend,
        ) as unknown as Worker,
      ping: async () => void (await pool.query('SELECT 1')),
      close: async () => {},
    }
  }
  // Workers wait for ever for their next job and for a lost Redis; whoever adds a job gets an error instead.
  const adding = new Redis(backend.url, { maxRetriesPerRequest: 3 })
  const working = new Redis(backend.url, { maxRetriesPerRequest: null })
  for (const redis of [adding, working]) redis.on('error', onError)
  return {
    queue: (name) => new Queue(name, { connection: adding, prefix: 'headroom' }),
    worker: (name, processor) =>
      new Worker(name, processor, {
        connection: working,
        prefix: 'headroom',
        ...takeover,
        concurrency: jobs[name].concurrency,
      }),
    ping: async () => void (await adding.ping()),
    close: async () => {
      adding.disconnect()
      working.disconnect()
    },
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
