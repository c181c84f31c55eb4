import {
  boolean,
  date,
  doublePrecision,
  index,
  pgTable,
  pgView,
  primaryKey,
  serial,
  sql,
  text,
  timestamp,
  uuid,
} from '../drizzle.ts'
import { connections } from './connections.ts'
import { calendars } from './organisation.ts'

export const people = pgTable('people', {
  id: uuid().primaryKey(),
  displayName: text('display_name').notNull(),
  kind: text().notNull(),
  timeZone: text('time_zone'),
  calendarId: text('calendar_id').references(() => calendars.id),
  fte: doublePrecision().notNull().default(1),
  /** A person said what kind this is; until then the accounts say it. */
  kindDecided: boolean('kind_decided').notNull().default(false),
})

export const accounts = pgTable(
  'accounts',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    accountId: text('account_id').notNull(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    displayName: text('display_name').notNull(),
    email: text(),
    kind: text().notNull(),
    active: boolean().notNull(),
    timeZone: text('time_zone'),
    /** Set once somebody decided whose account this is: whose it was before. Null: the address, or nothing, decides. */
    homePersonId: uuid('home_person_id'),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.accountId] }), index('accounts_by_person').on(t.personId)],
)

export const absences = pgTable(
  'absences',
  {
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    from: date().notNull(),
    to: date().notNull(),
    fraction: doublePrecision().notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.personId, t.from, t.to] })],
)

export const teams = pgTable('teams', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  target: doublePrecision(),
  /** `suggested` from a project or tracker team until a person edits it. */
  origin: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

/** Which tickets are a team's; every given part must match. The first matching source decides. */
export const teamSources = pgTable(
  'team_sources',
  {
    id: serial().primaryKey(),
    teamId: uuid('team_id')
      .notNull()
      .references(() => teams.id, { onDelete: 'cascade' }),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    project: text(),
    trackerTeam: text('tracker_team'),
    label: text(),
  },
  (t) => [index('team_sources_by_connection').on(t.connectionId)],
)

/** Membership that somebody stated; without it, people belong where most of their effort goes. */
export const teamMembers = pgTable(
  'team_members',
  {
    teamId: uuid('team_id')
      .notNull()
      .references(() => teams.id, { onDelete: 'cascade' }),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    from: date().notNull(),
    to: date(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.personId, t.from] })],
)

/** The team whose tickets these are, if any. */
export const ticketTeams = pgView('ticket_teams', { ticketId: uuid('ticket_id'), teamId: uuid('team_id') }).as(sql`
  SELECT t.id AS ticket_id,
         (SELECT s.team_id FROM team_sources s
           WHERE s.connection_id = t.connection_id AND (s.project IS NULL OR s.project = t.project_key)
             AND (s.tracker_team IS NULL OR s.tracker_team = t.tracker_team_key) AND (s.label IS NULL OR s.label = ANY (t.labels))
           ORDER BY s.id LIMIT 1) AS team_id
    FROM tickets t`)
