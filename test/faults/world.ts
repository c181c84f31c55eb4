import { randomBytes, randomUUID } from 'node:crypto'
import { type OpenTracker, startIngest } from '@headroom/ingest'
import { createLogger, createMetrics, createSealedBox, type Service } from '@headroom/runtime'
import { type SmallClock, type SmallTracker, type SmallTrackerKind, startSmallTracker } from '@headroom/simulator'
import {
  type Connection,
  findConnection,
  insertConnection,
  inTransaction,
  openStore,
  putWebhookSecrets,
  type RunMode,
  requestRun,
  type Store,
  updateConnection,
} from '@headroom/store'
import { type TestDatabase, testDatabase } from '@headroom/testkit'
import { createTracker, createWebhookRegistrar } from '@headroom/trackers'
import { registerWebhooks } from '@headroom/webhooks'
import { fastify } from 'fastify'
import { age } from './age.ts'
import { differences } from './compare.ts'
import { createHandQueue, type HandQueue } from './hand-queue.ts'
import { type MortalStore, openMortalStore } from './mortal-store.ts'

const minute = 60_000
const hour = 60 * minute

/** How many tickets a page of a tracker shows, so that some dozen tickets make several pages. */
const smallPages = { searchFieldsMax: 8, searchIdsMax: 8, dcSearchMax: 8 }

export interface ShopOptions {
  readonly kind: SmallTrackerKind
  readonly timeZone?: string
}

/** What the worlds of one kind of tracker share, since servers and databases are slow to start. */
export interface Shop {
  readonly kind: SmallTrackerKind
  readonly tracker: SmallTracker
  /** The tracker's clock. */
  readonly trackerClock: SmallClock
  /** A new connection on an empty tracker. */
  world(options?: { readonly tickets?: number; readonly startAt?: number }): Promise<World>
  stop(): Promise<void>
}

/** One connection from its beginning: a tracker, our services' own code, and the time, which stands still unless told. */
export interface World {
  readonly kind: SmallTrackerKind
  readonly tracker: SmallTracker
  readonly connectionId: string
  readonly store: MortalStore
  readonly queue: HandQueue
  /** Our clock; the tracker's is `trackerClock`. */
  readonly clock: SmallClock
  readonly trackerClock: SmallClock
  /** How long an answer of the tracker may take; what is set here holds from then on. */
  patienceMs: number
  /** The receiver's address for this connection's webhooks. */
  readonly webhookUrl: string
  readonly webhookSecret: string
  /** Lets time pass for the tracker, for us, and for what waits in the database. */
  pass(ms: number): Promise<void>
  /** Everything on a schedule falls due; then all work is done, by a new process where the last was killed. */
  work(): Promise<void>
  /** Asks for a run and does all work. */
  run(mode: RunMode): Promise<void>
  /** All webhook deliveries arrive and are worked off. */
  deliver(): Promise<void>
  /** Another process at work on the same database, with a queue of its own. */
  second(): Promise<Pick<World, 'queue' | 'run'>>
  /** The process ends without a word and a new one starts. */
  restart(): Promise<void>
  /** A person stores new credentials, as the API does it. */
  renewCredentials(): Promise<void>
  connection(): Promise<{ readonly state: string; readonly problem: string | null }>
  /** What the store says that is not the truth now. */
  wrong(): Promise<string[]>
  /** The faults are over: time passes and the schedules do their work, until the store tells the truth or days have passed. */
  settle(): Promise<string[]>
}

/** Starts a tracker, a database and a webhook receiver. */
export async function openShop({ kind, timeZone = 'Etc/UTC' }: ShopOptions): Promise<Shop> {
  const trackerClock = { ms: Date.now() }
  const database: TestDatabase = await testDatabase()
  const tracker = await startSmallTracker({
    kind,
    clock: trackerClock,
    timeZone,
    jira: smallPages,
    linear: { requestsPerHour: 1_000_000, pointsPerHour: 1_000_000_000 },
    webhookRetryDelayMs: 1,
  })
  const store = openMortalStore(database.url)
  /** The test's own eyes, which outlive the process under test. */
  const outside = openStore({ url: database.url, connectionsMax: 2 })
  const queue = createHandQueue(() => store.isDead)
  const log = createLogger({ level: process.env.FAULT_LOG ?? 'silent', service: 'faults' })
  const box = createSealedBox(randomBytes(32).toString('base64'), 'webhook-secrets')
  const metrics = createMetrics()
  const receiver = fastify()
  await registerWebhooks(receiver, { store, queues: queue, box, log, metrics })
  const receiverUrl = await receiver.listen({ port: 0, host: '127.0.0.1' })
  let running: Service | null = null
  let last: string | null = null

  return {
    kind,
    tracker,
    trackerClock,
    async world({ tickets = 20, startAt = Date.now() } = {}) {
      tracker.clear()
      store.revive()
      queue.flush()
      if (last) await outside.pool.query('DELETE FROM connections WHERE id = $1', [last])
      const clock = { ms: startAt }
      trackerClock.ms = clock.ms
      const connectionId = randomUUID()
      last = connectionId
      const secret = randomBytes(24).toString('hex')
      await insertConnection(store.db, {
        id: connectionId,
        kind,
        name: connectionId,
        baseUrl: tracker.url,
        scope: {},
        sealedCredentials: JSON.stringify(tracker.credentials),
      })
      await putWebhookSecrets(store.db, {
        connectionId,
        kind,
        sealedSecrets: box.seal(JSON.stringify([secret]), connectionId),
        urlToken: randomBytes(24).toString('hex'),
      })
      const webhookUrl = `${receiverUrl}/webhooks/${kind === 'linear' ? 'linear' : 'jira'}/${connectionId}`
      tracker.webhooks.webhooks.length = 0
      for (let i = 0; i < tickets; i += 1) {
        trackerClock.ms += 7_000
        tracker.create(`Ticket ${i}`, i % 3 === 0 ? 'OPS' : 'PAY')
      }
      tracker.webhooks.webhooks.push({ id: connectionId, url: webhookUrl, secret })
      clock.ms = trackerClock.ms

      const startOn = async (mine: Store, jobs: HandQueue) => {
        const openTracker: OpenTracker = (of) => {
          if ('sealedRequest' in of) throw new Error('Trials of credentials have a test of their own')
          const { baseUrl, scope } = of
          const credentials = JSON.parse(of.sealedCredentials)
          return createTracker(
            { kind, baseUrl, credentials, scope },
            { wait: async () => {}, timeoutMs: world.patienceMs },
          )
        }
        const openRegistrar = (of: Connection) =>
          createWebhookRegistrar({ kind, baseUrl: of.baseUrl, credentials: tracker.credentials as never, scope: {} })
        const now = () => clock.ms
        return startIngest({ store: mine, queues: jobs, openTracker, openRegistrar, log, metrics, now })
      }
      const start = async () => {
        await running?.stop()
        queue.desert()
        store.revive()
        running = await startOn(store, queue)
      }
      const runOn = async (jobs: HandQueue, mode: RunMode) => {
        const runId = await inTransaction(outside, (tx) => requestRun(tx, { id: randomUUID(), connectionId, mode }))
        await jobs.wake('sync', { runId })
        await jobs.drain()
      }
      const world: World = {
        kind,
        tracker,
        connectionId,
        store,
        queue,
        clock,
        trackerClock,
        patienceMs: 30_000,
        webhookUrl,
        webhookSecret: secret,
        async pass(ms) {
          clock.ms += ms
          trackerClock.ms += ms
          await age(outside, connectionId, ms)
        },
        async work() {
          queue.tick()
          await queue.drain()
          for (let kills = 0; store.isDead && kills < 20; kills += 1) {
            await start()
            // What the killed process held is free again some minutes later.
            await world.pass(6 * minute)
            queue.tick()
            await queue.drain()
          }
        },
        run: (mode) => runOn(queue, mode),
        async second() {
          const jobs = createHandQueue(() => false)
          await startOn(outside, jobs)
          return { queue: jobs, run: (mode) => runOn(jobs, mode) }
        },
        async deliver() {
          await tracker.flush()
          await queue.drain()
        },
        restart: start,
        renewCredentials: () =>
          updateConnection(outside.db, connectionId, {
            sealedCredentials: JSON.stringify(tracker.credentials),
            state: 'new',
            problem: null,
          }),
        async connection() {
          const found = await findConnection(outside.db, connectionId)
          if (!found) throw new Error('The connection is gone')
          return found
        },
        wrong: () => differences(outside, connectionId, tracker.truth()),
        async settle() {
          store.revive()
          tracker.faults.clear()
          if (kind !== 'linear') tracker.disturbIndex(0, 0)
          if ((await world.connection()).state === 'unauthorized') await world.renewCredentials()
          for (const ms of [
            minute,
            31 * minute,
            31 * minute,
            25 * hour,
            31 * minute,
            31 * minute,
            25 * hour,
            hour,
            hour,
          ]) {
            await world.pass(ms)
            await world.work()
            if ((await world.wrong()).length === 0) return []
          }
          return world.wrong()
        },
      }
      await start()
      return world
    },
    async stop() {
      await running?.stop()
      await tracker.stop()
      await receiver.close()
      await store.close()
      await outside.close()
      await database.drop()
    },
  }
}
