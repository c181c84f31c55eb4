import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { isServerOf } from './process-identity.ts'
import type { ServerUser } from './server-user.ts'

/**
 * Starts one of PostgreSQL's programs inside the folder `dir`, as `user`, out of reach of the terminal's Ctrl-C: the
 * server has to outlive the connections that are closed in answer to it.
 */
export function spawnIn(
  dir: string,
  user: ServerUser | null,
  command: string,
  args: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  return spawn(command, [...args], {
    cwd: dir,
    detached: true,
    stdio,
    // Messages are read by this package, so they must not follow the language of the user.
    env: { LC_ALL: 'C', TZ: 'UTC' },
    ...user,
  })
}

/**
 * How the programs name their working directory `dir`. On Linux by the link that the kernel keeps, which needs no
 * permission on the folders above: root's data directory is often below a folder that the server's account may not enter.
 */
export function ownDirectory(dir: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : dir
}

/**
 * Stops the server `pid` of `clusterDir`: first without waiting for its clients, then the hard way, which the next
 * start repairs from the write-ahead log. Resolves when it is gone.
 */
export async function stopServer(pid: number, clusterDir: string): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isServerOf(pid, clusterDir)) return
    kill(pid, signal)
    for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) {
      if (!isServerOf(pid, clusterDir)) return
    }
  }
}

/** Sends a signal to a process that may have ended already. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone, which is what the caller wants.
  }
}
