import type pg from 'pg'
import { notePayloadsGone } from './raw-payloads.ts'
import { addWork } from './stage-work.ts'
import type { Db } from './store.ts'

/** Why a ticket is to be read again. */
export type HintReason = 'webhook' | 'delete-event' | 'poll' | 'census' | 'manual'

export interface DirtyTicket {
  readonly externalId: string
  readonly generation: number
  readonly reason: HintReason
  readonly attempts: number
}

/** Marks tickets to be read. A mark on a ticket that is being read right now outlives that read. */
export async function markDirty(
  tx: Db,
  connectionId: string,
  externalIds: readonly string[],
  reason: HintReason,
): Promise<void> {
  if (externalIds.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO dirty_tickets (connection_id, external_id, reason)
     SELECT $1, id, $3 FROM unnest($2::text[]) AS d (id) ORDER BY id
     ON CONFLICT (connection_id, external_id) DO UPDATE SET generation = dirty_tickets.generation + 1, not_before = now(),
       reason = CASE WHEN dirty_tickets.reason = 'delete-event' THEN dirty_tickets.reason ELSE excluded.reason END`,
    [connectionId, [...new Set(externalIds)], reason],
  )
}

/** Takes up to `limit` marked tickets for `leaseSeconds`; a crashed reader's come back by themselves. */
export async function claimDirty(
  db: Db,
  args: { connectionId: string; limit: number; leaseSeconds: number },
): Promise<DirtyTicket[]> {
  const { rows } = await (db.$client as pg.Pool).query<{
    external_id: string
    generation: string
    reason: HintReason
    attempts: number
  }>(
    `UPDATE dirty_tickets d SET leased_until = now() + make_interval(secs => $3), attempts = attempts + 1
       FROM (SELECT connection_id, external_id FROM dirty_tickets
              WHERE connection_id = $1 AND not_before <= now() AND (leased_until IS NULL OR leased_until < now())
              ORDER BY external_id LIMIT $2 FOR UPDATE SKIP LOCKED) c
      WHERE d.connection_id = c.connection_id AND d.external_id = c.external_id
      RETURNING d.external_id, d.generation, d.reason, d.attempts`,
    [args.connectionId, args.limit, args.leaseSeconds],
  )
  return rows.map((r) => ({
    externalId: r.external_id,
    generation: Number(r.generation),
    reason: r.reason,
    attempts: r.attempts,
  }))
}

/** Call in the transaction that stored what was read: removes the marks that did not move meanwhile, frees the others. */
export async function settleDirty(tx: Db, connectionId: string, claimed: readonly DirtyTicket[]): Promise<void> {
  const client = tx.$client as pg.PoolClient
  const args = [connectionId, claimed.map((c) => c.externalId), claimed.map((c) => c.generation)]
  const matching = `FROM unnest($2::text[], $3::bigint[]) AS c (external_id, generation) WHERE d.connection_id = $1 AND d.external_id = c.external_id`
  await client.query(`DELETE FROM dirty_tickets d USING ${matching.slice(5)} AND d.generation = c.generation`, args)
  await client.query(
    `UPDATE dirty_tickets d SET leased_until = NULL, attempts = 0 ${matching} AND d.generation <> c.generation`,
    args,
  )
}

/** Puts claimed marks back, to be taken again no sooner than in `seconds`. */
export async function deferDirty(
  db: Db,
  connectionId: string,
  externalIds: readonly string[],
  seconds: number,
): Promise<void> {
  await (db.$client as pg.Pool).query(
    `UPDATE dirty_tickets SET leased_until = NULL, not_before = now() + make_interval(secs => $3)
      WHERE connection_id = $1 AND external_id = ANY($2::text[])`,
    [connectionId, externalIds, seconds],
  )
}

/** Connections that have marks to be taken now. */
export async function connectionsWithDirty(db: Db): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT DISTINCT connection_id AS id FROM dirty_tickets WHERE not_before <= now() AND (leased_until IS NULL OR leased_until < now())`,
  )
  return rows.map((r) => r.id)
}

/** How we know that a ticket is gone: told and looked up, not met by a census and looked up twice, or gone with its project. */
export type DeletedReason = 'delete-event' | 'absent' | 'project-gone'

/**
 * Tickets that the tracker no longer shows; they keep their rows, and come back when they are seen again. `readAt` is when
 * the request was sent that did not show them: what was seen after it stays, what was seen before it can't bring them back.
 */
export async function markDeleted(
  tx: Db,
  connectionId: string,
  externalIds: readonly string[],
  { reason, readAt }: { readonly reason: DeletedReason; readonly readAt: Date },
): Promise<number> {
  const { rows } = await (tx.$client as pg.PoolClient).query<{ id: string }>(
    `UPDATE tickets SET deleted_at = now(), deleted_reason = $3, content_hash = '', fetched_at = $4, revision = nextval('fact_revision')
      WHERE connection_id = $1 AND external_id = ANY($2::text[]) AND deleted_at IS NULL AND fetched_at <= $4 RETURNING id`,
    [connectionId, externalIds, reason, readAt],
  )
  await (tx.$client as pg.PoolClient).query(
    `DELETE FROM failed_tickets WHERE connection_id = $1 AND external_id = ANY($2::text[]) AND failed_at <= $3`,
    [connectionId, externalIds, readAt],
  )
  const ids = rows.map((r) => r.id)
  await notePayloadsGone(tx.$client as pg.PoolClient, ids)
  await addWork(tx, 'classify', ids)
  await addWork(tx, 'measure', ids)
  return rows.length
}

export interface FailedTicket {
  readonly externalId: string
  readonly key: string
  readonly problem: string
  readonly raw: unknown
}

/** Keeps the payloads of tickets that could not be understood. */
export async function writeFailedTickets(
  tx: Db,
  connectionId: string,
  failed: readonly FailedTicket[],
  at: Date,
): Promise<void> {
  if (failed.length === 0) return
  // A page may show a ticket twice while it moves under the walk; the later sight counts.
  const distinct = [...new Map(failed.map((f) => [f.externalId, f])).values()]
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO failed_tickets (connection_id, external_id, key, problem, payload, failed_at)
     SELECT $1, external_id, key, problem, payload::json, $2
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS f (external_id, key, problem, payload)
     ON CONFLICT (connection_id, external_id) DO UPDATE SET key = excluded.key, problem = excluded.problem,
       payload = excluded.payload, failed_at = excluded.failed_at`,
    [
      connectionId,
      at,
      distinct.map((f) => f.externalId),
      distinct.map((f) => f.key),
      distinct.map((f) => f.problem),
      distinct.map((f) => JSON.stringify(f.raw)),
    ],
  )
}

/** Tickets that could not be understood when they were last read, by external id. */
export async function readFailedTickets(
  db: Db,
  args: { readonly connectionId: string; readonly after: string | null; readonly limit: number },
): Promise<(FailedTicket & { readonly failedAt: Date })[]> {
  const { rows } = await (db.$client as pg.Pool).query<FailedTicket & { failedAt: Date }>(
    `SELECT external_id AS "externalId", key, problem, payload AS raw, failed_at AS "failedAt" FROM failed_tickets
      WHERE connection_id = $1 AND ($2::text IS NULL OR external_id > $2) ORDER BY external_id LIMIT $3`,
    [args.connectionId, args.after, args.limit],
  )
  return rows
}

/** Enough for what goes wrong with single tickets; when all fail, their connection's other work must go on. */
const failedAtOnce = 100

/** Marks tickets that could not be understood to be read again, the longest untried first. */
export async function markFailed(tx: Db, connectionId: string): Promise<void> {
  const { rows } = await (tx.$client as pg.PoolClient).query<{ id: string }>(
    `SELECT external_id AS id FROM failed_tickets WHERE connection_id = $1 AND external_id <> '' ORDER BY failed_at LIMIT $2`,
    [connectionId, failedAtOnce],
  )
  await markDirty(
    tx,
    connectionId,
    rows.map((r) => r.id),
    'poll',
  )
}
