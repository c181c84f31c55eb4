import type { TicketForQuality } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** What the store knows of a ticket whose data may be wrong; `fadedUnits` are those of all teams. */
export interface QualityFact extends Omit<TicketForQuality, 'units' | 'hasEstimate' | 'estimate'> {
  readonly estimate: number | null
}

/** Days without a sign of work after which a ticket that is still in progress was forgotten. */
const forgottenAfterDays = 14
/** A week without one, and what it takes from then on is doubtful. */
const freshDays = 7
/** Nothing is left of a ticket's claim after so many working days, assigned or not. */
const fadedAfterDays = 23
/** Labels that are set so many days before a period ends, or later, were set with the number in sight. */
const lateDays = 7
/** Title and description together. */
const thinTextLetters = 60

/**
 * Facts about the tickets named, and about all others of the team (null: of all teams) that were finished, in progress
 * without a known assignee, or deleted in these days. Sorted by ticket.
 */
export async function readQualityFacts(
  db: Db,
  args: { readonly from: string; readonly to: string; readonly teamId?: string; readonly ticketIds: readonly string[] },
): Promise<QualityFact[]> {
  const { rows } = await (db.$client as pg.Pool).query<QualityFact>(
    `WITH touched AS MATERIALIZED (
       SELECT id FROM tickets t
        WHERE NOT is_epic AND created_at < $2::date + 1
          AND ((status_category = 'done' AND completed_at >= $1::date AND completed_at < $2::date + 1)
            OR (started_at < $2::date + 1 AND coalesce(completed_at, 'infinity') >= $1::date
                AND (deleted_at >= $1::date OR NOT EXISTS (SELECT FROM active_spans s WHERE s.ticket_id = t.id))))),
     scope AS (
       SELECT id FROM touched JOIN ticket_teams m ON m.ticket_id = id WHERE $3::uuid IS NULL OR m.team_id = $3
       UNION SELECT unnest($4::uuid[])),
     facts AS (
       SELECT t.*, c.decided_by, CASE WHEN c.category IS NULL OR c.category = 'unclassified' THEN 0 ELSE c.p_strategic END AS strategic,
              t.status_category = 'done' AND t.completed_at >= $1::date AND t.completed_at < $2::date + 1 AS finished,
              CASE WHEN t.status_category = 'in-progress' AND t.deleted_at IS NULL THEN greatest(t.created_at,
                (SELECT max(at) FROM transitions x WHERE x.ticket_id = t.id AND x.field IN ('status', 'assignee', 'estimate')),
                (SELECT max(at) FROM activities x WHERE x.ticket_id = t.id AND x.kind <> 'other-edit'),
                (SELECT max(started_at) FROM worklogs x WHERE x.ticket_id = t.id)) END AS last_sign
         FROM scope s JOIN tickets t USING (id) LEFT JOIN classifications c ON c.ticket_id = t.id)
     SELECT f.id AS "ticketId", coalesce(f.project_key, f.tracker_team_key) AS project, f.strategic::float8 AS strategic,
            (SELECT (o.before->>'strategic')::float8 FROM overrides o
              WHERE o.ticket_id = f.id AND o.undone_at IS NULL AND o.created_at >= $2::date - ${lateDays - 1}) AS "strategicBefore",
            coalesce(f.finished, false) AS finished, f.started_at IS NOT NULL AS "wasActive",
            CASE WHEN f.started_at IS NOT NULL AND f.deleted_at IS NULL AND NOT EXISTS (SELECT FROM active_spans s WHERE s.ticket_id = f.id)
              THEN least(${fadedAfterDays}, (SELECT count(*) FROM generate_series(greatest(f.started_at, $1::date)::date,
                least(f.completed_at, $2::date)::date, '1 day') d (day) WHERE extract(isodow FROM d.day) < 6)) ELSE 0 END::int AS "unassignedDays",
            coalesce(f.last_sign < $2::date - ${forgottenAfterDays}, false) AS "isOpenAndForgotten",
            CASE WHEN f.last_sign < $2::date - ${forgottenAfterDays} THEN coalesce((SELECT sum(e.units) FROM effort e
              WHERE e.ticket_id = f.id AND e.day BETWEEN $1 AND $2 AND e.day > f.last_sign::date + ${freshDays}), 0) ELSE 0 END::float8 AS "fadedUnits",
            EXISTS (SELECT FROM bulk_edits b JOIN transitions x ON x.ticket_id = b.ticket_id AND x.at = b.at AND x.field = 'status'
              WHERE b.ticket_id = f.id AND b.at >= $1::date AND b.at < $2::date + 1) AS "bulkMoved",
            coalesce(f.decided_by = 'model' AND length(f.title) + length(f.description) < ${thinTextLetters}, false) AS "thinText",
            f.deleted_at IS NOT NULL AS deleted, f.history_complete AS "historyComplete", f.estimate
       FROM facts f ORDER BY 1`,
    [args.from, args.to, args.teamId ?? null, args.ticketIds],
  )
  return rows
}

/** How many tickets could not be understood; their payloads are kept. */
export async function countFailedTickets(db: Db): Promise<number> {
  const { rows } = await (db.$client as pg.Pool).query<{ count: number }>(
    `SELECT count(*)::int AS count FROM failed_tickets`,
  )
  return rows[0]?.count ?? 0
}
