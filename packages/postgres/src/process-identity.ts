import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/**
 * A name for one running process that no later process gets: `pid:start`, since pids are used again after a reboot or
 * a container restart. `null` when there is no such process.
 */
export function processIdentity(pid: number): string | null {
  const started = process.platform === 'linux' ? startTicks(pid) : startTime(pid)
  return started === null ? null : `${pid}:${started}`
}

/** Whether process `pid` is a PostgreSQL server that works in the directory `clusterDir`. */
export function isServerOf(pid: number, clusterDir: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === clusterDir && statFields(pid) !== null
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(clusterDir)
  } catch {
    return false
  }
}

function startTicks(pid: number): string | null {
  return statFields(pid)?.[19] ?? null
}

/** The fields of proc_pid_stat(5) from the state on; `null` for a process that is gone or a zombie. */
function statFields(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name before the last parenthesis may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : fields
  } catch {
    return null
  }
}

function startTime(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
