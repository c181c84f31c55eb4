import type { StatusCategory, WorkType } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** What deciding about a ticket needs to know of it. */
export interface TicketToClassify {
  readonly id: string
  readonly connectionId: string
  readonly key: string
  readonly title: string
  readonly description: string
  readonly type: string | null
  readonly isSubtask: boolean
  readonly isEpic: boolean
  readonly labels: readonly string[]
  readonly components: readonly string[]
  readonly status: string
  readonly statusCategory: StatusCategory
  readonly priority: string | null
  readonly estimate: number | null
  readonly project: string | null
  readonly projectName: string | null
  readonly trackerTeam: string | null
  readonly trackerTeamName: string | null
  /** Who reported it and who has it: no more than of which kind they are. */
  readonly reporterKind: 'human' | 'bot' | 'nobody'
  readonly assigneeKind: 'human' | 'bot' | 'nobody'
  /** Names of the sprints it is in. */
  readonly sprints: readonly string[]
  /** What a person decided about it; null when nobody did. */
  readonly override: { readonly workType: WorkType; readonly actor: string; readonly note: string | null } | null
}

/** A ticket and what it is part of, nearest first. */
export interface Lineage {
  readonly ticket: TicketToClassify
  readonly ancestors: readonly TicketToClassify[]
}

/** Deeper trees exist only by mistake (two tickets that are each other's parent). */
const depthMax = 8

/**
 * The tickets of these ids with their ancestors. Ids that do not exist are left out. Without `descriptions` these are
 * empty: they are most of what there is to load.
 */
export async function readLineages(
  db: Db,
  ticketIds: readonly string[],
  options: { readonly descriptions: boolean } = { descriptions: true },
): Promise<Lineage[]> {
  const client = db.$client as pg.Pool
  const readByIds = (ids: readonly string[]) => readRows(client, ids, options.descriptions)
  const known = new Map<string, TicketRow>()
  let frontier = await readByIds(ticketIds)
  for (let depth = 0; frontier.length > 0 && depth < depthMax; depth++) {
    for (const row of frontier) known.set(row.ticket.id, row)
    const parentIds = new Set(
      frontier.flatMap((row) => (row.parentId && !known.has(row.parentId) ? [row.parentId] : [])),
    )
    frontier = parentIds.size === 0 ? [] : await readByIds([...parentIds])
  }
  return ticketIds.flatMap((id) => {
    const row = known.get(id)
    return row ? [{ ticket: row.ticket, ancestors: ancestorsOf(row, known) }] : []
  })
}

function ancestorsOf(row: TicketRow, known: ReadonlyMap<string, TicketRow>): TicketToClassify[] {
  const ancestors: TicketToClassify[] = []
  const met = new Set([row.ticket.id])
  let parent = row.parentId ? known.get(row.parentId) : undefined
  while (parent && !met.has(parent.ticket.id)) {
    met.add(parent.ticket.id)
    ancestors.push(parent.ticket)
    parent = parent.parentId ? known.get(parent.parentId) : undefined
  }
  return ancestors
}

interface TicketRow {
  readonly ticket: TicketToClassify
  readonly parentId: string | null
}

async function readRows(client: pg.Pool, ids: readonly string[], descriptions: boolean): Promise<TicketRow[]> {
  const { rows } = await client.query<
    Omit<TicketToClassify, 'override'> & {
      parentId: string | null
      overrideType: WorkType | null
      overrideActor: string | null
      overrideNote: string | null
    }
  >(
    `SELECT t.id, t.connection_id AS "connectionId", t.key, t.title, ${descriptions ? 't.description' : `''`} AS description, t.type, t.is_subtask AS "isSubtask",
            t.is_epic AS "isEpic", t.labels, t.components, t.status, t.status_category AS "statusCategory", t.priority, t.estimate,
            t.project_key AS project, t.project_name AS "projectName", t.tracker_team_key AS "trackerTeam",
            t.tracker_team_name AS "trackerTeamName", ${kindOf('reporter')} AS "reporterKind", ${kindOf('assignee')} AS "assigneeKind",
            o.work_type AS "overrideType", o.note AS "overrideNote", o.actor AS "overrideActor",
            ARRAY(SELECT s.name FROM sprints s WHERE s.connection_id = t.connection_id AND s.external_id = ANY (t.sprint_ids)) AS sprints,
            (SELECT p.id FROM tickets p WHERE p.connection_id = t.connection_id AND p.external_id = t.parent_external_id
              UNION ALL
             SELECT p.id FROM tickets p WHERE t.parent_external_id IS NULL AND p.connection_id = t.connection_id AND p.key = t.parent_key
              LIMIT 1) AS "parentId"
       FROM tickets t
       LEFT JOIN overrides o ON o.ticket_id = t.id AND o.undone_at IS NULL
      WHERE t.id = ANY ($1::uuid[])`,
    [ids],
  )
  return rows.map(({ parentId, overrideType, overrideNote, overrideActor, ...ticket }) => ({
    ticket: {
      ...ticket,
      override: overrideType ? { workType: overrideType, actor: overrideActor ?? '', note: overrideNote } : null,
    },
    parentId,
  }))
}

/** An account that is not known is somebody all the same. */
function kindOf(who: 'reporter' | 'assignee'): string {
  const account = `t.${who}_account_id`
  return `CASE WHEN ${account} IS NULL THEN 'nobody' ELSE coalesce((SELECT p.kind FROM accounts a JOIN people p ON p.id = a.person_id
            WHERE a.connection_id = t.connection_id AND a.account_id = ${account}), 'human') END`
}

/** The tickets directly under these. */
export async function readChildIds(db: Db, ticketIds: readonly string[]): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT c.id FROM tickets p JOIN tickets c ON c.connection_id = p.connection_id AND c.parent_external_id = p.external_id
      WHERE p.id = ANY ($1::uuid[])
     UNION
     SELECT c.id FROM tickets p JOIN tickets c ON c.connection_id = p.connection_id AND c.parent_key = p.key AND c.parent_external_id IS NULL
      WHERE p.id = ANY ($1::uuid[])`,
    [ticketIds],
  )
  return rows.map((r) => r.id)
}
