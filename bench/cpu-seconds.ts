import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second, whatever its kernel ticks at. */
const ticksPerSecond = 100

/** User and system time of this process so far. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** User and system time of another process; 0 where there is no /proc. */
export function cpuSecondsOf(pid: number): number {
  return (readStat(pid)?.ownTicks ?? 0) / ticksPerSecond
}

/** The same of a PostgreSQL server, whose every connection is a process: what runs now, and what ran and has ended. */
export function serverCpuSeconds(backendPid: number): number {
  const server = readStat(backendPid)?.parent
  if (server === undefined) return 0
  let ticks = readStat(server)?.endedChildrenTicks ?? 0
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null
    if (stat?.parent === server) ticks += stat.ownTicks
  }
  return ticks / ticksPerSecond
}

interface Stat {
  readonly parent: number
  readonly ownTicks: number
  readonly endedChildrenTicks: number
}

function readStat(pid: number): Stat | null {
  try {
    // The command's name may hold anything, so the fields are counted from the bracket that closes it. See proc_pid_stat(5).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? []
    const at = (place: number) => fields[place - 3] ?? 0
    return { parent: at(4), ownTicks: at(14) + at(15), endedChildrenTicks: at(16) + at(17) }
  } catch {
    return null
  }
}
