import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  json,
  pgSequence,
  pgTable,
  primaryKey,
  sql,
  text,
  timestamp,
  unique,
  uuid,
} from '../drizzle.ts'
import { connections } from './connections.ts'

/** Rises with every change of a fact; its highest value below a row is that row's revision. */
export const factRevision = pgSequence('fact_revision')

export const tickets = pgTable(
  'tickets',
  {
    /** Made from connection and external id, so that the same ticket has the same id in any store. */
    id: uuid().primaryKey(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    externalId: text('external_id').notNull(),
    key: text().notNull(),
    url: text().notNull(),
    title: text().notNull(),
    description: text().notNull(),
    type: text(),
    isSubtask: boolean('is_subtask').notNull(),
    isEpic: boolean('is_epic').notNull(),
    statusId: text('status_id').notNull(),
    status: text().notNull(),
    statusCategory: text('status_category').notNull(),
    projectId: text('project_id'),
    projectKey: text('project_key'),
    projectName: text('project_name'),
    trackerTeamId: text('tracker_team_id'),
    trackerTeamKey: text('tracker_team_key'),
    trackerTeamName: text('tracker_team_name'),
    parentExternalId: text('parent_external_id'),
    parentKey: text('parent_key'),
    sprintIds: text('sprint_ids').array().notNull(),
    labels: text().array().notNull(),
    components: text().array().notNull(),
    priority: text(),
    estimate: doublePrecision(),
    resolution: text(),
    assigneeAccountId: text('assignee_account_id'),
    reporterAccountId: text('reporter_account_id'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
    startedAt: timestamp('started_at', { withTimezone: true }),
    completedAt: timestamp('completed_at', { withTimezone: true }),
    archivedAt: timestamp('archived_at', { withTimezone: true }),
    deletedAt: timestamp('deleted_at', { withTimezone: true }),
    deletedReason: text('deleted_reason'),
    historyComplete: boolean('history_complete').notNull(),
    /** Of everything above and the history; equal hash, nothing to do. */
    contentHash: text('content_hash').notNull(),
    /** When the request that read it was sent, by our clock. */
    fetchedAt: timestamp('fetched_at', { withTimezone: true }).notNull(),
    revision: bigint({ mode: 'number' }).notNull().default(sql`nextval('fact_revision')`),
  },
  (t) => [
    unique('tickets_by_external_id').on(t.connectionId, t.externalId),
    index('tickets_by_key').on(t.key),
    index('tickets_by_parent').on(t.connectionId, t.parentExternalId),
    index('tickets_by_parent_key').on(t.connectionId, t.parentKey),
    index('tickets_by_update').on(t.updatedAt, t.id),
    index('tickets_by_creation').on(t.createdAt, t.id),
    index('tickets_by_completion').on(t.completedAt),
  ],
)

/** All keys that a ticket has now or had before. */
export const ticketKeys = pgTable(
  'ticket_keys',
  {
    connectionId: uuid('connection_id').notNull(),
    key: text().notNull(),
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.key, t.ticketId] }),
    index('ticket_keys_by_key').on(t.key),
    index('ticket_keys_by_ticket').on(t.ticketId),
  ],
)

/** What we know about a reading: since when, and when and why we found that the tracker no longer shows the ticket. */
const knowledge = {
  /** When we had stored it, by the clock of the database. */
  knownAt: timestamp('known_at', { withTimezone: true }).notNull().defaultNow(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
  deletedReason: text('deleted_reason'),
  /** When we had asked. */
  deletedReadAt: timestamp('deleted_read_at', { withTimezone: true }),
}

/** The payload as read, so that a better converter replays without reading again. */
export const rawTickets = pgTable('raw_tickets', {
  ticketId: uuid('ticket_id').primaryKey(),
  connectionId: uuid('connection_id')
    .notNull()
    .references(() => connections.id, { onDelete: 'cascade' }),
  externalId: text('external_id').notNull(),
  payload: json().notNull(),
  fetchedAt: timestamp('fetched_at', { withTimezone: true }).notNull(),
  ...knowledge,
})

/** What earlier readings said, in the order in which later ones took their place. Only ever added to. */
export const rawTicketVersions = pgTable(
  'raw_ticket_versions',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    ticketId: uuid('ticket_id').notNull(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    externalId: text('external_id').notNull(),
    payload: json().notNull(),
    fetchedAt: timestamp('fetched_at', { withTimezone: true }).notNull(),
    ...knowledge,
  },
  (t) => [index('raw_ticket_versions_by_ticket').on(t.ticketId, t.id)],
)

/** Tickets that could not be understood: kept, counted, shown. */
export const failedTickets = pgTable(
  'failed_tickets',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    externalId: text('external_id').notNull(),
    key: text().notNull(),
    problem: text().notNull(),
    payload: json().notNull(),
    failedAt: timestamp('failed_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.externalId] })],
)

export const transitions = pgTable(
  'transitions',
  {
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    /** Place in the ticket's history, oldest first. */
    ordinal: integer().notNull(),
    id: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    field: text().notNull(),
    from: text(),
    to: text(),
    fromName: text('from_name'),
    toName: text('to_name'),
    fromCategory: text('from_category'),
    toCategory: text('to_category'),
    authorAccountId: text('author_account_id'),
  },
  (t) => [
    primaryKey({ columns: [t.ticketId, t.ordinal] }),
    index('transitions_by_author').on(t.authorAccountId, t.at).where(sql`field IN ('status', 'assignee', 'estimate')`),
  ],
)

export const activities = pgTable(
  'activities',
  {
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    id: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    kind: text().notNull(),
    authorAccountId: text('author_account_id'),
  },
  (t) => [
    primaryKey({ columns: [t.ticketId, t.id] }),
    index('activities_by_author').on(t.authorAccountId, t.at).where(sql`kind <> 'other-edit'`),
  ],
)

export const worklogs = pgTable(
  'worklogs',
  {
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    id: text().notNull(),
    authorAccountId: text('author_account_id'),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
    seconds: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticketId, t.id] }), index('worklogs_by_id').on(t.id)],
)

export const sprints = pgTable(
  'sprints',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    externalId: text('external_id').notNull(),
    name: text().notNull(),
    state: text().notNull(),
    startsAt: timestamp('starts_at', { withTimezone: true }),
    endsAt: timestamp('ends_at', { withTimezone: true }),
    completedAt: timestamp('completed_at', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.externalId] })],
)

/**
 * What each later stage has still to do. Written in the transaction that changed the ticket; a change that comes while a
 * stage is at work raises `generation`, so that the row stays.
 */
export const stageWork = pgTable(
  'stage_work',
  {
    stage: text().notNull(),
    ticketId: uuid('ticket_id').notNull(),
    generation: bigint({ mode: 'number' }).notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.stage, t.ticketId] })],
)
