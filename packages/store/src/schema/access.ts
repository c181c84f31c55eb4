import { index, integer, jsonb, pgTable, primaryKey, smallint, text, timestamp, uuid } from '../drizzle.ts'

export const apiKeys = pgTable('api_keys', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  /** SHA-256 of the key, which itself is 256 random bits. */
  hash: text().notNull().unique(),
  scopes: text().array().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
  revokedAt: timestamp('revoked_at', { withTimezone: true }),
})

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    apiKeyId: uuid('api_key_id').notNull(),
    key: text().notNull(),
    requestHash: text('request_hash').notNull(),
    /** Null while the first request is still at work. */
    status: integer(),
    response: jsonb(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.apiKeyId, t.key] })],
)

export const digestSubscriptions = pgTable('digest_subscriptions', {
  id: uuid().primaryKey(),
  email: text().notNull(),
  /** Empty: all teams. */
  teamIds: uuid('team_ids').array().notNull(),
  weekday: text().notNull(),
  hour: smallint().notNull(),
  timeZone: text('time_zone').notNull(),
  state: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

/** One row a subscription and week, claimed before the mail leaves: no week is sent twice. */
export const digestDeliveries = pgTable(
  'digest_deliveries',
  {
    subscriptionId: uuid('subscription_id')
      .notNull()
      .references(() => digestSubscriptions.id, { onDelete: 'cascade' }),
    week: text().notNull(),
    state: text().notNull(),
    detail: text(),
    claimedAt: timestamp('claimed_at', { withTimezone: true }).notNull().defaultNow(),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.subscriptionId, t.week] }), index('digest_deliveries_by_state').on(t.state)],
)
