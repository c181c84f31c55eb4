import type { Sprint } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/**
 * Stores sprints and cycles as last read. Those that the tracker no longer lists stay: tickets name them. Answers the ids
 * of those known before that have changed.
 */
export async function writeSprints(tx: Db, connectionId: string, sprints: readonly Sprint[]): Promise<string[]> {
  if (sprints.length === 0) return []
  const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  const rows = [...new Map(sprints.map((s) => [s.id, s])).values()]
  const { rows: changed } = await (tx.$client as pg.PoolClient).query<{ id: string; is_new: boolean }>(
    `INSERT INTO sprints (connection_id, external_id, name, state, starts_at, ends_at, completed_at)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
     ON CONFLICT (connection_id, external_id) DO UPDATE SET name = excluded.name, state = excluded.state, starts_at = excluded.starts_at,
       ends_at = excluded.ends_at, completed_at = excluded.completed_at
       WHERE (sprints.name, sprints.state, sprints.starts_at, sprints.ends_at, sprints.completed_at)
         IS DISTINCT FROM (excluded.name, excluded.state, excluded.starts_at, excluded.ends_at, excluded.completed_at)
     RETURNING external_id AS id, xmax = 0 AS is_new`,
    [
      connectionId,
      rows.map((s) => s.id),
      rows.map((s) => s.name),
      rows.map((s) => s.state),
      rows.map((s) => at(s.startsAt)),
      rows.map((s) => at(s.endsAt)),
      rows.map((s) => at(s.completedAt)),
    ],
  )
  return changed.filter((s) => !s.is_new).map((s) => s.id)
}
