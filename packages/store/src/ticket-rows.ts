import {
  type Category,
  categoryOf,
  type DecidedBy,
  type StatusCategory,
  type TrackerKind,
  type WorkType,
  workTypes,
} from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** A ticket as people and programs see it. */
export interface TicketView {
  readonly id: string
  readonly key: string
  readonly previousKeys: readonly string[]
  readonly connectionId: string
  readonly tracker: TrackerKind
  readonly url: string
  readonly title: string
  readonly type: string | null
  readonly status: string
  readonly statusCategory: StatusCategory
  readonly project: { readonly key: string; readonly name: string } | null
  readonly team: { readonly id: string; readonly name: string } | null
  readonly parentKey: string | null
  /** The sprint or cycle that it is in now, the last of several. */
  readonly sprint: { readonly id: string; readonly name: string } | null
  readonly labels: readonly string[]
  readonly components: readonly string[]
  readonly estimate: number | null
  readonly assigned: boolean
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly completedAt: Date | null
  readonly updatedAt: Date
  readonly deletedAt: Date | null
  /** Effort units of all people together. */
  readonly units: number
  /** Null when nothing was decided yet. */
  readonly decision: DecisionView | null
  /** A person's judgement, which holds even while the decision made from it is still to come. */
  readonly overrideType: WorkType | null
}

/** The short form of a decision. */
export interface DecisionView {
  readonly category: Category | 'unclassified'
  readonly workType: WorkType | null
  readonly decidedBy: DecidedBy
  readonly confidence: number
  readonly pFeature: number
  readonly pStrategic: number
  readonly pSustaining: number
}

export interface TicketFilter {
  readonly connectionId?: string
  /** Key of the tracker's project. */
  readonly project?: string
  readonly teamId?: string
  readonly category?: Category | 'unclassified'
  readonly workType?: WorkType
  readonly statusCategory?: StatusCategory
  /** Updated in the tracker, or found deleted, at or after. */
  readonly updatedSince?: Date
  /** Part of a key or title, in any case. */
  readonly q?: string
}

/** Place of a ticket in the list. */
export interface TicketPlace {
  readonly createdAt: Date
  readonly id: string
}

const view = `
  t.id, t.key, t.connection_id AS "connectionId", n.kind AS tracker, t.url, t.title, t.type, t.status,
  t.status_category AS "statusCategory", t.parent_key AS "parentKey", t.labels, t.components, t.estimate,
  t.assignee_account_id IS NOT NULL AS assigned, t.created_at AS "createdAt", t.started_at AS "startedAt",
  t.completed_at AS "completedAt", t.updated_at AS "updatedAt", t.deleted_at AS "deletedAt", o.work_type AS "overrideType",
  ARRAY(SELECT k.key FROM ticket_keys k WHERE k.ticket_id = t.id AND k.key <> t.key ORDER BY k.key) AS "previousKeys",
  CASE WHEN t.project_key IS NOT NULL THEN json_build_object('key', t.project_key, 'name', coalesce(t.project_name, t.project_key)) END AS project,
  CASE WHEN m.id IS NOT NULL THEN json_build_object('id', m.id, 'name', m.name) END AS team,
  (SELECT json_build_object('id', s.external_id, 'name', s.name) FROM sprints s
    WHERE s.connection_id = t.connection_id AND s.external_id = t.sprint_ids[cardinality(t.sprint_ids)]) AS sprint,
  (SELECT coalesce(sum(e.units), 0)::float8 FROM effort e WHERE e.ticket_id = t.id) AS units,
  CASE WHEN c.ticket_id IS NOT NULL THEN json_build_object('category', c.category, 'workType', c.work_type, 'decidedBy', c.decided_by,
    'confidence', c.confidence, 'pFeature', c.p_feature, 'pStrategic', c.p_strategic, 'pSustaining', c.p_sustaining) END AS decision`

const decisionJoins = `
  LEFT JOIN classifications c ON c.ticket_id = t.id
  LEFT JOIN overrides o ON o.ticket_id = t.id AND o.undone_at IS NULL`

const from = `
  FROM tickets t
  JOIN connections n ON n.id = t.connection_id
  LEFT JOIN teams m ON m.id = (SELECT tt.team_id FROM ticket_teams tt WHERE tt.ticket_id = t.id)
  ${decisionJoins}`

/** A decision by an override that was taken back does not hold, even before the next one is made. */
const category = `CASE WHEN c.decided_by = 'override' THEN 'unclassified' ELSE coalesce(c.category, 'unclassified') END`
const workType = `CASE WHEN c.decided_by <> 'override' THEN c.work_type END`

/**
 * Tickets, newest first by creation: an order that no later change disturbs, so that a walk over pages loses and repeats
 * none. Deleted ones are among them.
 */
export async function listTickets(
  db: Db,
  args: { readonly filter: TicketFilter; readonly limit: number; readonly after: TicketPlace | null },
): Promise<TicketView[]> {
  const { filter, after, limit } = args
  const values: unknown[] = []
  const given = (value: unknown) => `$${values.push(value)}`
  const conditions = conditionsOf(filter, given)
  if (after)
    conditions.push(`(t.created_at, t.id) < (${given(after.createdAt)}::timestamptz, ${given(after.id)}::uuid)`)
  const isByDecision = filter.category !== undefined || filter.workType !== undefined
  // The page is found first, by as few tables as it takes, and only its rows are looked up in the others.
  const { rows } = await (db.$client as pg.Pool).query<TicketView>(
    `WITH page AS MATERIALIZED (
       SELECT t.id FROM tickets t ${isByDecision ? decisionJoins : ''} ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
        ORDER BY t.created_at DESC, t.id DESC LIMIT ${given(limit)})
     SELECT ${view} ${from} WHERE t.id IN (SELECT id FROM page) ORDER BY t.created_at DESC, t.id DESC`,
    values,
  )
  return rows
}

function conditionsOf(f: TicketFilter, given: (value: unknown) => string): string[] {
  const conditions: string[] = []
  if (f.connectionId !== undefined) conditions.push(`t.connection_id = ${given(f.connectionId)}`)
  if (f.project !== undefined) conditions.push(`upper(t.project_key) = upper(${given(f.project)})`)
  if (f.teamId !== undefined)
    conditions.push(`(SELECT tt.team_id FROM ticket_teams tt WHERE tt.ticket_id = t.id) = ${given(f.teamId)}`)
  if (f.category !== undefined) {
    const types = given(workTypes.filter((type) => categoryOf(type) === f.category))
    conditions.push(
      `CASE WHEN o.work_type IS NOT NULL THEN o.work_type = ANY (${types}::text[]) ELSE ${category} = ${given(f.category)} END`,
    )
  }
  if (f.workType !== undefined) conditions.push(`coalesce(o.work_type, ${workType}) = ${given(f.workType)}`)
  if (f.statusCategory !== undefined) conditions.push(`t.status_category = ${given(f.statusCategory)}`)
  if (f.updatedSince !== undefined) {
    const since = given(f.updatedSince)
    conditions.push(`(t.updated_at >= ${since} OR t.deleted_at >= ${since})`)
  }
  if (f.q !== undefined) {
    const pattern = given(`%${f.q.replaceAll(/[\\%_]/g, '\\$&')}%`)
    conditions.push(`(t.title ILIKE ${pattern} OR t.key ILIKE ${pattern})`)
  }
  return conditions
}

/**
 * The ticket with this id, or with this key now or before, in any case. Where several have had the key: a live one, then
 * the one whose key it is now, then the newest.
 */
export async function findTicket(db: Db, idOrKey: string): Promise<TicketView | null> {
  const client = db.$client as pg.Pool
  const { rows } = isUuid(idOrKey)
    ? await client.query<TicketView>(`SELECT ${view} ${from} WHERE t.id = $1`, [idOrKey])
    : await client.query<TicketView>(
        `SELECT ${view} ${from}
          WHERE t.id = (SELECT k.ticket_id FROM ticket_keys k JOIN tickets f ON f.id = k.ticket_id WHERE k.key = ANY ($1::text[])
                         ORDER BY f.deleted_at IS NOT NULL, f.key <> k.key, f.created_at DESC, f.id LIMIT 1)`,
        [[idOrKey, idOrKey.toUpperCase()]],
      )
  return rows[0] ?? null
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
