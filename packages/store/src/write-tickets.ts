import { createHash } from 'node:crypto'
import { type EpochMs, milestones, type TrackerTicket } from '@headroom/domain'
import type pg from 'pg'
import { ticketId } from './ids.ts'
import { type Gone, keepPayloads, lockTickets } from './raw-payloads.ts'
import type { Db } from './store.ts'
import { timestamp } from './timestamp.ts'
import { writeHistories } from './write-histories.ts'

/** A ticket as it was read just now. */
export interface ReadTicket {
  readonly ticket: TrackerTicket
  readonly raw: unknown
}

export interface WriteTicketsArgs {
  readonly connectionId: string
  readonly tickets: readonly ReadTicket[]
  /** When the request that read them was sent. */
  readonly fetchedAt: EpochMs
}

/** What became of the tickets of a page. `stale` ones were read before what the store already holds. */
export interface WriteTicketsResult {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly stale: number
}

/**
 * Stores tickets as read, their histories and payloads, and leaves the later stages their work, all in the caller's
 * transaction. Safe to repeat and to run in any order: an older reading never replaces a newer one, an equal one changes
 * nothing. The only writer of tickets.
 */
export async function writeTickets(tx: Db, args: WriteTicketsArgs): Promise<WriteTicketsResult> {
  const client = tx.$client as pg.PoolClient
  const rows = lastOfEach(args.tickets).map((read) => toRow(args, read))
  await lockTickets(tx, args.connectionId)
  const known = await lockKnown(
    client,
    rows.map((r) => r.id),
  )

  const created: TicketRow[] = []
  const updated: TicketRow[] = []
  const unchanged: TicketRow[] = []
  const late = new Set<TicketRow>()
  for (const row of rows) {
    const before = known.get(row.id)
    if (!before) created.push(row)
    else if (isOlder(row, before)) late.add(row)
    else if (before.contentHash === row.contentHash && before.deleted === row.trashed) unchanged.push(row)
    else updated.push(row)
  }

  await forgetFailures(
    client,
    args,
    rows.filter((row) => !late.has(row)),
  )
  await refreshReadings(client, args, unchanged)
  const changed = [...created, ...updated]
  if (changed.length > 0) {
    const existed = updated.map((r) => r.id)
    await writeRows(client, args.connectionId, changed, existed)
    await keepPayloads(
      client,
      { ...args, existed },
      changed.map(({ id, ticket, raw, trashed }) => ({ id, externalId: ticket.externalId, raw, trashed })),
    )
    await leaveWork(client, args.connectionId, changed)
  }
  return { created: created.length, updated: updated.length, unchanged: unchanged.length, stale: late.size }
}

/** A ticket on its way into the store. */
export interface TicketRow {
  readonly id: string
  readonly ticket: TrackerTicket
  readonly raw: unknown
  readonly contentHash: string
  readonly trashed: boolean
  readonly gone: Gone | null
  readonly updatedAt: EpochMs
  readonly fetchedAt: EpochMs
}

interface KnownTicket {
  readonly contentHash: string
  readonly updatedAt: EpochMs
  readonly fetchedAt: EpochMs
  readonly deleted: boolean
}

/** A page may show a ticket twice while it moves under the walk; the later sight counts. */
function lastOfEach(tickets: readonly ReadTicket[]): ReadTicket[] {
  return [...new Map(tickets.map((read) => [read.ticket.externalId, read])).values()]
}

/** A ticket as it is stored when this was read of it at `fetchedAt`. */
export function toRow(
  args: Pick<WriteTicketsArgs, 'connectionId' | 'fetchedAt'>,
  { ticket: asRead, raw }: ReadTicket,
): TicketRow {
  const text = JSON.stringify(asRead)
  const ticket: TrackerTicket = unstorable.test(text) ? JSON.parse(text.replaceAll(allUnstorable, '$1\\ufffd')) : asRead
  return {
    id: ticketId(args.connectionId, ticket.externalId),
    ticket,
    raw,
    contentHash: createHash('sha256').update(text).digest('base64url'),
    trashed: ticket.trashed,
    // The tracker's trash has no time of its own.
    gone: ticket.trashed ? { at: timestamp(args.fetchedAt), reason: 'trashed', readAt: null } : null,
    updatedAt: ticket.updatedAt,
    fetchedAt: args.fetchedAt,
  }
}

/** An escape of NUL or of half a surrogate pair, which PostgreSQL's text can't hold; `$1` are escaped backslashes before it. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/
const allUnstorable = new RegExp(unstorable, 'g')

function isOlder(row: TicketRow, known: KnownTicket): boolean {
  // A deletion leaves no later time of change, so only when we looked can tell.
  if (known.deleted && row.fetchedAt < known.fetchedAt) return true
  return row.updatedAt < known.updatedAt || (row.updatedAt === known.updatedAt && row.fetchedAt < known.fetchedAt)
}

async function lockKnown(client: pg.PoolClient, ids: readonly string[]): Promise<Map<string, KnownTicket>> {
  const { rows } = await client.query<{
    id: string
    content_hash: string
    updated_at: Date
    fetched_at: Date
    deleted: boolean
  }>(
    `SELECT id, content_hash, updated_at, fetched_at, deleted_at IS NOT NULL AS deleted
       FROM tickets WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [ids],
  )
  return new Map(
    rows.map((r) => [
      r.id,
      {
        contentHash: r.content_hash,
        updatedAt: r.updated_at.getTime(),
        fetchedAt: r.fetched_at.getTime(),
        deleted: r.deleted,
      },
    ]),
  )
}

/**
 * Writes tickets, their keys and their histories as they are given, in place of what the store has of them; `existed` names
 * those of which it may have something. Of a ticket that is the same as before the revision stays.
 */
export async function writeRows(
  client: pg.PoolClient,
  connectionId: string,
  rows: readonly TicketRow[],
  existed: readonly string[],
): Promise<void> {
  // One record a ticket, as JSON, since a column of arrays (labels, ...) can't be unnested.
  await client.query(upsertSql, [JSON.stringify(rows.map((row) => toRecord(connectionId, row)))])
  await writeKeys(
    client,
    connectionId,
    rows.map(({ id, ticket }) => ({ id, ticket })),
  )
  await writeHistories(
    client,
    rows.map(({ id, ticket }) => ({ id, ticket })),
    { existed },
  )
}

/** Adds the keys by which tickets are known to those by which they were. */
export async function writeKeys(
  client: pg.PoolClient,
  connectionId: string,
  tickets: readonly { readonly id: string; readonly ticket: Pick<TrackerTicket, 'key' | 'previousKeys'> }[],
): Promise<void> {
  await client.query(
    `INSERT INTO ticket_keys (connection_id, key, ticket_id)
     SELECT $1, key, id FROM unnest($2::text[], $3::uuid[]) AS k (key, id) ON CONFLICT DO NOTHING`,
    [
      connectionId,
      tickets.flatMap(({ ticket }) => [ticket.key, ...ticket.previousKeys]),
      tickets.flatMap(({ id, ticket }) => [id, ...ticket.previousKeys.map(() => id)]),
    ],
  )
}

/**
 * A reading sent soon after a change may have missed a second change of the same time, so an equal one sent later is worth
 * knowing of. Of tickets at rest nothing is written.
 */
async function refreshReadings(
  client: pg.PoolClient,
  { fetchedAt }: WriteTicketsArgs,
  rows: readonly TicketRow[],
): Promise<void> {
  if (rows.length === 0) return
  await client.query(
    `WITH refreshed AS (
       UPDATE tickets SET fetched_at = $2
        WHERE id = ANY ($1::uuid[]) AND fetched_at < updated_at + interval '15 minutes' AND fetched_at < $2 RETURNING id)
     UPDATE raw_tickets r SET fetched_at = $2 FROM refreshed WHERE r.ticket_id = refreshed.id`,
    [rows.map((r) => r.id), new Date(fetchedAt)],
  )
}

/** Also of tickets that say nothing new: between two equal readings one may have been unreadable. */
async function forgetFailures(
  client: pg.PoolClient,
  args: WriteTicketsArgs,
  rows: readonly TicketRow[],
): Promise<void> {
  await client.query(
    `DELETE FROM failed_tickets WHERE connection_id = $1 AND external_id = ANY($2::text[]) AND failed_at <= $3`,
    [args.connectionId, rows.map((r) => r.ticket.externalId), new Date(args.fetchedAt)],
  )
}

function toRecord(connectionId: string, { id, ticket: t, contentHash, fetchedAt, gone }: TicketRow) {
  const { startedAt, completedAt } = milestones(t)
  return {
    id,
    connection_id: connectionId,
    external_id: t.externalId,
    key: t.key,
    url: t.url,
    title: t.title,
    description: t.description,
    type: t.type,
    is_subtask: t.isSubtask,
    is_epic: t.isEpic,
    status_id: t.status.id,
    status: t.status.name,
    status_category: t.status.category,
    project_id: t.project?.id,
    project_key: t.project?.key,
    project_name: t.project?.name,
    tracker_team_id: t.trackerTeam?.id,
    tracker_team_key: t.trackerTeam?.key,
    tracker_team_name: t.trackerTeam?.name,
    parent_external_id: t.parentExternalId,
    parent_key: t.parentKey,
    sprint_ids: t.sprints.map((s) => s.id),
    labels: t.labels,
    components: t.components,
    priority: t.priority,
    estimate: t.estimate,
    resolution: t.resolution,
    assignee_account_id: t.assigneeAccountId,
    reporter_account_id: t.reporterAccountId,
    created_at: timestamp(t.createdAt),
    updated_at: timestamp(t.updatedAt),
    started_at: startedAt === null ? null : timestamp(startedAt),
    completed_at: completedAt === null ? null : timestamp(completedAt),
    archived_at: t.archivedAt === null ? null : timestamp(t.archivedAt),
    deleted_at: gone?.at,
    deleted_reason: gone?.reason,
    history_complete: t.historyComplete,
    content_hash: contentHash,
    fetched_at: timestamp(fetchedAt),
  }
}

const columns = [
  ['id', 'uuid'],
  ['connection_id', 'uuid'],
  ['external_id', 'text'],
  ['key', 'text'],
  ['url', 'text'],
  ['title', 'text'],
  ['description', 'text'],
  ['type', 'text'],
  ['is_subtask', 'boolean'],
  ['is_epic', 'boolean'],
  ['status_id', 'text'],
  ['status', 'text'],
  ['status_category', 'text'],
  ['project_id', 'text'],
  ['project_key', 'text'],
  ['project_name', 'text'],
  ['tracker_team_id', 'text'],
  ['tracker_team_key', 'text'],
  ['tracker_team_name', 'text'],
  ['parent_external_id', 'text'],
  ['parent_key', 'text'],
  ['sprint_ids', 'text[]'],
  ['labels', 'text[]'],
  ['components', 'text[]'],
  ['priority', 'text'],
  ['estimate', 'float8'],
  ['resolution', 'text'],
  ['assignee_account_id', 'text'],
  ['reporter_account_id', 'text'],
  ['created_at', 'timestamptz'],
  ['updated_at', 'timestamptz'],
  ['started_at', 'timestamptz'],
  ['completed_at', 'timestamptz'],
  ['archived_at', 'timestamptz'],
  ['deleted_at', 'timestamptz'],
  ['deleted_reason', 'text'],
  ['history_complete', 'boolean'],
  ['content_hash', 'text'],
  ['fetched_at', 'timestamptz'],
] as const

const names = columns.map(([name]) => name)
const upsertSql = `
  INSERT INTO tickets (${names.join(', ')})
  SELECT ${names.join(', ')} FROM json_to_recordset($1::json) AS r (${columns.map(([name, type]) => `${name} ${type}`).join(', ')})
  ON CONFLICT (id) DO UPDATE SET
    ${names
      .filter((n) => n !== 'id')
      .map((n) => `${n} = excluded.${n}`)
      .join(', ')}, revision = CASE
      WHEN (tickets.content_hash, tickets.deleted_at) IS NOT DISTINCT FROM (excluded.content_hash, excluded.deleted_at)
      THEN tickets.revision ELSE nextval('fact_revision') END`

/** Deeper trees exist only by mistake (two tickets that are each other's parent). */
const depthMax = 8

/**
 * A changed ticket is classified and measured again; all below it is classified again, since rules look at epics. The two
 * ways of naming a parent are looked up apart, each in its index: one condition for both reads all tickets of the connection.
 */
export async function leaveWork(
  client: pg.PoolClient,
  connectionId: string,
  rows: readonly TicketRow[],
): Promise<void> {
  await client.query(
    `WITH RECURSIVE below (id, external_id, key, depth) AS (
       SELECT id, external_id, key, 0 FROM unnest($1::uuid[], $3::text[], $4::text[]) AS c (id, external_id, key)
       UNION
       SELECT t.id, t.external_id, t.key, b.depth + 1 FROM below b CROSS JOIN LATERAL (
         SELECT id, external_id, key FROM tickets WHERE connection_id = $2 AND parent_external_id = b.external_id
         UNION ALL
         SELECT id, external_id, key FROM tickets
          WHERE connection_id = $2 AND parent_external_id IS NULL AND parent_key = b.key) t
        WHERE b.depth < $5)
     INSERT INTO stage_work (stage, ticket_id)
     SELECT stage, id FROM unnest($1::uuid[]) AS c (id), (VALUES ('classify'), ('measure')) AS s (stage)
     UNION
     SELECT 'classify', id FROM below
     ORDER BY 1, 2
     ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`,
    [
      rows.map((r) => r.id),
      connectionId,
      rows.map((r) => r.ticket.externalId),
      rows.map((r) => r.ticket.key),
      depthMax,
    ],
  )
}
