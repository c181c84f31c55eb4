import type pg from 'pg'
import type { Db } from './store.ts'

export interface InboxDelivery {
  readonly deliveryId: string
  readonly body: Buffer
}

/** Makes a delivery durable. False when it was there already. */
export async function insertDelivery(
  db: Db,
  delivery: { connectionId: string; deliveryId: string; body: Uint8Array },
): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `INSERT INTO webhook_inbox (connection_id, delivery_id, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [delivery.connectionId, delivery.deliveryId, delivery.body],
  )
  return rowCount === 1
}

/** Deliveries that nobody has looked at, oldest first, locked for this transaction. */
export async function takeDeliveries(tx: Db, connectionId: string, limit: number): Promise<InboxDelivery[]> {
  const { rows } = await (tx.$client as pg.PoolClient).query<{ delivery_id: string; body: Buffer }>(
    `SELECT delivery_id, body FROM webhook_inbox WHERE connection_id = $1 AND processed_at IS NULL
      ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [connectionId, limit],
  )
  return rows.map((r) => ({ deliveryId: r.delivery_id, body: r.body }))
}

/** Notes what a delivery meant. */
export async function settleDeliveries(
  tx: Db,
  connectionId: string,
  outcomes: readonly { deliveryId: string; outcome: string }[],
): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `UPDATE webhook_inbox i SET processed_at = now(), outcome = o.outcome
       FROM unnest($2::text[], $3::text[]) AS o (delivery_id, outcome)
      WHERE i.connection_id = $1 AND i.delivery_id = o.delivery_id`,
    [connectionId, outcomes.map((o) => o.deliveryId), outcomes.map((o) => o.outcome)],
  )
}

/** Connections with deliveries that nobody has looked at. */
export async function connectionsWithDeliveries(db: Db): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT DISTINCT connection_id AS id FROM webhook_inbox WHERE processed_at IS NULL`,
  )
  return rows.map((r) => r.id)
}

/** Trackers repeat a delivery for hours at most; after that, keeping one to know it again serves nobody. */
const forgetDeliveriesAfterDays = 30

/** Forgets deliveries that were processed long ago. */
export async function forgetOldDeliveries(db: Db): Promise<void> {
  await (db.$client as pg.Pool).query(
    `DELETE FROM webhook_inbox WHERE processed_at < now() - make_interval(days => $1)`,
    [forgetDeliveriesAfterDays],
  )
}
