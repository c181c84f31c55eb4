import type pg from 'pg'
import type { Db } from './store.ts'

export const digestDeliveryStates = ['claimed', 'sent', 'refused', 'deferred', 'unknown'] as const
/**
 * `claimed`: a process is at it. `refused`: the mail server said never. `deferred`: nothing was sent, it is tried again.
 * `unknown`: it may have been sent, so it is not tried again.
 */
export type DigestDeliveryState = (typeof digestDeliveryStates)[number]

/** Who gets the weekly email, and when. */
export interface DigestSubscription {
  readonly id: string
  readonly email: string
  /** Empty: all teams. */
  readonly teamIds: readonly string[]
  /** `monday` to `sunday`, in the subscription's time zone. */
  readonly weekday: string
  readonly hour: number
  readonly timeZone: string
}

const subscriptionColumns = `id, email, team_ids AS "teamIds", weekday, hour, time_zone AS "timeZone"`

/** The subscriptions that get mail, oldest first. */
export async function listActiveDigestSubscriptions(db: Db): Promise<DigestSubscription[]> {
  const { rows } = await (db.$client as pg.Pool).query<DigestSubscription>(
    `SELECT ${subscriptionColumns} FROM digest_subscriptions WHERE state = 'active' ORDER BY created_at, id`,
  )
  return rows
}

/**
 * Takes a week of a subscription for sending and says whether this call got it: when nobody has had it yet, or it was
 * deferred at least `retryAfterMs` ago, and the subscription is still active. Of calls at the same time one gets it.
 */
export async function claimDigest(
  db: Db,
  args: { readonly subscriptionId: string; readonly week: string; readonly retryAfterMs: number },
): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `INSERT INTO digest_deliveries AS d (subscription_id, week, state)
     SELECT id, $2, 'claimed' FROM digest_subscriptions WHERE id = $1 AND state = 'active'
     ON CONFLICT (subscription_id, week) DO UPDATE
       SET state = 'claimed', detail = NULL, claimed_at = now(), finished_at = NULL
       WHERE d.state = 'deferred' AND d.finished_at <= now() - $3 * interval '1 millisecond'
     RETURNING 1`,
    [args.subscriptionId, args.week, args.retryAfterMs],
  )
  return rowCount === 1
}

/** Records what became of a claimed week. Also after the claim was given up as abandoned: who sent it knows best. */
export async function finishDigest(
  db: Db,
  args: {
    readonly subscriptionId: string
    readonly week: string
    readonly state: Exclude<DigestDeliveryState, 'claimed'>
    readonly detail: string | null
  },
): Promise<void> {
  await (db.$client as pg.Pool).query(
    `UPDATE digest_deliveries SET state = $3, detail = $4, finished_at = now()
     WHERE subscription_id = $1 AND week = $2 AND state IN ('claimed', 'unknown')`,
    [args.subscriptionId, args.week, args.state, args.detail],
  )
}

/**
 * Turns claims older than `olderThanMs` into `unknown`: their process ended without a word, perhaps after the mail server
 * had taken the mail. The ages are the database's, so that the clocks of two machines don't matter.
 */
export async function giveUpAbandonedDigests(
  db: Db,
  olderThanMs: number,
): Promise<{ subscriptionId: string; week: string }[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ subscriptionId: string; week: string }>(
    `UPDATE digest_deliveries SET state = 'unknown', finished_at = now(),
       detail = 'The process that was sending it ended; whether it arrived is not known, so it is not sent again.'
     WHERE state = 'claimed' AND claimed_at < now() - $1 * interval '1 millisecond'
     RETURNING subscription_id AS "subscriptionId", week`,
    [olderThanMs],
  )
  return rows
}

/** What became of the mails of these subscriptions and weeks, by subscription; those not yet tried are missing. */
export async function readDigestStates(
  db: Db,
  deliveries: readonly { readonly subscriptionId: string; readonly week: string }[],
): Promise<Map<string, DigestDeliveryState>> {
  const { rows } = await (db.$client as pg.Pool).query<{ subscriptionId: string; state: DigestDeliveryState }>(
    `SELECT d.subscription_id AS "subscriptionId", d.state
     FROM digest_deliveries d JOIN unnest($1::uuid[], $2::text[]) AS asked (id, week)
       ON asked.id = d.subscription_id AND asked.week = d.week`,
    [deliveries.map((d) => d.subscriptionId), deliveries.map((d) => d.week)],
  )
  return new Map(rows.map((row) => [row.subscriptionId, row.state]))
}

/** Ends a subscription whose last three mails were all refused: the address is gone. Says whether it did. */
export async function bounceDigestSubscription(db: Db, subscriptionId: string): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `UPDATE digest_subscriptions SET state = 'bounced' WHERE id = $1 AND 3 = (
       SELECT count(*) FILTER (WHERE state = 'refused')
       FROM (SELECT state FROM digest_deliveries WHERE subscription_id = $1 ORDER BY week DESC LIMIT 3) AS newest)`,
    [subscriptionId],
  )
  return rowCount === 1
}
