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

const from = `
  FROM tickets t
  JOIN connections n ON n.id = t.connection_id
  LEFT JOIN ticket_teams tt ON tt.ticket_id = t.id
  LEFT JOIN teams m ON m.id = tt.team_id
  LEFT JOIN classifications c ON c.ticket_id = t.id
  LEFT JOIN overrides o ON o.ticket_id = t.id AND o.undone_at IS NULL`

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
  const { filter: f, after } = args
  const { rows } = await (db.$client as pg.Pool).query<TicketView>(
    `SELECT ${view} ${from}
      WHERE ($1::uuid IS NULL OR t.connection_id = $1) AND ($2::text IS NULL OR upper(t.project_key) = upper($2))
        AND ($3::uuid IS NULL OR tt.team_id = $3)
        AND ($4::text IS NULL OR CASE WHEN o.work_type IS NOT NULL THEN o.work_type = ANY ($12::text[]) ELSE ${category} = $4 END)
        AND ($5::text IS NULL OR coalesce(o.work_type, ${workType}) = $5)
        AND ($6::text IS NULL OR t.status_category = $6) AND ($7::timestamptz IS NULL OR t.updated_at >= $7 OR t.deleted_at >= $7)
        AND ($8::text IS NULL OR t.title ILIKE $8 OR t.key ILIKE $8)
        AND ($9::timestamptz IS NULL OR (t.created_at, t.id) < ($9, $10::uuid))
      ORDER BY t.created_at DESC, t.id DESC LIMIT $11`,
    [
      f.connectionId ?? null,
      f.project ?? null,
      f.teamId ?? null,
      f.category ?? null,
      f.workType ?? null,
      f.statusCategory ?? null,
      f.updatedSince ?? null,
      f.q === undefined ? null : `%${f.q.replaceAll(/[\\%_]/g, '\\$&')}%`,
      after?.createdAt ?? null,
      after?.id ?? null,
      args.limit,
      workTypes.filter((type) => categoryOf(type) === f.category),
    ],
  )
  return rows
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
