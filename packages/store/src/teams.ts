import type { LocalDate } from '@headroom/domain'
import type pg from 'pg'
import { addMeasureWork } from './remeasure.ts'
import type { Db } from './store.ts'

/** Which tickets are a team's; every given part must match. */
export interface TeamSource {
  readonly connectionId: string
  readonly project: string | null
  readonly trackerTeam: string | null
  readonly label: string | null
}

export interface TeamMember {
  readonly personId: string
  readonly from: LocalDate
  /** Null: to this day. */
  readonly to: LocalDate | null
}

export interface Team {
  readonly id: string
  readonly name: string
  /** Null: the organisation's. */
  readonly target: number | null
  /** `suggested` until a person edits it. */
  readonly origin: 'suggested' | 'edited'
  readonly sources: readonly TeamSource[]
  readonly members: readonly TeamMember[]
}

/** Teams by name. `after` is the last one of the page before. */
export async function listTeams(
  db: Db,
  args: { readonly limit: number; readonly after: { readonly name: string; readonly id: string } | null },
): Promise<Team[]> {
  const { rows } = await (db.$client as pg.Pool).query<Team>(
    `${teamSql} WHERE ($1::text IS NULL OR (t.name COLLATE "C", t.id) > ($1 COLLATE "C", $2::uuid)) ORDER BY t.name COLLATE "C", t.id LIMIT $3`,
    [args.after?.name ?? null, args.after?.id ?? null, args.limit],
  )
  return rows
}

export async function findTeam(db: Db, id: string): Promise<Team | null> {
  const { rows } = await (db.$client as pg.Pool).query<Team>(`${teamSql} WHERE t.id = $1`, [id])
  return rows[0] ?? null
}

const teamSql = `
  SELECT t.id, t.name, t.target, t.origin,
         coalesce((SELECT json_agg(json_build_object('connectionId', s.connection_id, 'project', s.project, 'trackerTeam', s.tracker_team, 'label', s.label) ORDER BY s.id)
                     FROM team_sources s WHERE s.team_id = t.id), '[]') AS sources,
         coalesce((SELECT json_agg(json_build_object('personId', m.person_id, 'from', m."from", 'to', m."to") ORDER BY m."from", m.person_id)
                     FROM team_members m WHERE m.team_id = t.id), '[]') AS members
    FROM teams t`

/** Whether a team was made by this, or what it names and does not exist. */
export type PutTeamResult =
  | { readonly kind: 'created' | 'replaced' }
  | { readonly kind: 'unknown'; readonly connectionIds: readonly string[]; readonly personIds: readonly string[] }

/** Makes a team what is given, and has everything measured again that was or is its own. */
export async function putTeam(tx: Db, team: Omit<Team, 'origin'>): Promise<PutTeamResult> {
  const client = tx.$client as pg.PoolClient
  const unknown = await unknownReferences(client, team)
  if (unknown.connectionIds.length + unknown.personIds.length > 0) return { kind: 'unknown', ...unknown }
  const before = await findTeam(tx, team.id)
  await client.query(
    `INSERT INTO teams (id, name, target, origin) VALUES ($1, $2, $3, 'edited')
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, target = excluded.target, origin = 'edited'`,
    [team.id, team.name, team.target],
  )
  await client.query(`DELETE FROM team_sources WHERE team_id = $1`, [team.id])
  await client.query(`DELETE FROM team_members WHERE team_id = $1`, [team.id])
  await client.query(
    `INSERT INTO team_sources (team_id, connection_id, project, tracker_team, label)
     SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[])`,
    [
      team.id,
      team.sources.map((s) => s.connectionId),
      team.sources.map((s) => s.project),
      team.sources.map((s) => s.trackerTeam),
      team.sources.map((s) => s.label),
    ],
  )
  await client.query(
    `INSERT INTO team_members (team_id, person_id, "from", "to") SELECT $1, * FROM unnest($2::uuid[], $3::date[], $4::date[])`,
    [team.id, team.members.map((m) => m.personId), team.members.map((m) => m.from), team.members.map((m) => m.to)],
  )
  const touched = before ? [before, team] : [team]
  await addMeasureWork(tx, {
    connectionIds: touched.flatMap((t) => t.sources.map((s) => s.connectionId)),
    personIds: touched.flatMap((t) => t.members.map((m) => m.personId)),
  })
  return { kind: before ? 'replaced' : 'created' }
}

async function unknownReferences(client: pg.PoolClient, team: Pick<Team, 'sources' | 'members'>) {
  const missing = async (table: 'connections' | 'people', ids: readonly string[]) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT DISTINCT u.id FROM unnest($1::uuid[]) AS u (id) WHERE NOT EXISTS (SELECT FROM ${table} k WHERE k.id = u.id)`,
      [ids],
    )
    return rows.map((r) => r.id)
  }
  return {
    connectionIds: await missing(
      'connections',
      team.sources.map((s) => s.connectionId),
    ),
    personIds: await missing(
      'people',
      team.members.map((m) => m.personId),
    ),
  }
}
