import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  sql,
  text,
  timestamp,
  uuid,
} from '../drizzle.ts'

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

export const connections = pgTable('connections', {
  id: uuid().primaryKey(),
  kind: text().notNull(),
  name: text().notNull().unique(),
  baseUrl: text('base_url').notNull(),
  /** Encrypted; only the ingest service's secret opens it. */
  sealedCredentials: text('sealed_credentials').notNull(),
  scope: jsonb().notNull(),
  state: text().notNull().default('new'),
  problem: text(),
  lastSyncedAt: timestamp('last_synced_at', { withTimezone: true }),
  /** When something was last stored of it: a page, or the end of a run. */
  advancedAt: timestamp('advanced_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

/** Apart from the connections, because the public edge may read this and nothing else of them. */
export const webhookSecrets = pgTable('webhook_secrets', {
  connectionId: uuid('connection_id')
    .primaryKey()
    .references(() => connections.id, { onDelete: 'cascade' }),
  kind: text().notNull(),
  /** Encrypted JSON list, newest first; two during a rotation. */
  sealedSecrets: text('sealed_secrets').notNull(),
  /** The unguessable part of the address for trackers that can't sign. */
  urlToken: text('url_token').notNull(),
})

/**
 * How fast requests with one credential may go now, shared by all processes. `state` is the limiter's own; the row's lock
 * makes its changes follow one another. Losing a row costs nothing but caution learnt.
 */
export const credentialPaces = pgTable('credential_paces', {
  /** Digest of tracker and credential: connections with the same credential share one row. */
  credential: text().primaryKey(),
  state: jsonb().notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
})

/** The webhooks that we registered at a tracker ourselves, to be kept alive and found again. */
export const webhookRegistrations = pgTable('webhook_registrations', {
  connectionId: uuid('connection_id')
    .primaryKey()
    .references(() => connections.id, { onDelete: 'cascade' }),
  /** The tracker's ids of them. */
  externalIds: jsonb('external_ids').notNull(),
  url: text().notNull(),
  /** Null when they live until somebody removes them. */
  expiresAt: timestamp('expires_at', { withTimezone: true }),
  registeredAt: timestamp('registered_at', { withTimezone: true }).notNull().defaultNow(),
})

/**
 * Credentials that wait to be tried out. The api asks, the ingest service, which alone talks to trackers, answers; rows
 * are removed once read.
 */
export const connectionTests = pgTable('connection_tests', {
  id: uuid().primaryKey(),
  kind: text().notNull(),
  baseUrl: text('base_url').notNull(),
  /** Encrypted JSON: credentials and scope. */
  sealedRequest: text('sealed_request').notNull(),
  /** Null until somebody has tried. */
  result: jsonb(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

/** What converting payloads needs beside them: statuses, fields, labels, ... as last read from the tracker. */
export const trackerReferences = pgTable('tracker_references', {
  connectionId: uuid('connection_id')
    .primaryKey()
    .references(() => connections.id, { onDelete: 'cascade' }),
  data: jsonb().notNull(),
  readAt: timestamp('read_at', { withTimezone: true }).notNull(),
})

/** Where each walk over a tracker goes on. Moved only in the transaction that stored the page before it. */
export const syncCursors = pgTable(
  'sync_cursors',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    stream: text().notNull(),
    cursor: jsonb().notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.stream] })],
)

export const runs = pgTable(
  'runs',
  {
    id: uuid().primaryKey(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    mode: text().notNull(),
    status: text().notNull().default('queued'),
    /** How many tickets the tracker says there are; null when it can't say. */
    expected: integer(),
    seen: integer().notNull().default(0),
    created: integer().notNull().default(0),
    updated: integer().notNull().default(0),
    unchanged: integer().notNull().default(0),
    deleted: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    problems: jsonb().notNull().default([]),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    startedAt: timestamp('started_at', { withTimezone: true }),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
  },
  (t) => [index('runs_by_connection').on(t.connectionId, t.createdAt)],
)

export const webhookInbox = pgTable(
  'webhook_inbox',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    deliveryId: text('delivery_id').notNull(),
    /** The bytes as they came; what can't be parsed is kept as well. */
    body: bytea().notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
    processedAt: timestamp('processed_at', { withTimezone: true }),
    outcome: text(),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.deliveryId] }),
    index('webhook_inbox_waiting').on(t.connectionId, t.receivedAt).where(sql`processed_at IS NULL`),
  ],
)

/**
 * Tickets that somebody hinted at and the hydrator has still to read. A hint that comes while a read is under way raises
 * `generation`, so that the row stays.
 */
export const dirtyTickets = pgTable(
  'dirty_tickets',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    externalId: text('external_id').notNull(),
    generation: bigint({ mode: 'number' }).notNull().default(1),
    reason: text().notNull(),
    attempts: integer().notNull().default(0),
    notBefore: timestamp('not_before', { withTimezone: true }).notNull().defaultNow(),
    leasedUntil: timestamp('leased_until', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.externalId] })],
)

/** Who walks over a connection's tracker now. One walk at a time; a walker that died is replaced when its time is up. */
export const connectionLeases = pgTable('connection_leases', {
  connectionId: uuid('connection_id')
    .primaryKey()
    .references(() => connections.id, { onDelete: 'cascade' }),
  holder: text().notNull(),
  until: timestamp({ withTimezone: true }).notNull(),
})

/** The tickets that the census under way has met; emptied when the next one begins. */
export const censusSightings = pgTable(
  'census_sightings',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    externalId: text('external_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.externalId] })],
)

/** Live tickets that a complete census did not meet: looked up by id twice, well apart, before they count as deleted. */
export const missingTickets = pgTable(
  'missing_tickets',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    externalId: text('external_id').notNull(),
    /** When the first look by id did not find it. */
    absentSince: timestamp('absent_since', { withTimezone: true }),
    /** When the second one did not either. */
    confirmedAt: timestamp('confirmed_at', { withTimezone: true }),
    /** Too many at once to be believed without a person: `held` waits for one, `approved` has one. */
    verdict: text().notNull().default('open'),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.externalId] })],
)
