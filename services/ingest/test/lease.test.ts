import { randomUUID } from 'node:crypto'
import { findRun, inTransaction, listUnattendedRuns, requestRun, takeLease } from '@headroom/store'
import { afterAll, expect, test } from 'vitest'
import { runSync } from '../src/run-sync.ts'
import { ConnectionBusyError } from '../src/with-lease.ts'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

const request = (connectionId: string, mode: 'full' | 'incremental') =>
  inTransaction(ingest.store, (tx) => requestRun(tx, { id: randomUUID(), connectionId, mode }))

test('two runs of one connection never walk at once; the second goes on when the first has ended', async () => {
  const { small, connectionId } = await ingest.startSmall('jira-cloud')
  small.create('One')
  ingest.clock.ms += 60_000
  const woken: string[] = []
  let walking = 0
  let most = 0
  const watched = ingest.depsWith((tracker) => ({
    readReferences: async () => {
      most = Math.max(most, ++walking)
      if (most > 1) throw new Error('Two walk at once')
      // The other asks to walk while this one does.
      await expect(runSync(deps, second, { attempt: 1, attemptsMax: 5 })).rejects.toThrow(ConnectionBusyError)
      await runSync(deps, second, { attempt: 5, attemptsMax: 5 })
      expect(await findRun(ingest.store.db, second)).toMatchObject({ status: 'queued', problems: [] })
      const references = await tracker.readReferences()
      walking--
      return references
    },
  }))
  const deps = {
    ...watched,
    queues: {
      ...watched.queues,
      wake: async (name: string, payload: object) => void woken.push(`${name} ${Object.values(payload)}`),
    },
  }
  const first = await request(connectionId, 'incremental')
  const second = await request(connectionId, 'full')

  await runSync(deps, first, { attempt: 1, attemptsMax: 5 })

  expect(first).not.toBe(second)
  expect(await findRun(ingest.store.db, first)).toMatchObject({ status: 'succeeded', created: 1 })
  expect(woken).toContain(`sync ${second}`)
  await runSync(ingest.deps, second, { attempt: 1, attemptsMax: 5 })
  expect(await findRun(ingest.store.db, second)).toMatchObject({ status: 'succeeded', unchanged: 1 })
})

test('a run asked for while one waits is that one, except that a full one is not served by an incremental one', async () => {
  const { connectionId } = await ingest.startSmall('linear')
  const incremental = await request(connectionId, 'incremental')
  const full = await request(connectionId, 'full')

  expect(await request(connectionId, 'incremental')).toBe(incremental)
  expect(await request(connectionId, 'full')).toBe(full)
  expect(full).not.toBe(incremental)
})

test('a walker that died is replaced when its time is up', async () => {
  const { small, connectionId } = await ingest.startSmall('linear')
  small.create('One')
  await takeLease(ingest.store.db, { connectionId, holder: 'a process that was killed', seconds: 30 })
  const runId = await request(connectionId, 'incremental')
  const whileHeld = await listUnattendedRuns(ingest.store.db, connectionId)
  await expect(runSync(ingest.deps, runId, { attempt: 1, attemptsMax: 5 })).rejects.toThrow(ConnectionBusyError)

  await ingest.store.pool.query(`UPDATE connection_leases SET until = now() - interval '1 second'`)
  const afterwards = await listUnattendedRuns(ingest.store.db, connectionId)
  await runSync(ingest.deps, runId, { attempt: 2, attemptsMax: 5 })

  expect(whileHeld).toEqual([])
  expect(afterwards).toEqual([runId])
  expect(await findRun(ingest.store.db, runId)).toMatchObject({ status: 'succeeded', created: 1 })
  const { rows } = await ingest.store.pool.query('SELECT * FROM connection_leases WHERE connection_id = $1', [
    connectionId,
  ])
  expect(rows).toEqual([])
})
