import { resolve } from 'node:path'
import { type BackingServices, openBackingServices } from '@headroom/backing-services'
import { startEmbeddedPostgres } from '@headroom/postgres'
import type { Config, Logger, Service } from '@headroom/runtime'
import { migrateStore } from '@headroom/store'
import { findRunning } from './running-server.ts'
import { readSecretKey } from './secret-key.ts'

/** An opened Headroom: its data, its queue, its secret. Services are started on top. */
export interface Headroom extends BackingServices {
  readonly config: Config
  readonly log: Logger
  readonly databaseUrl: string
  readonly secretKey: string
  /** True when another process of this data directory does the work, so that this one only asks for it. */
  readonly served: boolean
}

/**
 * Opens the database named in the environment; else that of a Headroom running on the data directory; else starts the
 * embedded one. What was started is handed to `started`, to be stopped in reverse order.
 */
export async function openHeadroom(
  config: Config,
  log: Logger,
  started: (service: Service) => void,
): Promise<Headroom> {
  const dataDir = resolve(config.dataDir)
  const running = config.databaseUrl ? null : await findRunning(dataDir)
  const databaseUrl = config.databaseUrl ?? running?.databaseUrl ?? (await startEmbedded(dataDir, log, started))
  if (!running) await migrateStore(databaseUrl)
  const backing = await openBackingServices({
    databaseUrl,
    redisUrl: config.redisUrl,
    name: 'all',
    log,
    alone: !running && !config.databaseUrl,
  })
  started(backing)
  const secretKey = await readSecretKey({ ...config, dataDir })
  return { ...backing, config: { ...config, dataDir }, log, databaseUrl, secretKey, served: running !== null }
}

async function startEmbedded(dataDir: string, log: Logger, started: (service: Service) => void): Promise<string> {
  const server = await startEmbeddedPostgres({
    dataDir: resolve(dataDir, 'postgres'),
    log: (line) => log.debug({ postgres: line }, 'postgres'),
  })
  started({ stop: server.stop })
  return server.url
}
