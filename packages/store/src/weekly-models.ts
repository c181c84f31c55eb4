import type { LocalDate } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** The model version that decided most of a week's effort. */
export interface WeeklyModel {
  /** Its Monday. */
  readonly week: LocalDate
  readonly modelVersion: string
}

/** By which model version the work of each week is decided now, the oldest week first; both days are included. */
export async function readWeeklyModels(
  db: Db,
  args: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<WeeklyModel[]> {
  const { rows } = await (db.$client as pg.Pool).query<WeeklyModel>(
    `SELECT DISTINCT ON (week) week::text, "modelVersion" FROM (
       SELECT date_trunc('week', e.day::timestamp)::date AS week, c.model_version AS "modelVersion", sum(e.units) AS units
         FROM effort e JOIN classifications c ON c.ticket_id = e.ticket_id
        WHERE e.day BETWEEN $1 AND $2 GROUP BY 1, 2) w
     ORDER BY week, units DESC, "modelVersion"`,
    [args.from, args.to],
  )
  return rows
}
