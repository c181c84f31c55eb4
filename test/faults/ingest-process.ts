import { openTrackers, startIngest } from '@headroom/ingest'
import { openQueues, queueSchema } from '@headroom/queues'
import { createLogger, createMetrics, createSealedBox } from '@headroom/runtime'
import { openStore } from '@headroom/store'
import { openMortalStore } from './mortal-store.ts'

// The ingest service as a process of its own that kills itself next to a commit: no handler, no goodbye, as a kill -9 or
// a machine that loses its power. Arguments: database, secret key, number of the commit, before or after.
const [, , databaseUrl = '', secretKey = '', commit = '', side = ''] = process.argv

const store = openMortalStore(databaseUrl, () => process.kill(process.pid, 'SIGKILL'))
const queueStore = openStore({ url: databaseUrl, connectionsMax: 16, schema: queueSchema })
queueStore.pool.setMaxListeners(0)
const log = createLogger({ level: 'silent', service: 'ingest' })
const queues = await openQueues({
  backend: { kind: 'postgres', pool: queueStore.pool, alone: true },
  onError: () => {},
  onOutcome: () => {},
})
const box = createSealedBox(secretKey, 'tracker-credentials')
if (commit !== '') store.killAt(Number(commit), side === 'before' ? 'before' : 'after')
await startIngest({
  ...openTrackers({ box, store, allowPrivate: () => true }),
  store,
  queues,
  log,
  metrics: createMetrics(),
  now: Date.now,
})
