import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Binaries } from './binaries.ts'
import { foreignOwner, serverError } from './errors.ts'
import { isServerOf } from './process-identity.ts'
import { ownDirectory, spawnIn, stopServer } from './server-process.ts'
import type { ServerUser } from './server-user.ts'

/** The database superuser of the embedded server. */
export const superuser = 'headroom'

/** A database cluster on disk, ready to be served. */
export interface Cluster {
  readonly dir: string
  readonly password: string
  /** The account that owns the files and must run the server; `null` is this process's own. */
  readonly user: ServerUser | null
}

/**
 * The cluster below `dataDir`, made if there is none yet. `durable` false skips the wait for the disk.
 * @throws EmbeddedPostgresError where the files belong to another user, or initdb fails.
 */
export async function openCluster(
  dataDir: string,
  user: ServerUser | null,
  binaries: Binaries,
  durable: boolean,
): Promise<Cluster> {
  const dir = path.join(dataDir, 'cluster')
  const passwordFile = path.join(dataDir, 'password')
  const found = await stat(dir).catch(() => null)
  if (found === null) {
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
    await initCluster(dir, passwordFile, user, binaries, durable)
    return { dir, password: await readFile(passwordFile, 'utf8'), user }
  }
  if (user === null && found.uid !== process.getuid?.()) throw foreignOwner(dataDir, found.uid)
  const owner = user === null ? null : { uid: found.uid, gid: found.gid }
  return { dir, password: await readFile(passwordFile, 'utf8'), user: owner }
}

/** Ends what an earlier, killed run left behind: a server without an owner, or the note of one that is gone. */
export async function stopOrphan(clusterDir: string, log: (line: string) => void): Promise<void> {
  const note = path.join(clusterDir, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(note, 'utf8').catch(() => ''), 10)
  if (Number.isNaN(pid)) return
  if (isServerOf(pid, clusterDir)) {
    log(`stopping the PostgreSQL server (process ${pid}) of a run that was killed`)
    await stopServer(pid, clusterDir)
  }
  // PostgreSQL would refuse to start if the number now belongs to any other process of the same account.
  await rm(note, { force: true })
}

/** Initialises into a folder beside the final one, so that an interrupted run leaves nothing that looks finished. */
async function initCluster(
  dir: string,
  passwordFile: string,
  user: ServerUser | null,
  binaries: Binaries,
  durable: boolean,
): Promise<void> {
  const partial = `${dir}.new`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { mode: 0o700 })
  if (user !== null) {
    await chown(partial, user.uid, user.gid)
    await chown(passwordFile, user.uid, user.gid)
  }
  const password = await open(passwordFile)
  try {
    const args = [
      `--pgdata=${ownDirectory(partial)}`,
      `--username=${superuser}`,
      '--auth=scram-sha-256',
      // Handed over open: the server's account may not be able to walk to the file.
      '--pwfile=/dev/fd/0',
      '--encoding=UTF8',
      // The built-in locale sorts alike on every machine; the system's locales change between versions of libc.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(durable ? [] : ['--no-sync']),
    ]
    const initdb = spawnIn(partial, user, binaries.initdb, args, [password.fd, 'pipe', 'pipe'])
    let output = ''
    for (const stream of [initdb.stdout, initdb.stderr]) stream?.on('data', (text) => (output += text))
    const [code] = await once(initdb, 'close')
    if (code !== 0) throw serverError('initdb', output, path.dirname(dir))
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  } finally {
    await password.close()
  }
  await rename(partial, dir)
}
