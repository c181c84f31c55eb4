import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BackingServices, openBackingServices } from '@headroom/backing-services'
import { openTrackers, startIngest } from '@headroom/ingest'
import { createLogger, createSealedBox, type Service } from '@headroom/runtime'
import { type SmallTracker, type SmallTrackerKind, startSmallTracker } from '@headroom/simulator'
import { insertConnection, inTransaction, openStore, requestRun, type Store } from '@headroom/store'
import { type FaultProxy, startFaultProxy, type TestDatabase, testDatabase, testRedis } from '@headroom/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../child-process.ts'
import { differences } from './compare.ts'

const kinds: readonly SmallTrackerKind[] = ['jira-cloud', 'jira-dc', 'linear']
const redis = await testRedis()
if (redis === null) console.warn('A flushed Redis is not tested: redis-server is not installed.')
afterAll(() => redis?.stop())

const log = createLogger({ level: 'silent', service: 'faults' })
const secretKey = randomBytes(32).toString('base64')
const box = createSealedBox(secretKey, 'tracker-credentials')

describe.each(kinds)('the first reading of %s', (kind) => {
  const clock = { ms: Date.now() - 3_600_000 }
  let database: TestDatabase
  let proxy: FaultProxy
  let outside: Store
  let tracker: SmallTracker

  beforeAll(async () => {
    database = await testDatabase()
    const { hostname, port } = new URL(database.url)
    proxy = await startFaultProxy({ host: hostname, port: Number(port) })
    outside = openStore({ url: database.url, connectionsMax: 2 })
    tracker = await startSmallTracker({ kind, clock, jira: { searchFieldsMax: 8, searchIdsMax: 8, dcSearchMax: 8 } })
    for (let i = 0; i < 80; i += 1) {
      clock.ms += 20_000
      tracker.create(`Ticket ${i}`)
    }
  })
  afterAll(async () => {
    await tracker?.stop()
    await outside?.close()
    await proxy?.close()
    await database?.drop()
  })

  test('survives a PostgreSQL that restarts: all sessions are cut, and for a second nobody answers', async () => {
    await readThrough(undefined, async () => {
      proxy.setUp(false)
      await sleep(1_000)
      proxy.setUp(true)
    })
  }, 240_000)

  test.skipIf(redis === null)(
    'survives a Redis that is flushed',
    async () => {
      await readThrough(redis?.url, async () => redis?.flush())
    },
    240_000,
  )

  /** Begins to read a new connection, lets `disaster` happen in the middle, and waits for the truth. */
  async function readThrough(redisUrl: string | undefined, disaster: () => Promise<void>): Promise<void> {
    const url = new URL(database.url)
    url.port = String(proxy.port)
    const backing: BackingServices = await openBackingServices({ databaseUrl: url.href, redisUrl, name: 'faults', log })
    const { store, queues } = backing
    const doors = openTrackers({ box, store, allowPrivate: () => true })
    const ingest: Service = await startIngest({ ...backing, ...doors, log, now: Date.now })
    const connectionId = randomUUID()
    await insertConnection(outside.db, {
      ...{ id: connectionId, kind, name: connectionId, baseUrl: tracker.url, scope: {} },
      sealedCredentials: box.seal(JSON.stringify(tracker.credentials), connectionId),
    })
    const stored = async () => {
      const { rows } = await outside.pool.query('SELECT FROM tickets WHERE connection_id = $1', [connectionId])
      return rows.length
    }
    const run = { id: randomUUID(), connectionId, mode: 'full' } as const
    const runId = await inTransaction(outside, (tx) => requestRun(tx, run))
    await queues.wake('sync', { runId })
    await eventually('the reading has begun', async () => (await stored()) > 0, 60_000)

    await disaster()

    await eventually(
      'everything is read',
      async () => {
        // What the schedule does every two minutes.
        await queues.wake('poll', {}).catch(() => {})
        return (await differences(outside, connectionId, tracker.truth())).length === 0
      },
      120_000,
    )
    expect(await stored()).toBe(tracker.ids().length)
    await ingest.stop()
    await backing.stop()
  }
})
