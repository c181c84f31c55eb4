import type { LeadershipReport } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** A report as it was on the day of its publication. */
export interface PublishedReport {
  readonly id: string
  readonly period: string
  readonly teamId: string | null
  readonly report: LeadershipReport
  readonly publishedAt: Date
  readonly publishedBy: string
}

const columns = `id, period, team_id AS "teamId", report, published_at AS "publishedAt", published_by AS "publishedBy"`

/** Keeps a report for ever. */
export async function insertPublishedReport(
  tx: Db,
  report: Omit<PublishedReport, 'publishedAt'>,
): Promise<PublishedReport> {
  const { rows } = await (tx.$client as pg.PoolClient).query<PublishedReport>(
    `INSERT INTO published_reports (id, period, team_id, report, published_by) VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
    [report.id, report.period, report.teamId, JSON.stringify(report.report), report.publishedBy],
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
