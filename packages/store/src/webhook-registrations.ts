import { sql } from './drizzle.ts'
import type { Db } from './store.ts'

/** The webhooks that we registered for a connection at its tracker. */
export interface WebhookRegistration {
  readonly connectionId: string
  /** The tracker's ids of them. */
  readonly externalIds: readonly string[]
  readonly url: string
  /** When the tracker forgets them; null: never. */
  readonly expiresAt: Date | null
}

const columns = sql`connection_id AS "connectionId", external_ids AS "externalIds", url, expires_at AS "expiresAt"`

/** Null when nothing was registered. */
export async function findWebhookRegistration(db: Db, connectionId: string): Promise<WebhookRegistration | null> {
  const { rows } = await db.execute<WebhookRegistration & Record<string, unknown>>(
    sql`SELECT ${columns} FROM webhook_registrations WHERE connection_id = ${connectionId}`,
  )
  return rows[0] ? toRegistration(rows[0]) : null
}

/** Takes the place of what was registered before. */
export async function putWebhookRegistration(db: Db, registration: WebhookRegistration): Promise<void> {
  const { connectionId, externalIds, url, expiresAt } = registration
  await db.execute(sql`
    INSERT INTO webhook_registrations (connection_id, external_ids, url, expires_at)
    VALUES (${connectionId}, ${JSON.stringify(externalIds)}, ${url}, ${expiresAt})
    ON CONFLICT (connection_id) DO UPDATE SET external_ids = excluded.external_ids, url = excluded.url,
      expires_at = excluded.expires_at, registered_at = now()`)
}

/** Those that end before `date`, soonest first. */
export async function webhooksExpiringBefore(db: Db, date: Date): Promise<WebhookRegistration[]> {
  const { rows } = await db.execute<WebhookRegistration & Record<string, unknown>>(
    sql`SELECT ${columns} FROM webhook_registrations WHERE expires_at < ${date} ORDER BY expires_at`,
  )
  return rows.map(toRegistration)
}

/** Drizzle hands timestamps of raw SQL over as text. */
function toRegistration(row: WebhookRegistration): WebhookRegistration {
  return { ...row, expiresAt: row.expiresAt && new Date(row.expiresAt) }
}
