import { openQueues, type Queues, queueSchema } from '@headroom/queues'
import { createMetrics, jobObserver, type Logger, type Metrics, type Service } from '@headroom/runtime'
import { openStore, type Store } from '@headroom/store'

/** What a process leans on. `stop` waits for the jobs in hand and then lets go of everything. */
export interface BackingServices extends Service {
  readonly store: Store
  readonly queues: Queues
  readonly metrics: Metrics
}

export interface BackingServicesOptions {
  readonly databaseUrl: string
  /** Absent: the queue runs on the database. */
  readonly redisUrl: string | undefined
  /** Named in `pg_stat_activity`. */
  readonly name: string
  readonly log: Logger
  /** This process alone uses the database, so that its queue may be begun anew. */
  readonly alone?: boolean
}

/** Opens the database (already migrated) and the queue of a process. */
export async function openBackingServices(options: BackingServicesOptions): Promise<BackingServices> {
  const { databaseUrl, redisUrl, name, log, alone = false } = options
  const onIdleError = (error: Error) => log.warn({ err: error }, 'database connection lost')
  const store = openStore({ url: databaseUrl, applicationName: `headroom-${name}`, onIdleError })
  // The queue's connections wait for notifications; they are not to keep the store's from working.
  const queueStore = redisUrl
    ? null
    : openStore({
        url: databaseUrl,
        applicationName: `headroom-${name}-queue`,
        connectionsMax: 16,
        schema: queueSchema,
        onIdleError,
      })
  // Every queue and worker listens to it, which is more than Node takes for a leak.
  queueStore?.pool.setMaxListeners(0)
  const metrics = createMetrics()
  const queues = await openQueues({
    backend: queueStore ? { kind: 'postgres', pool: queueStore.pool, alone } : { kind: 'redis', url: redisUrl ?? '' },
    onError: (error) => log.warn({ err: error }, 'queue connection lost'),
    onOutcome: jobObserver(log, metrics),
  })
  return {
    store,
    queues,
    metrics,
    async stop() {
      await queues.close()
      await queueStore?.close()
      await store.close()
    },
  }
}
