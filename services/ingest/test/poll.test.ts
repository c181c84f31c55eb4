import { randomUUID } from 'node:crypto'
import { insertDelivery, inTransaction, requestRun } from '@headroom/store'
import { afterAll, expect, test } from 'vitest'
import { poll } from '../src/poll.ts'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

test('forgets deliveries processed a month ago and incremental runs that ended then, and nothing that is still to be done', async () => {
  const connectionId = await ingest.connect({ kind: 'linear', baseUrl: 'http://127.0.0.1:1' })
  for (const deliveryId of ['old', 'recent', 'waiting'])
    await insertDelivery(ingest.store.db, { connectionId, deliveryId, body: Buffer.from('{}') })
  const processed = `UPDATE webhook_inbox SET received_at = now() - interval '60 days', processed_at = now() - $2::interval
    WHERE connection_id = $1 AND delivery_id = $3`
  await ingest.store.pool.query(processed, [connectionId, '31 days', 'old'])
  await ingest.store.pool.query(processed, [connectionId, '29 days', 'recent'])
  const run = async (mode: 'full' | 'incremental', endedDaysAgo: number) => {
    const id = await inTransaction(ingest.store, (tx) => requestRun(tx, { id: randomUUID(), connectionId, mode }))
    await ingest.store.pool.query(
      `UPDATE runs SET status = 'succeeded', finished_at = now() - make_interval(days => $2) WHERE id = $1`,
      [id, endedDaysAgo],
    )
    return id
  }
  await run('incremental', 31)
  const kept = [await run('incremental', 29), await run('full', 400)]

  await poll(ingest.deps)

  expect(await ingest.column('SELECT delivery_id FROM webhook_inbox WHERE connection_id = $1', connectionId)).toEqual([
    'recent',
    'waiting',
  ])
  const runs = await ingest.column(
    `SELECT id FROM runs WHERE connection_id = $1 AND status = 'succeeded'`,
    connectionId,
  )
  expect(runs).toEqual(kept.sort())
})

test('asks nothing of a tracker that has refused the credentials', async () => {
  const connectionId = await ingest.connect({ kind: 'linear', baseUrl: 'http://127.0.0.1:1' })
  await ingest.store.pool.query(`UPDATE connections SET state = 'unauthorized' WHERE id = $1`, [connectionId])

  await poll(ingest.deps)

  expect(await ingest.column('SELECT id FROM runs WHERE connection_id = $1', connectionId)).toEqual([])
})
