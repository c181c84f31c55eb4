import type pg from 'pg'
import type { DigestDeliveryState, DigestSubscription } from './digests.ts'
import type { Db } from './store.ts'

export const digestSubscriptionStates = ['active', 'pending', 'paused', 'bounced'] as const
export type DigestSubscriptionState = (typeof digestSubscriptionStates)[number]

export interface DigestSubscriptionRow extends DigestSubscription {
  readonly state: DigestSubscriptionState
  readonly createdAt: Date
}

const columns = `id, email, team_ids AS "teamIds", weekday, hour, time_zone AS "timeZone", state, created_at AS "createdAt"`

export async function insertDigestSubscription(
  tx: Db,
  subscription: Omit<DigestSubscriptionRow, 'createdAt'>,
): Promise<DigestSubscriptionRow> {
  const { id, email, teamIds, weekday, hour, timeZone, state } = subscription
  const { rows } = await (tx.$client as pg.PoolClient).query<DigestSubscriptionRow>(
    `INSERT INTO digest_subscriptions (id, email, team_ids, weekday, hour, time_zone, state) VALUES ($1, $2, $3, $4, $5, $6, $7)
     RETURNING ${columns}`,
    [id, email, teamIds, weekday, hour, timeZone, state],
  )
  const [row] = rows
  if (!row) throw new Error('An inserted subscription was not returned')
  return row
}

/** Subscriptions in every state by id, an order that nothing changes. */
export async function listDigestSubscriptions(
  db: Db,
  args: { readonly limit: number; readonly after: string | null },
): Promise<DigestSubscriptionRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<DigestSubscriptionRow>(
    `SELECT ${columns} FROM digest_subscriptions WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
    [args.after, args.limit],
  )
  return rows
}

/** Ends a subscription and forgets its address. False when there was none. */
export async function deleteDigestSubscription(tx: Db, id: string): Promise<boolean> {
  const { rowCount } = await (tx.$client as pg.PoolClient).query(`DELETE FROM digest_subscriptions WHERE id = $1`, [id])
  return rowCount === 1
}

/** Ends the mails of a subscription, as its reader asked. False when there is no such subscription. */
export async function pauseDigestSubscription(db: Db, id: string): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `UPDATE digest_subscriptions SET state = 'paused' WHERE id = $1`,
    [id],
  )
  return rowCount === 1
}

/** What became of one week of a subscription. */
export interface DigestDelivery {
  readonly subscriptionId: string
  readonly week: string
  readonly state: DigestDeliveryState
  readonly detail: string | null
}

type DeliveryPlace = Pick<DigestDelivery, 'week' | 'subscriptionId'>

/** Deliveries, latest week first. */
export async function listDigestDeliveries(
  db: Db,
  args: { readonly limit: number; readonly after: DeliveryPlace | null },
): Promise<DigestDelivery[]> {
  const { rows } = await (db.$client as pg.Pool).query<DigestDelivery>(
    `SELECT subscription_id AS "subscriptionId", week, state, detail FROM digest_deliveries
      WHERE $1::text IS NULL OR (week COLLATE "C", subscription_id) < ($1 COLLATE "C", $2::uuid)
      ORDER BY week COLLATE "C" DESC, subscription_id DESC LIMIT $3`,
    [args.after?.week ?? null, args.after?.subscriptionId ?? null, args.limit],
  )
  return rows
}
