import { readlink, rename, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { inUse } from './errors.ts'
import { processIdentity } from './process-identity.ts'

/**
 * Makes this process the owner of `dataDir` and returns the function that gives it back. The owner stands as the target
 * of a symbolic link, because creating one is atomic and writes name and content at once. A link that a killed process
 * left is taken over.
 * @throws EmbeddedPostgresError `in-use` while the owner runs, also when that is this very process.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const lock = path.join(dataDir, 'owner')
  const me = processIdentity(process.pid) ?? String(process.pid)
  for (;;) {
    try {
      await symlink(me, lock)
      return () => rm(lock, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    await removeStale(dataDir, lock)
  }
}

async function removeStale(dataDir: string, lock: string): Promise<void> {
  const owner = await readlink(lock).catch(() => null)
  if (owner === null) return
  const pid = Number.parseInt(owner, 10)
  if (processIdentity(pid) === owner) throw inUse(dataDir, pid)
  const aside = `${lock}.stale-${process.pid}`
  try {
    await rename(lock, aside)
  } catch (error) {
    // Another starting process was faster with the same stale link.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = await readlink(aside)
  if (moved !== owner) {
    // Between our two looks another process became the owner: it gets its link back.
    await rename(aside, lock)
    throw inUse(dataDir, Number.parseInt(moved, 10))
  }
  await rm(aside, { force: true })
}
