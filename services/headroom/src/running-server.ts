import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processIdentity } from '@headroom/postgres'

/** A Headroom that runs on the same data directory, and how to reach what it owns. */
export interface RunningServer {
  readonly databaseUrl: string
  readonly address: string
}

/** What the note of a running server says: whose it is, since a process number is given again to another process. */
interface Note extends RunningServer {
  readonly owner: string | null
}

const file = (dataDir: string) => join(dataDir, 'running.json')

/** Lets commands of other processes find this server. The note holds the database's password, so only the owner reads it. */
export async function noteRunning(dataDir: string, server: RunningServer): Promise<void> {
  const note: Note = { ...server, owner: processIdentity(process.pid) }
  await writeFile(file(dataDir), JSON.stringify(note), { mode: 0o600 })
}

export async function forgetRunning(dataDir: string): Promise<void> {
  await rm(file(dataDir), { force: true })
}

/** The server that runs on this data directory; null when there is none, or only the note of one that died. */
export async function findRunning(dataDir: string): Promise<RunningServer | null> {
  const text = await readFile(file(dataDir), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const { owner, ...server } = JSON.parse(text) as Note
    return owner !== null && processIdentity(Number.parseInt(owner, 10)) === owner ? server : null
  } catch {
    // A process that was killed while it wrote has no server to be found.
    return null
  }
}
