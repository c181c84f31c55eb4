import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBackingServices } from '@headroom/backing-services'
import { openTrackers, startIngest } from '@headroom/ingest'
import { createLogger, createSealedBox } from '@headroom/runtime'
import { findRun, insertConnection, inTransaction, listConnections, requestRun, type Store } from '@headroom/store'
import { answerOrder } from '../child.ts'
import { ownCpuSeconds } from '../cpu-seconds.ts'
import type { IngestionOrder, IngestionReport } from './backfill.ts'

// The ingest service as it runs on a server: queue, adapter, store. It is asked for one full run of a new connection, or goes on
// with the one that a killed process left.
answerOrder(async (order: IngestionOrder): Promise<IngestionReport> => {
  const { databaseUrl, size, killAt } = order
  const log = createLogger({ level: 'error', service: 'bench-ingest' })
  const backing = await openBackingServices({ databaseUrl, redisUrl: undefined, name: 'bench', log, alone: true })
  const box = createSealedBox(order.secretKey, 'tracker-credentials')
  await startIngest({
    ...backing,
    ...openTrackers({ box, store: backing.store, allowPrivate: () => true }),
    log,
    now: Date.now,
  })
  const { store } = backing
  const runId = await askForRun(store, order, (text, id) => box.seal(text, id))

  const [began, cpuBefore] = [performance.now(), ownCpuSeconds()]
  await backing.queues.wake('sync', { runId })
  let run = await findRun(store.db, runId)
  const halvesRssMb: [number, number] = [0, 0]
  while (!run?.finishedAt) {
    await sleep(50)
    run = await findRun(store.db, runId)
    const seen = run?.seen ?? 0
    if (killAt !== null && seen >= killAt) process.kill(process.pid, 'SIGKILL')
    const half = seen < size / 2 ? 0 : 1
    halvesRssMb[half] = Math.max(halvesRssMb[half], process.memoryUsage.rss() / 2 ** 20)
  }
  const report = {
    tickets: run.created,
    repeated: run.seen - run.created,
    halvesRssMb,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: ownCpuSeconds() - cpuBefore,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  }
  await backing.stop()
  if (run.status !== 'succeeded') throw new Error(`The run ended as ${run.status}: ${JSON.stringify(run.problems)}`)
  return report
})

/** The run's id: of the one that is there, or of a new one of a new connection. */
async function askForRun(
  store: Store,
  { trackerUrl, credentials }: IngestionOrder,
  seal: (text: string, id: string) => string,
): Promise<string> {
  const [known] = await listConnections(store.db)
  const id = known?.id ?? randomUUID()
  return inTransaction(store, async (tx) => {
    const sealedCredentials = seal(JSON.stringify(credentials), id)
    if (!known)
      await insertConnection(tx, {
        ...{ id, kind: 'jira-cloud', name: 'Bench', baseUrl: trackerUrl, scope: {} },
        sealedCredentials,
      })
    return requestRun(tx, { id: randomUUID(), connectionId: id, mode: 'full' })
  })
}
