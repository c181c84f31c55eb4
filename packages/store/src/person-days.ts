import type { LocalDate } from '@headroom/domain'
import type pg from 'pg'
import type { PersonDayKey } from './effort.ts'
import { suggestedTeamId } from './ids.ts'
import type { Db } from './store.ts'

/** A working day that counts into capacity, and the team it counts for. */
export interface PersonDayRow extends PersonDayKey {
  readonly teamId: string | null
  readonly capacityUnits: number
  readonly trackedUnits: number
}

export async function readPersonDays(db: Db, personIds: readonly string[]): Promise<PersonDayRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<PersonDayRow>(
    `SELECT person_id AS "personId", day::text AS day, team_id AS "teamId", capacity_units AS "capacityUnits", tracked_units AS "trackedUnits"
       FROM person_days WHERE person_id = ANY ($1::uuid[]) ORDER BY 1, 2`,
    [personIds],
  )
  return rows
}

export async function writePersonDays(tx: Db, rows: readonly PersonDayRow[]): Promise<void> {
  if (rows.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO person_days (person_id, day, team_id, capacity_units, tracked_units)
     SELECT * FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::int[], $5::int[])
     ON CONFLICT (person_id, day) DO UPDATE SET team_id = excluded.team_id, capacity_units = excluded.capacity_units, tracked_units = excluded.tracked_units`,
    [
      rows.map((r) => r.personId),
      rows.map((r) => r.day),
      rows.map((r) => r.teamId),
      rows.map((r) => r.capacityUnits),
      rows.map((r) => r.trackedUnits),
    ],
  )
}

export async function deletePersonDays(tx: Db, days: readonly PersonDayKey[]): Promise<void> {
  if (days.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `DELETE FROM person_days d USING unnest($1::uuid[], $2::date[]) AS k (p, d) WHERE d.person_id = k.p AND d.day = k.d`,
    [days.map((k) => k.personId), days.map((k) => k.day)],
  )
}

/** How much of a person's month went to each team's tickets. */
export interface MonthOfEffort {
  readonly personId: string
  /** `YYYY-MM` */
  readonly month: string
  readonly teamId: string
  readonly units: number
}

/** By person, month and team, in that order. */
export async function readMonthsOfEffort(db: Db, personIds: readonly string[]): Promise<MonthOfEffort[]> {
  const { rows } = await (db.$client as pg.Pool).query<Omit<MonthOfEffort, 'units'> & { units: string }>(
    `SELECT e.person_id AS "personId", to_char(e.day, 'YYYY-MM') AS month, t.team_id AS "teamId", sum(e.units) AS units
       FROM effort e JOIN ticket_teams t ON t.ticket_id = e.ticket_id
      WHERE e.person_id = ANY ($1::uuid[]) AND t.team_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [personIds],
  )
  return rows.map((row) => ({ ...row, units: Number(row.units) }))
}

export interface MembershipRow {
  readonly personId: string
  readonly teamId: string
  readonly from: LocalDate
  readonly to: LocalDate | null
}

/** Memberships that somebody stated. */
export async function readMemberships(db: Db, personIds: readonly string[]): Promise<MembershipRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<MembershipRow>(
    `SELECT person_id AS "personId", team_id AS "teamId", "from"::text, "to"::text FROM team_members WHERE person_id = ANY ($1::uuid[]) ORDER BY 1, 3`,
    [personIds],
  )
  return rows
}

/** Gives every project (Jira) and tracker team (Linear) of these tickets that no team claims a team of its own. */
export async function suggestTeams(tx: Db, ticketIds: readonly string[]): Promise<void> {
  const client = tx.$client as pg.PoolClient
  const { rows } = await client.query<{
    connectionId: string
    project: string | null
    trackerTeam: string | null
    name: string
  }>(
    `SELECT DISTINCT ON (1, 2, 3) t.connection_id AS "connectionId", CASE WHEN t.tracker_team_key IS NULL THEN t.project_key END AS project,
            t.tracker_team_key AS "trackerTeam", coalesce(t.tracker_team_name, t.project_name, t.project_key) AS name
       FROM tickets t JOIN ticket_teams m ON m.ticket_id = t.id
      WHERE t.id = ANY ($1::uuid[]) AND m.team_id IS NULL AND coalesce(t.tracker_team_key, t.project_key) IS NOT NULL ORDER BY 1, 2, 3, 4`,
    [ticketIds],
  )
  for (const { connectionId, project, trackerTeam, name } of rows) {
    const id = suggestedTeamId(connectionId, trackerTeam ?? project ?? '')
    await client.query(`INSERT INTO teams (id, name, origin) VALUES ($1, $2, 'suggested') ON CONFLICT DO NOTHING`, [
      id,
      name,
    ])
    await client.query(
      `INSERT INTO team_sources (team_id, connection_id, project, tracker_team) VALUES ($1, $2, $3, $4)`,
      [id, connectionId, project, trackerTeam],
    )
  }
}
