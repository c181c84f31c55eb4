import type pg from 'pg'
import type { CalendarFacts } from './effort-facts.ts'
import { addMeasureWork } from './remeasure.ts'
import type { Db } from './store.ts'

/** Makes a calendar what is given, and has the days of those who work by it measured again. */
export async function putCalendar(tx: Db, calendar: CalendarFacts): Promise<'created' | 'replaced'> {
  const client = tx.$client as pg.PoolClient
  const { rows } = await client.query<{ created: boolean }>(
    `INSERT INTO calendars (id, name, time_zone, weekdays, opens_at, closes_at, holidays) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone, weekdays = excluded.weekdays,
       opens_at = excluded.opens_at, closes_at = excluded.closes_at, holidays = excluded.holidays
     RETURNING xmax = 0 AS created`,
    [
      calendar.id,
      calendar.name,
      calendar.timeZone,
      calendar.weekdays,
      calendar.opensAt,
      calendar.closesAt,
      JSON.stringify(calendar.holidays),
    ],
  )
  const { rows: people } = await client.query<{ id: string }>(
    `SELECT id FROM people WHERE coalesce(calendar_id, 'default') = $1`,
    [calendar.id],
  )
  await addMeasureWork(tx, { personIds: people.map((p) => p.id) })
  return rows[0]?.created ? 'created' : 'replaced'
}
