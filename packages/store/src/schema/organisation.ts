import {
  bigserial,
  date,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  smallint,
  sql,
  text,
  timestamp,
  uuid,
} from '../drizzle.ts'

/** One row: what holds for the whole organisation. */
export const organisation = pgTable('organisation', {
  id: smallint().primaryKey().default(1),
  name: text().notNull().default('Your organisation'),
  timeZone: text('time_zone').notNull().default('UTC'),
  /** Strategic share that teams without a target of their own aim at. */
  target: doublePrecision().notNull().default(0.2),
  /** End of the demo company's history; null when it was never loaded. */
  demoUntil: timestamp('demo_until', { withTimezone: true }),
  /** The day up to which open tickets have been measured. */
  measuredTo: date('measured_to'),
})

export const calendars = pgTable('calendars', {
  id: text().primaryKey(),
  name: text().notNull(),
  timeZone: text('time_zone').notNull(),
  weekdays: smallint().array().notNull(),
  opensAt: text('opens_at').notNull(),
  closesAt: text('closes_at').notNull(),
  /** As given: a region such as "DE-BE", or a list of dates. */
  holidays: jsonb().notNull(),
})

export const auditLog = pgTable('audit_log', {
  id: uuid().primaryKey().defaultRandom(),
  at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  /** The API key's id, or the name of the command that acted. */
  actor: text().notNull(),
  action: text().notNull(),
  target: text().notNull(),
  detail: jsonb(),
})

/**
 * What rows of the small tables, and decisions about tickets, said until `at`. Written by the trigger `keep_version` when something
 * else takes its place; only ever added to.
 */
export const settingVersions = pgTable(
  'setting_versions',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    /** Name of the table. */
    of: text().notNull(),
    /** Of the row in its table. */
    key: text().notNull(),
    /** Null: there was none. */
    row: jsonb(),
    at: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  },
  (t) => [index('setting_versions_by_row').on(t.of, t.key, t.id)],
)
