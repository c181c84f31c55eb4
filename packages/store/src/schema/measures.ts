import {
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  sql,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from '../drizzle.ts'
import { tickets } from './tickets.ts'

/** The one current decision about each ticket, with everything that spoke for and against it. */
export const classifications = pgTable('classifications', {
  ticketId: uuid('ticket_id')
    .primaryKey()
    .references(() => tickets.id, { onDelete: 'cascade' }),
  /** A category, or `unclassified`. */
  category: text().notNull(),
  workType: text('work_type'),
  decidedBy: text('decided_by').notNull(),
  confidence: real().notNull(),
  pFeature: real('p_feature').notNull(),
  pStrategic: real('p_strategic').notNull(),
  pSustaining: real('p_sustaining').notNull(),
  workTypeProbabilities: jsonb('work_type_probabilities').notNull(),
  evidence: jsonb().notNull(),
  candidates: jsonb().notNull(),
  modelVersion: text('model_version').notNull(),
  ruleSetVersion: integer('rule_set_version').notNull(),
  decidedAt: timestamp('decided_at', { withTimezone: true }).notNull().defaultNow(),
})

/** Judgements of people, kept for ever; the one without `undoneAt` holds. */
export const overrides = pgTable(
  'overrides',
  {
    id: uuid().primaryKey().defaultRandom(),
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    workType: text('work_type').notNull(),
    note: text(),
    actor: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    undoneAt: timestamp('undone_at', { withTimezone: true }),
    undoneBy: text('undone_by'),
    /** The audit whose label it is; null when somebody corrected the ticket of their own accord. */
    auditId: uuid('audit_id'),
    /** Category probabilities that held before it; an audit drawn earlier goes on reckoning with them. */
    before: jsonb(),
  },
  (t) => [uniqueIndex('overrides_current').on(t.ticketId).where(sql`undone_at IS NULL`)],
)

/** Version 0 is the draft; published versions never change. */
export const ruleSets = pgTable('rule_sets', {
  version: integer().primaryKey(),
  rules: jsonb().notNull(),
  /** Of the draft: rises with every change, so that of two editors the second is told. Of a version: the draft's then. */
  revision: integer().notNull().default(0),
  /** The published version that the draft began from, or that this version repeats. */
  basedOn: integer('based_on'),
  note: text(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  updatedBy: text('updated_by'),
  publishedAt: timestamp('published_at', { withTimezone: true }),
  publishedBy: text('published_by'),
})

/**
 * The fact under every number: what a person's day gave to a ticket. The weights are what the ticket alone claims, the
 * units what is left of the claim beside the other tickets of that day; a day has 720,720 units.
 */
export const effort = pgTable(
  'effort',
  {
    personId: uuid('person_id').notNull(),
    day: date().notNull(),
    ticketId: uuid('ticket_id').notNull(),
    groupId: uuid('group_id').notNull(),
    weight: integer().notNull(),
    weightEqual: integer('weight_equal').notNull(),
    weightPoints: integer('weight_points').notNull(),
    loggedSeconds: integer('logged_seconds').notNull(),
    units: integer().notNull(),
    unitsEqual: integer('units_equal').notNull(),
    unitsPoints: integer('units_points').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.personId, t.day, t.ticketId] }),
    index('effort_by_ticket').on(t.ticketId),
    index('effort_by_day').on(t.day),
  ],
)

/** Edits that were part of a bulk edit when their ticket was last measured: no evidence of work. */
export const bulkEdits = pgTable(
  'bulk_edits',
  {
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    accountId: text('account_id').notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticketId, t.accountId, t.at] })],
)

/** Local days on which a ticket was active for a person, fresh or not: what says that the person was there at all. */
export const activeSpans = pgTable(
  'active_spans',
  {
    ticketId: uuid('ticket_id').notNull(),
    personId: uuid('person_id').notNull(),
    from: date().notNull(),
    to: date().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticketId, t.personId, t.from] }), index('active_spans_by_person').on(t.personId)],
)

/** Capacity of a person on a day, and how much of it tickets account for. Days outside the capacity have no row. */
export const personDays = pgTable(
  'person_days',
  {
    personId: uuid('person_id').notNull(),
    day: date().notNull(),
    teamId: uuid('team_id'),
    capacityUnits: integer('capacity_units').notNull(),
    trackedUnits: integer('tracked_units').notNull(),
  },
  (t) => [primaryKey({ columns: [t.personId, t.day] }), index('person_days_by_day').on(t.day, t.teamId)],
)

/** Frozen at publication. */
export const publishedReports = pgTable('published_reports', {
  id: uuid().primaryKey(),
  period: text().notNull(),
  teamId: uuid('team_id'),
  report: jsonb().notNull(),
  /** What it was made from, by ticket, so that a later reading can say why it differs. */
  facts: jsonb().notNull().default([]),
  publishedAt: timestamp('published_at', { withTimezone: true }).notNull().defaultNow(),
  publishedBy: text('published_by').notNull(),
})
