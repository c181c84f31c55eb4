import type { EpochMs } from '@headroom/domain'
import { type Connection, type ConnectionState, listConnections } from './connections.ts'
import { sql } from './drizzle.ts'
import type { Db } from './store.ts'

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

/** All connections, oldest first, and how they are now by the database's clock. */
export async function listConnectionHealth(
  db: Db,
): Promise<{ readonly name: string; readonly state: ConnectionState; readonly problem: string | null }[]> {
  const { rows } = await db.execute<{ now: string }>(sql`SELECT (extract(epoch FROM now()) * 1000)::float8 AS now`)
  const now = Number(rows[0]?.now)
  return (await listConnections(db)).map((c) => ({ name: c.name, ...connectionHealth(c, now) }))
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}
