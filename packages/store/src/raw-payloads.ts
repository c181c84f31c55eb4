import type { EpochMs } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** That the tracker no longer shows a ticket. */
export interface Gone {
  /** As PostgreSQL says it, to the microsecond. */
  readonly at: string
  readonly reason: string | null
  /** When the request was sent that did not show it; null when the payload itself says that it is in the trash. */
  readonly readAt: EpochMs | null
}

/** One writer of a connection at a time: a ticket that is not there yet has no row that a second writer could wait for. */
export async function lockTickets(tx: Db, connectionId: string): Promise<void> {
  await (tx.$client as pg.PoolClient).query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
    `headroom.tickets ${connectionId}`,
  ])
}

/** A payload to be kept. */
export interface PayloadToKeep {
  /** The ticket's. */
  readonly id: string
  readonly externalId: string
  readonly raw: unknown
  /** The tracker has it in its trash. */
  readonly trashed: boolean
}

/**
 * Keeps what was just read. What the store had of tickets that were there before is not lost: it goes to the versions, in the
 * same transaction. `existed` names them; a backfill, which meets only new ones, pays nothing for that.
 */
export async function keepPayloads(
  client: pg.PoolClient,
  args: { readonly connectionId: string; readonly fetchedAt: EpochMs; readonly existed: readonly string[] },
  payloads: readonly PayloadToKeep[],
): Promise<void> {
  if (args.existed.length > 0) {
    await client.query(
      `INSERT INTO raw_ticket_versions (ticket_id, connection_id, external_id, payload, fetched_at, known_at, deleted_at, deleted_reason, deleted_read_at)
       SELECT ticket_id, connection_id, external_id, payload, fetched_at, known_at, deleted_at, deleted_reason, deleted_read_at
         FROM raw_tickets WHERE ticket_id = ANY ($1::uuid[]) ORDER BY ticket_id`,
      [args.existed],
    )
  }
  // One JSON array, since an array of texts escapes every quote of every payload, here and there.
  await client.query(
    `INSERT INTO raw_tickets (ticket_id, connection_id, external_id, payload, fetched_at, deleted_at, deleted_reason)
     SELECT id, $1, external_id, payload, $2::timestamptz, CASE WHEN trashed THEN $2::timestamptz END, CASE WHEN trashed THEN 'trashed' END
       FROM ROWS FROM (unnest($3::uuid[]), unnest($4::text[]), unnest($5::boolean[]), json_array_elements($6::json)) AS r (id, external_id, trashed, payload)
     ON CONFLICT (ticket_id) DO UPDATE SET payload = excluded.payload, fetched_at = excluded.fetched_at, known_at = now(),
       deleted_at = excluded.deleted_at, deleted_reason = excluded.deleted_reason, deleted_read_at = NULL`,
    [
      args.connectionId,
      new Date(args.fetchedAt),
      payloads.map((p) => p.id),
      payloads.map((p) => p.externalId),
      payloads.map((p) => p.trashed),
      JSON.stringify(payloads.map((p) => p.raw)),
    ],
  )
}

/** Notes beside the payloads of tickets that they are gone, as it was just noted of the tickets. */
export async function notePayloadsGone(client: pg.PoolClient, ticketIds: readonly string[]): Promise<void> {
  await client.query(
    `UPDATE raw_tickets r SET deleted_at = t.deleted_at, deleted_reason = t.deleted_reason, deleted_read_at = t.fetched_at
       FROM tickets t WHERE t.id = r.ticket_id AND r.ticket_id = ANY ($1::uuid[])`,
    [ticketIds],
  )
}

/** What is kept of one ticket. */
export interface KeptPayload {
  readonly ticketId: string
  readonly payload: unknown
  readonly fetchedAt: EpochMs
  readonly gone: Gone | null
}

/** A page of what is kept of a connection's tickets, by ticket id. */
export async function readKeptPayloads(
  tx: Db,
  args: { readonly connectionId: string; readonly after: string | null; readonly limit: number },
): Promise<KeptPayload[]> {
  const { rows } = await (tx.$client as pg.PoolClient).query<
    Pick<KeptPayload, 'ticketId' | 'payload'> & Record<'fetchedAt', Date> & DeletionColumns
  >(
    `SELECT ticket_id AS "ticketId", payload, fetched_at AS "fetchedAt", to_json(deleted_at) #>> '{}' AS "deletedAt",
            deleted_reason AS "deletedReason", deleted_read_at AS "deletedReadAt"
       FROM raw_tickets WHERE connection_id = $1 AND ($2::uuid IS NULL OR ticket_id > $2) ORDER BY ticket_id LIMIT $3`,
    [args.connectionId, args.after, args.limit],
  )
  return rows.map(({ ticketId, payload, fetchedAt, ...columns }) => ({
    ticketId,
    payload,
    fetchedAt: fetchedAt.getTime(),
    gone: goneOf(columns),
  }))
}

interface DeletionColumns {
  readonly deletedAt: string | null
  readonly deletedReason: string | null
  readonly deletedReadAt: Date | null
}

function goneOf({ deletedAt, deletedReason, deletedReadAt }: DeletionColumns): Gone | null {
  return deletedAt === null ? null : { at: deletedAt, reason: deletedReason, readAt: deletedReadAt?.getTime() ?? null }
}

/** What earlier readings of these tickets said, in the order in which they were superseded; a page after version `after`. */
export async function readEarlierPayloads(
  tx: Db,
  args: { readonly ticketIds: readonly string[]; readonly after: number; readonly limit: number },
): Promise<{ readonly version: number; readonly ticketId: string; readonly payload: unknown }[]> {
  const { rows } = await (tx.$client as pg.PoolClient).query<{ version: string; ticketId: string; payload: unknown }>(
    `SELECT id AS version, ticket_id AS "ticketId", payload FROM raw_ticket_versions
      WHERE ticket_id = ANY ($1::uuid[]) AND id > $2 ORDER BY id LIMIT $3`,
    [args.ticketIds, args.after, args.limit],
  )
  return rows.map((row) => ({ ...row, version: Number(row.version) }))
}

/** How many tickets have a payload kept, by connection. */
export async function countKeptPayloads(db: Db, connectionId: string): Promise<number> {
  const { rows } = await (db.$client as pg.Pool).query<{ n: number }>(
    `SELECT count(*)::int AS n FROM raw_tickets WHERE connection_id = $1`,
    [connectionId],
  )
  return rows[0]?.n ?? 0
}
