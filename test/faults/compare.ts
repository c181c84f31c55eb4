import { isDeepStrictEqual } from 'node:util'
import { assigneeIntervals, type Status, statusIntervals, type Transition } from '@headroom/domain'
import type { TrueTicket } from '@headroom/simulator'
import type { Store } from '@headroom/store'

/**
 * What the store says that is not the tracker's truth, a line for each; none: no ticket is lost, none doubled, and each has
 * its fields, keys, statuses and assignees over time, comments and its end. A ticket that came and went unseen may be absent.
 */
export async function differences(
  store: Store,
  connectionId: string,
  truth: ReadonlyMap<string, TrueTicket>,
): Promise<string[]> {
  const stored = await storedTickets(store, connectionId)
  const found: string[] = []
  for (const [id, rows] of stored) {
    if (rows.length > 1) found.push(`${id} is there ${rows.length} times`)
    if (!truth.has(id)) found.push(`${id} never existed`)
  }
  for (const [id, ticket] of truth) {
    const [row] = stored.get(id) ?? []
    if (row === undefined) {
      if (!ticket.gone) found.push(`${id} (${ticket.key}) is lost`)
      continue
    }
    if (row.gone !== ticket.gone) found.push(`${id} is ${row.gone ? 'deleted, and lives' : 'there, and is gone'}`)
    else if (!row.gone && !ticket.gone) found.push(...fieldDifferences(id, row, ticket))
  }
  return found
}

function fieldDifferences(id: string, row: object, ticket: object): string[] {
  return Object.entries(ticket)
    .filter(([field, value]) => !isDeepStrictEqual(Reflect.get(row, field), value))
    .map(([field, value]) => `${id} ${field}: ${JSON.stringify(Reflect.get(row, field))}, not ${JSON.stringify(value)}`)
}

interface Row {
  readonly id: string
  readonly external_id: string
  readonly key: string
  readonly keys: readonly string[]
  readonly title: string
  readonly description: string
  readonly project_key: string | null
  readonly tracker_team_key: string | null
  readonly status_id: string
  readonly assignee_account_id: string | null
  readonly estimate: number | null
  readonly archived_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly deleted_at: Date | null
  readonly comments: number
  readonly transitions: readonly {
    readonly at: string
    readonly field: Transition['field']
    readonly from: string | null
    readonly to: string | null
  }[]
}

/** By the tracker's id; a list, so that a doubled one would show. */
async function storedTickets(store: Store, connectionId: string): Promise<Map<string, TrueTicket[]>> {
  const { rows } = await store.pool.query<Row>(
    `SELECT t.*,
       ARRAY(SELECT k.key FROM ticket_keys k WHERE k.ticket_id = t.id) AS keys,
       (SELECT count(*)::int FROM activities a WHERE a.ticket_id = t.id AND a.kind = 'comment') AS comments,
       (SELECT coalesce(json_agg(json_build_object('at', x.at, 'field', x.field, 'from', x."from", 'to', x."to") ORDER BY x.ordinal), '[]')
          FROM transitions x WHERE x.ticket_id = t.id AND x.field IN ('status', 'assignee')) AS transitions
     FROM tickets t WHERE t.connection_id = $1`,
    [connectionId],
  )
  const found = new Map<string, TrueTicket[]>()
  for (const row of rows) found.set(row.external_id, [...(found.get(row.external_id) ?? []), told(row)])
  return found
}

/** The stored ticket in the words of the truth, its intervals by the functions that everything is measured with. */
function told(row: Row): TrueTicket {
  if (row.deleted_at !== null) return { gone: true }
  const createdAt = row.created_at.getTime()
  const transitions = row.transitions.map(
    (t): Transition => ({ ...t, at: Date.parse(t.at), id: '', fromName: null, toName: null, authorAccountId: null }),
  )
  const status: Status = { id: row.status_id, name: '', category: 'todo' }
  return {
    gone: false,
    key: row.key,
    formerKeys: row.keys.filter((key) => key !== row.key).toSorted(),
    title: row.title,
    description: row.description,
    place: row.tracker_team_key ?? row.project_key ?? '',
    status: row.status_id,
    assignee: row.assignee_account_id,
    estimate: row.estimate,
    archived: row.archived_at !== null,
    createdAt,
    updatedAt: row.updated_at.getTime(),
    comments: row.comments,
    statuses: statusIntervals({ createdAt, transitions, status }).map(({ from, statusId }) => [from, statusId]),
    assignees: assigneeIntervals({ createdAt, transitions, assigneeAccountId: row.assignee_account_id }).map(
      ({ from, assigneeAccountId }) => [from, assigneeAccountId],
    ),
  }
}
