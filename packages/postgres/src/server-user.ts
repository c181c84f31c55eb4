import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { EmbeddedPostgresError } from './errors.ts'

/** The account that the server runs as. PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/**
 * The account for the server: `null` means the account of this process. As root it is `postgres` where the system has
 * that account, else `nobody`; nothing is added to the system.
 */
export async function serverUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const account = accounts.find(([name]) => name === wanted)
    if (account !== undefined) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  throw new EmbeddedPostgresError(
    'unsupported-platform',
    'PostgreSQL cannot run as root, and this system has no account "postgres" or "nobody": start as an ordinary user.',
  )
}

/** Whether `user` may enter every folder on the way to `target`, `target` included. */
export async function canReach(user: ServerUser, target: string): Promise<boolean> {
  for (let dir = target; ; dir = path.dirname(dir)) {
    const { mode, uid, gid } = await stat(dir)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (dir === path.dirname(dir)) return true
  }
}
