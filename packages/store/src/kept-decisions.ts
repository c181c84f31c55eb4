import type { Category, WorkType, WorkTypeProbabilities } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** A decision as it was kept, with every candidate, for deciding again without the model. */
export interface KeptDecisionRow {
  readonly ticketId: string
  readonly category: Category | 'unclassified'
  readonly workType: WorkType | null
  readonly decidedBy: string
  readonly workTypeProbabilities: WorkTypeProbabilities
  readonly candidates: readonly unknown[]
  readonly modelVersion: string
}

export async function readKeptDecisions(db: Db, ticketIds: readonly string[]): Promise<KeptDecisionRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<KeptDecisionRow>(
    `SELECT ticket_id AS "ticketId", category, work_type AS "workType", decided_by AS "decidedBy",
            work_type_probabilities AS "workTypeProbabilities", candidates, model_version AS "modelVersion"
       FROM classifications WHERE ticket_id = ANY ($1::uuid[]) ORDER BY ticket_id`,
    [ticketIds],
  )
  return rows
}

/** A published report with effort on some tickets in it. */
export interface TouchedReport {
  readonly id: string
  readonly period: { readonly from: string; readonly to: string; readonly label: string }
  readonly team: { readonly id: string; readonly name: string } | null
  readonly publishedAt: Date
  /** The strategic share that was published. */
  readonly strategicShare: number
}

/** Published reports whose numbers rest on any of these tickets, newest first. */
export async function readTouchedReports(
  db: Db,
  ticketIds: readonly string[],
  limit: number,
): Promise<TouchedReport[]> {
  if (ticketIds.length === 0) return []
  const { rows } = await (db.$client as pg.Pool).query<TouchedReport>(
    `SELECT r.id, json_build_object('from', r.report #>> '{period,from}', 'to', r.report #>> '{period,to}', 'label', r.period) AS period,
            CASE WHEN r.team_id IS NOT NULL THEN json_build_object('id', r.team_id, 'name', coalesce(m.name, r.report #>> '{team,name}', '')) END AS team,
            r.published_at AS "publishedAt", (r.report #>> '{total,strategicShare,value}')::float8 AS "strategicShare"
       FROM published_reports r LEFT JOIN teams m ON m.id = r.team_id
      WHERE EXISTS (
        SELECT FROM effort e JOIN person_days d ON d.person_id = e.person_id AND d.day = e.day
         WHERE e.day BETWEEN (r.report #>> '{period,from}')::date AND (r.report #>> '{period,to}')::date
           AND e.units > 0 AND e.ticket_id = ANY ($1::uuid[]) AND (r.team_id IS NULL OR d.team_id = r.team_id))
      ORDER BY r.published_at DESC, r.id LIMIT $2`,
    [ticketIds, limit],
  )
  return rows
}
