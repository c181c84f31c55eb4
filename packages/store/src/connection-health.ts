import type { EpochMs } from '@headroom/domain'
import type { Connection, ConnectionState } from './connections.ts'

/** Seven polls. */
const staleAfterMs = 15 * 60_000

/**
 * How a connection is, as it is shown: one that should advance and has not for a quarter of an hour is `stale`, whoever
 * was to advance it. Refused credentials and failures keep their own state, which says more.
 */
export function connectionHealth(
  connection: Connection,
  now: EpochMs,
): { readonly state: ConnectionState; readonly problem: string | null } {
  const { state, problem, lastSyncedAt, advancedAt, createdAt } = connection
  const advanced = Math.max(createdAt.getTime(), lastSyncedAt?.getTime() ?? 0, advancedAt?.getTime() ?? 0)
  const isStill = now - advanced > staleAfterMs
  if (!isStill || state === 'error' || state === 'unauthorized') return { state, problem }
  const still = `Nothing was read for ${duration(now - advanced)}. Look whether the server and its ingest service run (npm run headroom -- doctor); a restart goes on where it stood.`
  return { state: 'stale', problem: problem ? `${still} ${problem}` : still }
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}
