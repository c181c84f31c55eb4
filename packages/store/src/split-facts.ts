import type { Basis, Category, DecidedBy, Grouping, Period } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** A period that facts are gathered for. A sprint's takes just the tickets that are in that sprint. */
export interface FactPeriod extends Period {
  readonly sprint?: { readonly connectionId: string; readonly externalId: string }
}

export interface SplitFactsQuery {
  /** Must not overlap, unless they are sprints. */
  readonly periods: readonly FactPeriod[]
  readonly by: Grouping
  readonly basis: Basis
  /** Only the effort of this team's people (or, on the other bases, this team's tickets). */
  readonly teamId?: string
}

/** What one ticket took in one period from one group. */
export interface TicketFact {
  /** Place in the query's periods. */
  readonly period: number
  readonly groupId: string | null
  readonly ticketId: string
  readonly units: number
  readonly unitsEqual: number
  readonly unitsPoints: number
  readonly category: Category | 'unclassified'
  readonly workType: string | null
  readonly decidedBy: DecidedBy
  readonly confidence: number
  readonly pFeature: number
  readonly pStrategic: number
  readonly pSustaining: number
}

const classification = `coalesce(c.category, 'unclassified') AS category, c.work_type AS "workType", coalesce(c.decided_by, 'none') AS "decidedBy",
  coalesce(c.confidence, 0) AS confidence, coalesce(c.p_feature, 1 / 3.0)::float8 AS "pFeature",
  coalesce(c.p_strategic, 1 / 3.0)::float8 AS "pStrategic", coalesce(c.p_sustaining, 1 / 3.0)::float8 AS "pSustaining"`

const periods = `unnest($1::int[], $2::date[], $3::date[], $4::uuid[], $5::text[]) AS p (no, first, last, sprint_connection, sprint)`
const inSprint = `(p.sprint IS NULL OR (t.connection_id = p.sprint_connection AND p.sprint = ANY (t.sprint_ids)))`

/** The tickets behind each cell of a split, sorted by period, group and ticket. Deleted tickets keep what was spent on them. */
export async function readTicketFacts(db: Db, query: SplitFactsQuery): Promise<TicketFact[]> {
  const { rows } = await (db.$client as pg.Pool).query<TicketFact>(
    query.basis === 'effort' ? effortSql(query.by) : finishedSql(query.by, query.basis),
    [...periodArgs(query), query.teamId ?? null],
  )
  return rows
}

function effortSql(by: Grouping): string {
  const group = {
    none: 'NULL::text',
    team: 'd.team_id::text',
    project: projectGroup,
    connection: 't.connection_id::text',
  }[by]
  return `
    SELECT f.*, ${classification} FROM (
      SELECT p.no AS period, ${group} AS "groupId", e.ticket_id AS "ticketId", sum(e.units)::float8 AS units,
             sum(e.units_equal)::float8 AS "unitsEqual", sum(e.units_points)::float8 AS "unitsPoints"
        FROM ${periods}
        JOIN effort e ON e.day BETWEEN p.first AND p.last
        JOIN person_days d ON d.person_id = e.person_id AND d.day = e.day
        JOIN tickets t ON t.id = e.ticket_id
       WHERE ($6::uuid IS NULL OR d.team_id = $6) AND ${inSprint}
       GROUP BY 1, 2, 3) f
    LEFT JOIN classifications c ON c.ticket_id = f."ticketId"
    ORDER BY 1, 2, 3`
}

const projectGroup = `coalesce(t.project_key, t.tracker_team_key)`

function finishedSql(by: Grouping, basis: 'points' | 'tickets'): string {
  const group = {
    none: 'NULL::text',
    team: 'm.team_id::text',
    project: projectGroup,
    connection: 't.connection_id::text',
  }[by]
  const units = basis === 'tickets' ? '1' : 't.estimate'
  return `
    SELECT p.no AS period, ${group} AS "groupId", t.id AS "ticketId", ${units}::float8 AS units, ${units}::float8 AS "unitsEqual",
           ${units}::float8 AS "unitsPoints", ${classification}
      FROM ${periods}
      JOIN tickets t ON t.completed_at >= p.first AND t.completed_at < p.last + 1 AND t.status_category = 'done'
      JOIN ticket_teams m ON m.ticket_id = t.id
      LEFT JOIN classifications c ON c.ticket_id = t.id
     WHERE ($6::uuid IS NULL OR m.team_id = $6) AND ${inSprint} AND t.deleted_at IS NULL AND NOT t.is_epic AND ${units} > 0
     ORDER BY 1, 2, 3`
}

/** Capacity of a group in a period. */
export interface CapacityFact {
  readonly period: number
  readonly groupId: string | null
  readonly capacityUnits: number
  readonly trackedUnits: number
  readonly people: number
}

/** Capacity by period, for everybody or by team; projects and connections have none of their own. */
export async function readCapacityFacts(db: Db, query: SplitFactsQuery): Promise<CapacityFact[]> {
  const { rows } = await (db.$client as pg.Pool).query<CapacityFact>(
    `SELECT p.no AS period, ${query.by === 'team' ? 'd.team_id::text' : 'NULL::text'} AS "groupId", sum(d.capacity_units)::float8 AS "capacityUnits",
            sum(d.tracked_units)::float8 AS "trackedUnits", count(DISTINCT d.person_id)::int AS people
       FROM ${periods} JOIN person_days d ON d.day BETWEEN p.first AND p.last AND p.sprint IS NULL
      WHERE ($6::uuid IS NULL OR d.team_id = $6) AND $4::uuid[] IS NOT NULL AND $5::text[] IS NOT NULL
      GROUP BY 1, 2 ORDER BY 1, 2`,
    [...periodArgs(query), query.teamId ?? null],
  )
  return rows
}

function periodArgs({ periods: list }: SplitFactsQuery): unknown[] {
  return [
    list.map((_, no) => no),
    list.map((p) => p.from),
    list.map((p) => p.to),
    list.map((p) => p.sprint?.connectionId ?? null),
    list.map((p) => p.sprint?.externalId ?? null),
  ]
}

/** Sprints of any connection that overlap these days, oldest first. */
export async function readSprintPeriods(db: Db, range: { from: string; to: string }): Promise<FactPeriod[]> {
  const { rows } = await (db.$client as pg.Pool).query<{
    connectionId: string
    externalId: string
    label: string
    from: string
    to: string
  }>(
    `SELECT connection_id AS "connectionId", external_id AS "externalId", name AS label, starts_at::date::text AS "from",
            coalesce(completed_at, ends_at)::date::text AS "to"
       FROM sprints WHERE starts_at::date <= $2 AND coalesce(completed_at, ends_at)::date >= $1 ORDER BY starts_at, connection_id, external_id`,
    [range.from, range.to],
  )
  return rows.map(({ connectionId, externalId, ...period }) => ({ ...period, sprint: { connectionId, externalId } }))
}

export interface TeamRow {
  readonly id: string
  readonly name: string
  /** Null: the organisation's. */
  readonly target: number | null
}

export async function readTeamRows(db: Db): Promise<TeamRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<TeamRow>(`SELECT id, name, target FROM teams ORDER BY name, id`)
  return rows
}

export interface OrganisationRow {
  readonly name: string
  readonly timeZone: string
  readonly target: number
  readonly demoUntil: Date | null
  readonly measuredTo: string | null
}

export async function readOrganisation(db: Db): Promise<OrganisationRow> {
  const { rows } = await (db.$client as pg.Pool).query<OrganisationRow>(
    `SELECT name, time_zone AS "timeZone", target, demo_until AS "demoUntil", measured_to::text AS "measuredTo" FROM organisation`,
  )
  const [row] = rows
  if (!row) throw new Error('The database has no organisation; it was not migrated')
  return row
}

export async function updateOrganisation(
  db: Db,
  changes: { name?: string; timeZone?: string; target?: number; demoUntil?: Date },
): Promise<void> {
  await (db.$client as pg.Pool).query(
    `UPDATE organisation SET name = coalesce($1, name), time_zone = coalesce($2, time_zone), target = coalesce($3, target), demo_until = coalesce($4, demo_until)`,
    [changes.name ?? null, changes.timeZone ?? null, changes.target ?? null, changes.demoUntil ?? null],
  )
}

/** What a report says of a ticket. */
export interface ReportTicketRow {
  readonly id: string
  readonly key: string
  readonly title: string
  readonly url: string
}

export async function readReportTickets(db: Db, ids: readonly string[]): Promise<ReportTicketRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<ReportTicketRow>(
    `SELECT id, key, title, url FROM tickets WHERE id = ANY ($1::uuid[])`,
    [ids],
  )
  return rows
}
