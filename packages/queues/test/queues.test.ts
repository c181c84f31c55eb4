import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { openStore } from '@headroom/store'
import { emptyDatabase, testRedis } from '@headroom/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { HopelessJobError, type JobOutcome, openQueues, type Queues, queueSchema } from '../src/index.ts'

interface Backend {
  readonly open: (outcomes: EventEmitter) => Promise<Queues>
  readonly stop: () => Promise<void>
}

async function onPostgres(): Promise<Backend> {
  const database = await emptyDatabase()
  const store = openStore({ url: database.url, connectionsMax: 16, schema: queueSchema })
  store.pool.setMaxListeners(0)
  return {
    open: (outcomes) => open({ kind: 'postgres', pool: store.pool }, outcomes),
    stop: async () => {
      await store.close()
      await database.drop()
    },
  }
}

async function onRedis(): Promise<(Backend & { flush(): Promise<void> }) | null> {
  const redis = await testRedis()
  return redis && { open: (outcomes) => open({ kind: 'redis', url: redis.url }, outcomes), ...redis }
}

function open(backend: Parameters<typeof openQueues>[0]['backend'], outcomes: EventEmitter): Promise<Queues> {
  return openQueues({ backend, onError: () => {}, onOutcome: (outcome) => void outcomes.emit('outcome', outcome) })
}

const redis = await onRedis()

test.skipIf(redis === null)('a schedule comes back after Redis has been wiped', async () => {
  const outcomes = new EventEmitter()
  const queues = await (redis as Backend).open(outcomes)
  await queues.work('poll', async () => {})
  await queues.schedule('poll', {}, 300)
  await once(outcomes, 'outcome')

  await redis?.flush()

  await once(outcomes, 'outcome')
  await once(outcomes, 'outcome')
  await queues.close()
})

describe.each([
  ['PostgreSQL', await onPostgres()],
  ['Redis', redis],
] as const)('queues on %s', (name, backend) => {
  afterAll(() => backend?.stop())

  /** Queues of their own, and a way to wait for what becomes of a job. */
  async function opened() {
    const outcomes = new EventEmitter()
    const queues = await (backend as Backend).open(outcomes)
    const next = async () => ((await once(outcomes, 'outcome')) as [JobOutcome])[0]
    return { queues, next }
  }

  const run = test.skipIf(backend === null)
  if (backend === null) console.warn(`The tests of queues on ${name} are skipped: it is not installed here.`)

  run('a job reaches its handler with its payload', async () => {
    const { queues, next } = await opened()
    const runId = randomUUID()
    const seen: string[] = []
    await queues.work('sync', async (payload) => void seen.push(payload.runId))

    const outcome = next()
    await queues.wake('sync', { runId })

    expect((await outcome).outcome).toBe('done')
    expect(seen).toEqual([runId])
    await queues.close()
  })

  run('wake-ups that wait are one, and one that comes while the job runs is run afterwards', async () => {
    const { queues, next } = await opened()
    let runs = 0
    const running = new EventEmitter()
    const began = once(running, 'began')
    const goOn = once(running, 'go on')
    await Promise.all(Array.from({ length: 20 }, () => queues.wake('classify', {})))
    await queues.work('classify', async () => {
      runs++
      if (runs > 1) return
      running.emit('began')
      await goOn
    })
    await began

    await Promise.all(Array.from({ length: 20 }, () => queues.wake('classify', {})))
    const first = next()
    running.emit('go on')
    await first
    await next()

    // A third would have been queued before the second was done.
    await queues.close()
    expect(runs).toBe(2)
  })

  run('a job that fails is tried again', async () => {
    const { queues, next } = await opened()
    let tries = 0
    await queues.work('measure', async () => {
      tries++
      if (tries === 1) throw new Error('The first try fails.')
    })

    const failed = next()
    await queues.wake('measure', {})
    expect((await failed).outcome).toBe('failed')
    const done = await next()

    expect([done.outcome, tries]).toEqual(['done', 2])
    await queues.close()
  })

  run('a hopeless job is given up at once', async () => {
    const { queues, next } = await opened()
    await queues.work('hydrate', async () => {
      throw new HopelessJobError('There is nothing to be done.')
    })

    const outcome = next()
    await queues.wake('hydrate', { connectionId: randomUUID() })

    expect((await outcome).outcome).toBe('given-up')
    await queues.close()
  })

  run('a schedule asked for by two processes runs as one', async () => {
    const { queues, next } = await opened()
    const other = await opened()
    await queues.schedule('poll', {}, 3_600_000)
    await other.queues.schedule('poll', {}, 3_600_000)
    let runs = 0

    const outcome = next()
    await queues.work('poll', async () => {
      runs++
    })
    await outcome

    await queues.close()
    await other.queues.close()
    expect(runs).toBe(1)
  })

  run('closing waits for the job in hand', async () => {
    const { queues } = await opened()
    const running = new EventEmitter()
    const began = once(running, 'began')
    let finished = false
    await queues.work('digest', async () => {
      running.emit('began')
      await new Promise((resolve) => setTimeout(resolve, 50))
      finished = true
    })
    await queues.wake('digest', {})
    await began

    await queues.close()

    expect(finished).toBe(true)
  })
})
