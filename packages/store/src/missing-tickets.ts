import type pg from 'pg'
import type { Db } from './store.ts'

/** Forgets what an earlier census met. */
export async function beginCensus(tx: Db, connectionId: string): Promise<void> {
  await (tx.$client as pg.PoolClient).query(`DELETE FROM census_sightings WHERE connection_id = $1`, [connectionId])
}

/** Notes which tickets the census has met. */
export async function addToCensus(tx: Db, connectionId: string, externalIds: readonly string[]): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO census_sightings (connection_id, external_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
    [connectionId, externalIds],
  )
}

/** How many different tickets the census has met. */
export async function countCensus(db: Db, connectionId: string): Promise<number> {
  const { rows } = await (db.$client as pg.Pool).query<{ n: number }>(
    `SELECT count(*)::int AS n FROM census_sightings WHERE connection_id = $1`,
    [connectionId],
  )
  return rows[0]?.n ?? 0
}

/**
 * Suspects the live tickets that a complete census did not meet and nobody has read since it began. `withArchived`: the
 * tracker's lists show archived tickets too. Those that it met are suspected no longer. Answers how many are new.
 */
export async function suspectMissing(
  tx: Db,
  connectionId: string,
  census: { readonly startedAt: Date; readonly withArchived: boolean },
): Promise<number> {
  const client = tx.$client as pg.PoolClient
  await client.query(
    `DELETE FROM missing_tickets m WHERE m.connection_id = $1 AND (
       EXISTS (SELECT FROM census_sightings s WHERE s.connection_id = $1 AND s.external_id = m.external_id)
       OR NOT EXISTS (SELECT FROM tickets t WHERE t.connection_id = $1 AND t.external_id = m.external_id AND t.deleted_at IS NULL))`,
    [connectionId],
  )
  const { rowCount } = await client.query(
    `INSERT INTO missing_tickets (connection_id, external_id)
     SELECT $1, t.external_id FROM tickets t
      WHERE t.connection_id = $1 AND t.deleted_at IS NULL AND t.fetched_at < $2 AND ($3 OR t.archived_at IS NULL)
        AND NOT EXISTS (SELECT FROM census_sightings s WHERE s.connection_id = $1 AND s.external_id = t.external_id)
     ON CONFLICT DO NOTHING`,
    [connectionId, census.startedAt, census.withArchived],
  )
  return rowCount ?? 0
}

/** Suspects to be looked up by id now: never looked up, or first found absent at or before `firstLookUntil`. */
export async function missingToLookUp(
  db: Db,
  connectionId: string,
  { firstLookUntil, limit }: { readonly firstLookUntil: Date; readonly limit: number },
): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT external_id AS id FROM missing_tickets
      WHERE connection_id = $1 AND verdict <> 'held' AND confirmed_at IS NULL AND (absent_since IS NULL OR absent_since <= $2)
      ORDER BY external_id LIMIT $3`,
    [connectionId, firstLookUntil, limit],
  )
  return rows.map((r) => r.id)
}

/** What a look by id, sent at `at`, said of suspects. */
export async function writeLook(
  tx: Db,
  connectionId: string,
  look: { readonly found: readonly string[]; readonly absent: readonly string[]; readonly at: Date },
): Promise<void> {
  const client = tx.$client as pg.PoolClient
  await client.query(`DELETE FROM missing_tickets WHERE connection_id = $1 AND external_id = ANY ($2::text[])`, [
    connectionId,
    look.found,
  ])
  await client.query(
    `UPDATE missing_tickets SET confirmed_at = CASE WHEN absent_since IS NOT NULL THEN $3::timestamptz END,
       absent_since = coalesce(absent_since, $3)
      WHERE connection_id = $1 AND external_id = ANY ($2::text[])`,
    [connectionId, look.absent, look.at],
  )
}

/** Tickets of one project or tracker team that two looks did not find. */
export interface MissingInHome {
  /** The tracker's id of the project or team; null where the tickets name none. */
  readonly home: string | null
  readonly homeName: string | null
  /** Stored and not deleted, these included. */
  readonly live: number
  readonly externalIds: readonly string[]
  /** Others of this project or team that wait for a person's word. */
  readonly held: number
  /** A person has said that they are gone. */
  readonly approved: boolean
  /** When the earliest of the second looks was sent. */
  readonly confirmedAt: Date
}

const homeOf = 'coalesce(t.tracker_team_id, t.project_id)'
const homeName = 'coalesce(t.tracker_team_key, t.project_key)'

/** All that was found absent twice, by project or team; empty while some suspects still wait for a look. */
export async function readConfirmedMissing(db: Db, connectionId: string): Promise<MissingInHome[]> {
  const { rows } = await (db.$client as pg.Pool).query<MissingInHome>(
    `WITH missing AS (
       SELECT m.*, ${homeOf} AS home, ${homeName} AS home_name FROM missing_tickets m
         JOIN tickets t ON t.connection_id = m.connection_id AND t.external_id = m.external_id AND t.deleted_at IS NULL
        WHERE m.connection_id = $1)
     SELECT home, min(home_name) AS "homeName", array_agg(external_id ORDER BY external_id) AS "externalIds",
            verdict = 'approved' AS approved, min(confirmed_at) AS "confirmedAt",
            (SELECT count(*)::int FROM missing o WHERE o.verdict = 'held' AND o.home IS NOT DISTINCT FROM missing.home) AS held,
            (SELECT count(*)::int FROM tickets t WHERE t.connection_id = $1 AND t.deleted_at IS NULL
                AND ${homeOf} IS NOT DISTINCT FROM missing.home) AS live
       FROM missing
      WHERE verdict <> 'held' AND NOT EXISTS (SELECT FROM missing o WHERE o.verdict <> 'held' AND o.confirmed_at IS NULL)
      GROUP BY home, verdict ORDER BY home, verdict`,
    [connectionId],
  )
  return rows
}

/** Leaves the decision about these to a person. */
export async function holdMissing(tx: Db, connectionId: string, externalIds: readonly string[]): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `UPDATE missing_tickets SET verdict = 'held' WHERE connection_id = $1 AND external_id = ANY ($2::text[])`,
    [connectionId, externalIds],
  )
}

/** Tickets of a project or team that wait for a person to say that they are gone. */
export interface HeldMissing {
  readonly homeName: string | null
  readonly held: number
  readonly live: number
}

export async function readHeldMissing(db: Db, connectionId: string): Promise<HeldMissing[]> {
  const { rows } = await (db.$client as pg.Pool).query<HeldMissing>(
    `SELECT ${homeName} AS "homeName", count(*) FILTER (WHERE m.external_id IS NOT NULL)::int AS held, count(*)::int AS live
       FROM tickets t
       LEFT JOIN missing_tickets m ON m.connection_id = t.connection_id AND m.external_id = t.external_id AND m.verdict = 'held'
      WHERE t.connection_id = $1 AND t.deleted_at IS NULL
      GROUP BY 1 HAVING count(m.external_id) > 0 ORDER BY 1`,
    [connectionId],
  )
  return rows
}

/** A person says that what is held is gone: it is looked up once more and then counts as deleted. Answers how many. */
export async function approveMissing(tx: Db, connectionId: string): Promise<number> {
  const { rowCount } = await (tx.$client as pg.PoolClient).query(
    `UPDATE missing_tickets SET verdict = 'approved', confirmed_at = NULL WHERE connection_id = $1 AND verdict = 'held'`,
    [connectionId],
  )
  return rowCount ?? 0
}

/** Forgets suspects that were dealt with. */
export async function forgetMissing(tx: Db, connectionId: string, externalIds: readonly string[]): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `DELETE FROM missing_tickets WHERE connection_id = $1 AND external_id = ANY ($2::text[])`,
    [connectionId, externalIds],
  )
}
