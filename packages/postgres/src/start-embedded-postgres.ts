import type { ChildProcess } from 'node:child_process'
import { mkdir, realpath } from 'node:fs/promises'
import { findBinaries } from './binaries.ts'
import { type Cluster, openCluster, stopOrphan, superuser } from './cluster.ts'
import { fileError, serverError } from './errors.ts'
import { freePort } from './free-port.ts'
import { lockDataDir } from './owner-lock.ts'
import { kill, ownDirectory, spawnIn, stopServer } from './server-process.ts'
import { serverUser } from './server-user.ts'

/** What `startEmbeddedPostgres` needs. */
export interface EmbeddedPostgresOptions {
  /** Absolute path; made if absent. It holds the cluster, the password (mode 0600) and the name of the owning process. */
  readonly dataDir: string
  /** Receives PostgreSQL's own log, line by line. */
  readonly log: (line: string) => void
  /** Server settings over the defaults, by PostgreSQL's names. Tests switch durability off with `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A running embedded server. */
export interface EmbeddedPostgres {
  /** Connection address of the database `postgres` with the superuser; the port is another one at every start. */
  readonly url: string
  /** Ends all sessions, stops the server and gives the data directory free. Safe to call twice. */
  readonly stop: () => Promise<void>
}

const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  cluster_name: 'headroom',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/**
 * Starts PostgreSQL on the data in `dataDir`, which is made at the first start and kept after. A server that a killed
 * process left running there is stopped first, and its unfinished work is recovered from the write-ahead log.
 * @throws EmbeddedPostgresError whose message is one line with the remedy.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const settings = { ...defaultSettings, ...options.settings }
  try {
    await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
    // The kernel names working directories by their real path, and that is how a server of ours is recognised.
    const dataDir = await realpath(options.dataDir)
    const unlock = await lockDataDir(dataDir)
    try {
      const user = await serverUser()
      const binaries = await findBinaries(user)
      const cluster = await openCluster(dataDir, user, binaries, !('fsync' in settings && settings.fsync === 'off'))
      await stopOrphan(cluster.dir, log)
      const { server, port } = await startServer(binaries.postgres, cluster, settings, dataDir, log)
      return running(server, port, cluster, unlock, log)
    } catch (error) {
      await unlock()
      throw error
    }
  } catch (error) {
    throw fileError(error, options.dataDir)
  }
}

interface StartedServer {
  readonly server: ChildProcess
  readonly port: number
}

async function startServer(
  postgres: string,
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
  dataDir: string,
  log: (line: string) => void,
): Promise<StartedServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const args = ['-D', ownDirectory(cluster.dir), '-p', String(port)]
    for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
    const server = spawnIn(cluster.dir, cluster.user, postgres, args, ['ignore', 'ignore', 'pipe'])
    const output = await untilReady(server, log)
    if (output === null) return { server, port }
    // The port was taken meanwhile, or the processes of a killed server have not all noticed its end yet.
    const passing = /Address already in use|could not bind|still in use/.test(output)
    if (!passing || attempt === 10) throw serverError('PostgreSQL', output, dataDir)
    await new Promise((resolve) => setTimeout(resolve, 100 * attempt))
  }
}

/** Resolves to `null` once the server takes connections, or to what it printed if it ended before. */
function untilReady(server: ChildProcess, log: (line: string) => void): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let output = ''
    let rest = ''
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        log(line)
        if (line.includes('database system is ready to accept connections')) resolve(null)
      }
      output = (output + text).slice(-20_000)
    })
    server.once('error', reject)
    server.once('close', () => resolve(output + rest))
  })
}

function running(
  server: ChildProcess,
  port: number,
  cluster: Cluster,
  unlock: () => Promise<void>,
  log: (line: string) => void,
): EmbeddedPostgres {
  const pid = server.pid as number
  const interrupt = () => kill(pid, 'SIGINT')
  // A process that ends without stop() still takes the server with it; only SIGKILL leaves an orphan.
  process.once('exit', interrupt)
  const unexpected = (code: number | null) => log(`PostgreSQL ended unexpectedly (exit code ${code})`)
  server.once('close', unexpected)
  let stopped: Promise<void> | undefined
  const stop = async () => {
    server.off('close', unexpected)
    await stopServer(pid, cluster.dir)
    process.off('exit', interrupt)
    await unlock()
  }
  return {
    url: `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/postgres`,
    stop: () => (stopped ??= stop()),
  }
}
