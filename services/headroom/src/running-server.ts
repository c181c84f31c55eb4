import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A Headroom that runs on the same data directory, and how to reach what it owns. */
export interface RunningServer {
  readonly pid: number
  readonly databaseUrl: string
  readonly address: string
}

const file = (dataDir: string) => join(dataDir, 'running.json')

/** Lets commands of other processes find this server. The note holds the database's password, so only the owner reads it. */
export async function noteRunning(dataDir: string, server: RunningServer): Promise<void> {
  await writeFile(file(dataDir), JSON.stringify(server), { mode: 0o600 })
}

export async function forgetRunning(dataDir: string): Promise<void> {
  await rm(file(dataDir), { force: true })
}

/** The server that runs on this data directory; null when there is none, or only the note of one that died. */
export async function findRunning(dataDir: string): Promise<RunningServer | null> {
  try {
    const server = JSON.parse(await readFile(file(dataDir), 'utf8')) as RunningServer
    process.kill(server.pid, 0)
    return server
  } catch {
    return null
  }
}
