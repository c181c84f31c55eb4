import type { LocalDate } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** What a ticket claims of a person-day; see the domain's `Claim`. */
export interface ClaimRow {
  readonly personId: string
  readonly day: LocalDate
  readonly ticketId: string
  readonly groupId: string
  readonly weight: number
  readonly weightEqual: number
  readonly weightPoints: number
  readonly loggedSeconds: number
}

/** A claim with what the day gave to it, in units. */
export interface EffortRow extends ClaimRow {
  readonly units: number
  readonly unitsEqual: number
  readonly unitsPoints: number
}

export interface PersonDayKey {
  readonly personId: string
  readonly day: LocalDate
}

const effortColumns = `person_id AS "personId", day::text AS day, ticket_id AS "ticketId", group_id AS "groupId", weight,
  weight_equal AS "weightEqual", weight_points AS "weightPoints", logged_seconds AS "loggedSeconds", units,
  units_equal AS "unitsEqual", units_points AS "unitsPoints"`

/** Only one measurement may change effort at a time: a day is shared among tickets that others may be changing. */
export async function lockEffort(tx: Db): Promise<void> {
  await (tx.$client as pg.PoolClient).query(`SELECT pg_advisory_xact_lock(hashtext('headroom.effort'))`)
}

export async function readEffortOfTickets(db: Db, ticketIds: readonly string[]): Promise<EffortRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<EffortRow>(
    `SELECT ${effortColumns} FROM effort WHERE ticket_id = ANY ($1::uuid[])`,
    [ticketIds],
  )
  return rows
}

/** All claims on these days, sorted by person, day and ticket. */
export async function readEffortOfDays(db: Db, days: readonly PersonDayKey[]): Promise<EffortRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<EffortRow>(
    `SELECT ${effortColumns} FROM effort e JOIN (SELECT * FROM unnest($1::uuid[], $2::date[]) AS k (p, d)) k ON e.person_id = k.p AND e.day = k.d
      ORDER BY 1, 2, 3`,
    [days.map((k) => k.personId), days.map((k) => k.day)],
  )
  return rows
}

/** Writes claims whose units are still to be shared out. */
export async function writeClaims(tx: Db, claims: readonly ClaimRow[]): Promise<void> {
  if (claims.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO effort (person_id, day, ticket_id, group_id, weight, weight_equal, weight_points, logged_seconds, units, units_equal, units_points)
     SELECT *, 0, 0, 0 FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::uuid[], $5::int[], $6::int[], $7::int[], $8::int[])
     ON CONFLICT (person_id, day, ticket_id) DO UPDATE SET group_id = excluded.group_id, weight = excluded.weight,
       weight_equal = excluded.weight_equal, weight_points = excluded.weight_points, logged_seconds = excluded.logged_seconds`,
    [
      claims.map((c) => c.personId),
      claims.map((c) => c.day),
      claims.map((c) => c.ticketId),
      claims.map((c) => c.groupId),
      claims.map((c) => c.weight),
      claims.map((c) => c.weightEqual),
      claims.map((c) => c.weightPoints),
      claims.map((c) => c.loggedSeconds),
    ],
  )
}

export async function deleteClaims(
  tx: Db,
  claims: readonly (PersonDayKey & { readonly ticketId: string })[],
): Promise<void> {
  if (claims.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `DELETE FROM effort e USING unnest($1::uuid[], $2::date[], $3::uuid[]) AS k (p, d, t) WHERE e.person_id = k.p AND e.day = k.d AND e.ticket_id = k.t`,
    [claims.map((c) => c.personId), claims.map((c) => c.day), claims.map((c) => c.ticketId)],
  )
}

export async function writeUnits(tx: Db, rows: readonly EffortRow[]): Promise<void> {
  if (rows.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `UPDATE effort e SET units = k.u, units_equal = k.ue, units_points = k.up
       FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::int[], $5::int[], $6::int[]) AS k (p, d, t, u, ue, up)
      WHERE e.person_id = k.p AND e.day = k.d AND e.ticket_id = k.t`,
    [
      rows.map((r) => r.personId),
      rows.map((r) => r.day),
      rows.map((r) => r.ticketId),
      rows.map((r) => r.units),
      rows.map((r) => r.unitsEqual),
      rows.map((r) => r.unitsPoints),
    ],
  )
}

export interface SpanRow {
  readonly ticketId: string
  readonly personId: string
  readonly from: LocalDate
  readonly to: LocalDate
}

export async function readSpansOfTickets(db: Db, ticketIds: readonly string[]): Promise<SpanRow[]> {
  return readSpans(db, 'ticket_id', ticketIds)
}

export async function readSpansOfPeople(db: Db, personIds: readonly string[]): Promise<SpanRow[]> {
  return readSpans(db, 'person_id', personIds)
}

async function readSpans(db: Db, column: 'ticket_id' | 'person_id', ids: readonly string[]): Promise<SpanRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<SpanRow>(
    `SELECT ticket_id AS "ticketId", person_id AS "personId", "from"::text, "to"::text FROM active_spans WHERE ${column} = ANY ($1::uuid[]) ORDER BY 1, 2, 3`,
    [ids],
  )
  return rows
}

/** Replaces the spans of these tickets. Spans of one ticket and person that begin on one day are joined to the longest. */
export async function replaceSpans(tx: Db, ticketIds: readonly string[], spans: readonly SpanRow[]): Promise<void> {
  const client = tx.$client as pg.PoolClient
  await client.query(`DELETE FROM active_spans WHERE ticket_id = ANY ($1::uuid[])`, [ticketIds])
  if (spans.length === 0) return
  await client.query(
    `INSERT INTO active_spans (ticket_id, person_id, "from", "to")
     SELECT t, p, f, max(u) FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[]) AS s (t, p, f, u) GROUP BY t, p, f`,
    [spans.map((s) => s.ticketId), spans.map((s) => s.personId), spans.map((s) => s.from), spans.map((s) => s.to)],
  )
}

/** The days that tickets claim of these people, by person, in order. */
export async function readClaimedDays(db: Db, personIds: readonly string[]): Promise<Map<string, LocalDate[]>> {
  const { rows } = await (db.$client as pg.Pool).query<{ personId: string; day: LocalDate }>(
    `SELECT DISTINCT person_id AS "personId", day::text AS day FROM effort WHERE person_id = ANY ($1::uuid[]) ORDER BY 1, 2`,
    [personIds],
  )
  const days = new Map<string, LocalDate[]>()
  for (const { personId, day } of rows) {
    const known = days.get(personId)
    if (known) known.push(day)
    else days.set(personId, [day])
  }
  return days
}

/** Live tickets that are in progress: they reach into a new day without any change of their own. */
export async function readOpenTicketIds(db: Db): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT id FROM tickets WHERE status_category = 'in-progress' AND deleted_at IS NULL`,
  )
  return rows.map((r) => r.id)
}

/** The day up to which open tickets are measured; null before the first measurement. */
export async function readMeasuredTo(db: Db): Promise<LocalDate | null> {
  const { rows } = await (db.$client as pg.Pool).query<{ day: LocalDate | null }>(
    `SELECT measured_to::text AS day FROM organisation`,
  )
  return rows[0]?.day ?? null
}

export async function writeMeasuredTo(tx: Db, day: LocalDate): Promise<void> {
  await (tx.$client as pg.PoolClient).query(`UPDATE organisation SET measured_to = $1`, [day])
}
