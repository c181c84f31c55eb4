import type { LeadershipReport, RestatableFact } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** A report as it was on the day of its publication. */
export interface PublishedReport {
  readonly id: string
  readonly period: string
  readonly teamId: string | null
  readonly report: LeadershipReport
  /** What it was made from, by ticket. */
  readonly facts: readonly RestatableFact[]
  readonly publishedAt: Date
  readonly publishedBy: string
}

const columns = `id, period, team_id AS "teamId", report, facts, published_at AS "publishedAt", published_by AS "publishedBy"`

/** Keeps a report for ever. */
export async function insertPublishedReport(
  tx: Db,
  report: Omit<PublishedReport, 'publishedAt'>,
): Promise<PublishedReport> {
  const { rows } = await (tx.$client as pg.PoolClient).query<PublishedReport>(
    `INSERT INTO published_reports (id, period, team_id, report, facts, published_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
    [
      report.id,
      report.period,
      report.teamId,
      JSON.stringify(report.report),
      JSON.stringify(report.facts),
      report.publishedBy,
    ],
  )
  const [row] = rows
  if (!row) throw new Error('An inserted report was not returned')
  return row
}

export async function findPublishedReport(db: Db, id: string): Promise<PublishedReport | null> {
  const { rows } = await (db.$client as pg.Pool).query<PublishedReport>(
    `SELECT ${columns} FROM published_reports WHERE id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/** A published report without what it was made from. */
export type PublishedReportRow = Omit<PublishedReport, 'facts'>

/** Published reports, the latest first, from behind a place in that order. */
export async function listPublishedReports(
  db: Db,
  { limit, after }: { readonly limit: number; readonly after: readonly [publishedAt: string, id: string] | null },
): Promise<PublishedReportRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<PublishedReportRow>(
    `SELECT id, period, team_id AS "teamId", report, published_at AS "publishedAt", published_by AS "publishedBy" FROM published_reports
      WHERE $2::timestamptz IS NULL OR (date_trunc('milliseconds', published_at), id) < ($2, $3::uuid)
      ORDER BY date_trunc('milliseconds', published_at) DESC, id DESC LIMIT $1`,
    [limit, after?.[0] ?? null, after?.[1] ?? null],
  )
  return rows
}
