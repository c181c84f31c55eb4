import type { Edit, EffortSettings, EpochMs } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'
import { timestamp } from './timestamp.ts'

type CrowdSettings = Pick<EffortSettings, 'bulkEditTickets' | 'bulkEditSeconds'>

/** Signs of work that may be part of a bulk edit, one row a change. */
const edits = `
  SELECT x.ticket_id, t.connection_id, x.author_account_id AS account_id, x.at
    FROM transitions x JOIN tickets t ON t.id = x.ticket_id WHERE x.field IN ('status', 'assignee', 'estimate')
  UNION
  SELECT x.ticket_id, t.connection_id, x.author_account_id, x.at
    FROM activities x JOIN tickets t ON t.id = x.ticket_id WHERE x.kind <> 'other-edit'`

/** An edit, and the connection within which its account means one person. */
export interface ConnectionEdit extends Edit {
  readonly connectionId: string
}

/**
 * The edits that decide whether the given tickets were part of a bulk edit: theirs with enough other tickets around them,
 * and those others. Looked up by stretches of time, so that a bulk edit of thousands of tickets costs no more than its size.
 */
export async function readCrowdedEdits(
  db: Db,
  ticketIds: readonly string[],
  { bulkEditTickets, bulkEditSeconds }: CrowdSettings,
): Promise<ConnectionEdit[]> {
  const { rows } = await (db.$client as pg.Pool).query<EditRow>(
    `WITH edits AS NOT MATERIALIZED (${edits}),
          stretches AS (
            SELECT DISTINCT connection_id, account_id, date_bin($2::int * interval '1 second', at, 'epoch') AS start
              FROM edits WHERE ticket_id = ANY($1::uuid[]) AND account_id IS NOT NULL),
          around AS (
            SELECT connection_id, account_id, start - $2::int * interval '1 second' AS "from",
                   start + 2 * $2::int * interval '1 second' AS "to" FROM stretches),
          crowded AS (
            SELECT * FROM around a
             WHERE (SELECT count(DISTINCT o.ticket_id) FROM edits o
                     WHERE o.account_id = a.account_id AND o.connection_id = a.connection_id
                       AND o.at BETWEEN a."from" AND a."to") >= $3)
     SELECT DISTINCT o.ticket_id, o.connection_id, o.account_id, o.at
       FROM crowded a JOIN edits o ON o.account_id = a.account_id AND o.connection_id = a.connection_id
        AND o.at BETWEEN a."from" AND a."to"`,
    [ticketIds, bulkEditSeconds, bulkEditTickets],
  )
  return rows.map(toEdit)
}

interface EditRow {
  readonly ticket_id: string
  readonly connection_id: string
  readonly account_id: string
  readonly at: Date
}

function toEdit(row: EditRow): ConnectionEdit {
  return {
    ticketId: row.ticket_id,
    connectionId: row.connection_id,
    accountId: row.account_id,
    at: row.at.getTime(),
  }
}

/** What was part of a bulk edit when these tickets were last measured. */
export async function readBulkEdits(db: Db, ticketIds: readonly string[]): Promise<ConnectionEdit[]> {
  const { rows } = await (db.$client as pg.Pool).query<EditRow>(
    `SELECT b.ticket_id, t.connection_id, b.account_id, b.at
       FROM bulk_edits b JOIN tickets t ON t.id = b.ticket_id WHERE b.ticket_id = ANY($1::uuid[])`,
    [ticketIds],
  )
  return rows.map(toEdit)
}

/** Replaces what is kept of these tickets. */
export async function replaceBulkEdits(tx: Db, ticketIds: readonly string[], found: readonly Edit[]): Promise<void> {
  const client = tx.$client as pg.PoolClient
  await client.query(`DELETE FROM bulk_edits WHERE ticket_id = ANY($1::uuid[])`, [ticketIds])
  if (found.length === 0) return
  await client.query(
    `INSERT INTO bulk_edits (ticket_id, account_id, at)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) ON CONFLICT DO NOTHING`,
    [found.map((e) => e.ticketId), found.map((e) => e.accountId), found.map((e) => timestamp(e.at))],
  )
}

/** The tickets that an account changed so near to one of these edits that they may belong to the same bulk edit. */
export async function readTicketsNearEdits(
  db: Db,
  near: readonly { readonly connectionId: string; readonly accountId: string; readonly at: EpochMs }[],
  { bulkEditSeconds }: CrowdSettings,
): Promise<string[]> {
  if (near.length === 0) return []
  const { rows } = await (db.$client as pg.Pool).query<{ ticket_id: string }>(
    `WITH edits AS NOT MATERIALIZED (${edits})
     SELECT DISTINCT o.ticket_id
       FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[])) e (connection_id, account_id, at)
       JOIN edits o ON o.account_id = e.account_id AND o.connection_id = e.connection_id
        AND o.at BETWEEN e.at - $4::int * interval '1 second' AND e.at + $4::int * interval '1 second'`,
    [near.map((e) => e.connectionId), near.map((e) => e.accountId), near.map((e) => timestamp(e.at)), bulkEditSeconds],
  )
  return rows.map((row) => row.ticket_id)
}
