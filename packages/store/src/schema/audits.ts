import {
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  sql,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from '../drizzle.ts'
import { tickets } from './tickets.ts'

/** A sample of tickets, drawn at random by effort, whose labels by blind readers correct the split. */
export const audits = pgTable(
  'audits',
  {
    id: uuid().primaryKey(),
    from: date().notNull(),
    to: date().notNull(),
    /** What a person calls these days, such as `2026-Q3`. */
    label: text().notNull(),
    /** Null: all teams. */
    teamId: uuid('team_id'),
    /** How many tickets were asked for. */
    size: integer().notNull(),
    /** How many tickets with effort it was drawn from, and their effort. */
    population: integer().notNull(),
    populationUnits: doublePrecision('population_units').notNull(),
    modelVersion: text('model_version').notNull(),
    ruleSetVersion: integer('rule_set_version').notNull(),
    drawnBy: text('drawn_by').notNull(),
    drawnAt: timestamp('drawn_at', { withTimezone: true }).notNull().defaultNow(),
    /** When its labels were made overrides. */
    appliedAt: timestamp('applied_at', { withTimezone: true }),
    appliedBy: text('applied_by'),
  },
  (t) => [index('audits_by_time').on(t.drawnAt, t.id)],
)

/** A drawn ticket, with what was said of it before anybody labelled it. */
export const auditItems = pgTable(
  'audit_items',
  {
    auditId: uuid('audit_id')
      .notNull()
      .references(() => audits.id, { onDelete: 'cascade' }),
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    /** Place in the order of reading, which is random so that it says nothing about the ticket. */
    ordinal: integer().notNull(),
    stratum: text().notNull(),
    inclusionProbability: doublePrecision('inclusion_probability').notNull(),
    units: doublePrecision().notNull(),
    pFeature: doublePrecision('p_feature').notNull(),
    pStrategic: doublePrecision('p_strategic').notNull(),
    pSustaining: doublePrecision('p_sustaining').notNull(),
    category: text().notNull(),
    workType: text('work_type'),
    decidedBy: text('decided_by').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.auditId, t.ticketId] }),
    uniqueIndex('audit_items_by_place').on(t.auditId, t.ordinal),
    index('audit_items_by_ticket').on(t.ticketId),
  ],
)

/** What readers say, kept for ever; the one without `supersededAt` holds. A ticket drawn again keeps its labels. */
export const auditLabels = pgTable(
  'audit_labels',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** The audit in which it was given. */
    auditId: uuid('audit_id')
      .notNull()
      .references(() => audits.id, { onDelete: 'cascade' }),
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    /** Id of the reader's API key. */
    reader: text().notNull(),
    /** A work type, or `unclear`. */
    workType: text('work_type').notNull(),
    note: text(),
    labelledAt: timestamp('labelled_at', { withTimezone: true }).notNull().defaultNow(),
    supersededAt: timestamp('superseded_at', { withTimezone: true }),
  },
  (t) => [uniqueIndex('audit_labels_current').on(t.ticketId, t.reader).where(sql`superseded_at IS NULL`)],
)

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/**
 * The organisation's own layers over the shipped model, with what each was compared on. At most one is live; without a
 * live one the shipped model decides alone.
 */
export const modelLayers = pgTable(
  'model_layers',
  {
    version: integer().primaryKey(),
    /** Version of the shipped model that it lies over; over another one it says nothing. */
    baseVersion: text('base_version').notNull(),
    /** Version of the two together, as decisions name it. */
    modelVersion: text('model_version').notNull(),
    /** `live`, `refused` (it would have been worse), `superseded` by a later one, or `reverted` by a person. */
    state: text().notNull(),
    /** How many corrections it learnt from, and a hash of them: equal hash, equal layer. */
    corrections: integer().notNull(),
    correctionsHash: text('corrections_hash').notNull(),
    evaluation: jsonb().notNull(),
    layer: bytea().notNull(),
    madeAt: timestamp('made_at', { withTimezone: true }).notNull().defaultNow(),
    endedAt: timestamp('ended_at', { withTimezone: true }),
    endedBy: text('ended_by'),
  },
  (t) => [uniqueIndex('model_layers_live').on(t.state).where(sql`state = 'live'`)],
)

/** What a layer says of each audited ticket when it has not learnt from that ticket's own label. */
export const modelLayerPredictions = pgTable(
  'model_layer_predictions',
  {
    layerVersion: integer('layer_version')
      .notNull()
      .references(() => modelLayers.version, { onDelete: 'cascade' }),
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    pFeature: doublePrecision('p_feature').notNull(),
    pStrategic: doublePrecision('p_strategic').notNull(),
    pSustaining: doublePrecision('p_sustaining').notNull(),
  },
  (t) => [primaryKey({ columns: [t.layerVersion, t.ticketId] })],
)
