import { EarlyJobError, HopelessJobError, type JobName, jobs, type Queues } from '@headroom/queues'

/**
 * A queue that works only when it is told to, one job after the other, so that a test decides what happens when. It keeps
 * the promises of the real ones: equal jobs that wait are one, a failed job is tried again as often as the table of jobs says.
 */
export interface HandQueue extends Queues {
  /** Does all jobs that wait, and those that they ask for, until none is left. Gives the errors of those given up. */
  drain(): Promise<Error[]>
  /** Asks for every job that was put on a schedule, and for those that came too early. */
  tick(): void
  /** Forgets all jobs that wait, as a Redis that was flushed. */
  flush(): void
  /** Forgets who does the jobs: their process has ended. */
  desert(): void
}

interface Job {
  readonly name: JobName
  readonly payload: object
  readonly attempt: number
}

type Handler = (payload: never, job: { attempt: number; attemptsMax: number }) => Promise<void>

/** `isDead` says whether the process that works has been killed: then what is left stays, and the job in hand waits again. */
export function createHandQueue(isDead: () => boolean): HandQueue {
  const handlers = new Map<JobName, Handler>()
  const schedules = new Map<string, Job>()
  const waiting = new Map<string, Job>()
  let early: Job[] = []
  const add = (job: Job) => {
    const key = JSON.stringify([job.name, job.payload])
    if (!waiting.has(key)) waiting.set(key, job)
  }

  async function work(job: Job, givenUp: Error[]): Promise<void> {
    const attemptsMax = jobs[job.name].attempts
    const handler = handlers.get(job.name)
    try {
      await handler?.(job.payload as never, { attempt: job.attempt, attemptsMax })
    } catch (error) {
      if (isDead()) return add(job)
      if (error instanceof EarlyJobError) return void early.push(job)
      if (error instanceof HopelessJobError || job.attempt >= attemptsMax) givenUp.push(error as Error)
      else add({ ...job, attempt: job.attempt + 1 })
    }
    if (isDead()) add(job)
  }

  return {
    wake: async (name, payload) => add({ name, payload, attempt: 1 }),
    schedule: async (name, payload) => {
      const job = { name, payload, attempt: 1 }
      schedules.set(JSON.stringify([name, payload]), job)
    },
    work: async (name, handler) => void handlers.set(name, handler as unknown as Handler),
    ping: async () => {},
    close: async () => {},
    async drain() {
      const givenUp: Error[] = []
      while (!isDead()) {
        const [key, job] = [...waiting].find(([, { name }]) => handlers.has(name)) ?? []
        if (key === undefined || job === undefined) break
        waiting.delete(key)
        await work(job, givenUp)
      }
      return givenUp
    },
    tick: () => {
      for (const job of early) add(job)
      early = []
      for (const job of schedules.values()) add(job)
    },
    flush: () => {
      waiting.clear()
      early = []
    },
    desert: () => {
      handlers.clear()
      schedules.clear()
    },
  }
}
