import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBackingServices } from '@headroom/backing-services'
import { openTrackers, startIngest } from '@headroom/ingest'
import { createLogger, createSealedBox } from '@headroom/runtime'
import { findRun, insertConnection, inTransaction, requestRun } from '@headroom/store'
import { answerOrder } from '../child.ts'
import { ownCpuSeconds } from '../cpu-seconds.ts'
import type { IngestionOrder, IngestionReport } from './backfill.ts'

// The ingest service as it runs on a server: queue, adapter, store. It is asked for one full run of a new connection.
answerOrder(async ({ databaseUrl, trackerUrl, credentials }: IngestionOrder): Promise<IngestionReport> => {
  const log = createLogger({ level: 'error', service: 'bench-ingest' })
  const backing = await openBackingServices({ databaseUrl, redisUrl: undefined, name: 'bench', log })
  const box = createSealedBox(randomBytes(32).toString('base64'), 'tracker-credentials')
  await startIngest({
    ...backing,
    ...openTrackers({ box, store: backing.store, allowPrivate: () => true }),
    log,
    now: Date.now,
  })
  const { store } = backing
  const id = randomUUID()
  const runId = await inTransaction(store, async (tx) => {
    const sealedCredentials = box.seal(JSON.stringify(credentials), id)
    await insertConnection(tx, {
      id,
      kind: 'jira-cloud',
      name: 'Bench',
      baseUrl: trackerUrl,
      scope: {},
      sealedCredentials,
    })
    return requestRun(tx, { id: randomUUID(), connectionId: id, mode: 'full' })
  })

  const [began, cpuBefore] = [performance.now(), ownCpuSeconds()]
  await backing.queues.wake('sync', { runId })
  let run = await findRun(store.db, runId)
  while (!run?.finishedAt) {
    await sleep(50)
    run = await findRun(store.db, runId)
  }
  const report = {
    tickets: run.created,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: ownCpuSeconds() - cpuBefore,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  }
  await backing.stop()
  if (run.status !== 'succeeded') throw new Error(`The run ended as ${run.status}: ${JSON.stringify(run.problems)}`)
  return report
})
