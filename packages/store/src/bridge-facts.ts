import type { DecidedBy, Period } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** What one person gave one ticket in one of the periods, with what is said of the ticket now and was said at a time. */
export interface BridgeFact {
  /** Place in the query's periods. */
  readonly period: number
  readonly personId: string
  readonly ticketId: string
  readonly units: number
  /** Strategic probability, 0 when unclassified. */
  readonly strategicNow: number
  /** The same at the asked time; what was first decided when nothing had been by then. */
  readonly strategicThen: number
  readonly decidedNow: DecidedBy
  readonly decidedThen: DecidedBy
}

export interface BridgeFactsQuery {
  readonly periods: readonly Pick<Period, 'from' | 'to'>[]
  readonly teamId?: string
  /** The time whose decisions are asked for. */
  readonly asOf: Date
}

const periods = `unnest($1::int[], $2::date[], $3::date[]) AS p (no, first, last)`

/** Effort by person and ticket in each period. For arithmetic inside: nobody is shown a person's effort. */
export async function readBridgeFacts(db: Db, query: BridgeFactsQuery): Promise<BridgeFact[]> {
  const { rows } = await (db.$client as pg.Pool).query<BridgeFact>(
    `SELECT f.period, f.person_id AS "personId", f.ticket_id AS "ticketId", f.units, s.now AS "strategicNow",
            coalesce(CASE WHEN h.row ->> 'category' = 'unclassified' THEN 0 ELSE (h.row ->> 'p_strategic')::float8 END, s.now) AS "strategicThen",
            coalesce(c.decided_by, 'none') AS "decidedNow", coalesce(h.row ->> 'decided_by', c.decided_by, 'none') AS "decidedThen"
       FROM (SELECT p.no AS period, e.person_id, e.ticket_id, sum(e.units)::float8 AS units
               FROM ${periods} JOIN effort e ON e.day BETWEEN p.first AND p.last
               JOIN person_days d ON d.person_id = e.person_id AND d.day = e.day
              WHERE $4::uuid IS NULL OR d.team_id = $4
              GROUP BY 1, 2, 3) f
       LEFT JOIN classifications c ON c.ticket_id = f.ticket_id
       CROSS JOIN LATERAL (SELECT CASE WHEN coalesce(c.category, 'unclassified') = 'unclassified' THEN 0 ELSE c.p_strategic::float8 END AS now) s
       LEFT JOIN (SELECT DISTINCT ON (v.key) v.key, v.row FROM setting_versions v
                   WHERE v.of = 'classifications' AND v.at > $5 AND v.row IS NOT NULL ORDER BY v.key, v.id) h
              ON h.key = f.ticket_id::text
      ORDER BY 1, 2, 3`,
    [...periodArgs(query), query.teamId ?? null, query.asOf],
  )
  return rows
}

/** Capacity by period and person. For arithmetic inside, like {@link readBridgeFacts}. */
export async function readBridgeCapacities(
  db: Db,
  query: BridgeFactsQuery,
): Promise<{ readonly period: number; readonly personId: string; readonly units: number }[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ period: number; personId: string; units: number }>(
    `SELECT p.no AS period, d.person_id AS "personId", sum(d.capacity_units)::float8 AS units
       FROM ${periods} JOIN person_days d ON d.day BETWEEN p.first AND p.last
      WHERE $4::uuid IS NULL OR d.team_id = $4 GROUP BY 1, 2 ORDER BY 1, 2`,
    [...periodArgs(query), query.teamId ?? null],
  )
  return rows
}

function periodArgs({ periods: list }: BridgeFactsQuery): unknown[] {
  return [list.map((_, no) => no), list.map((p) => p.from), list.map((p) => p.to)]
}
