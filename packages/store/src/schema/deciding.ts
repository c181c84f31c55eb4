import { bigint, boolean, date, index, integer, pgTable, smallint, text, timestamp, uuid } from '../drizzle.ts'
import { tickets } from './tickets.ts'

/**
 * One row: how far the tickets have been looked through for what a new model or rule set changes, the last updated first.
 * Those down to `throughUpdatedAt` and `through` (a ticket's id) are decided with it or wait for that; without `finishedAt`
 * the walk goes on from there.
 */
export const rollouts = pgTable('rollouts', {
  id: smallint().primaryKey().default(1),
  modelVersion: text('model_version').notNull(),
  ruleSetVersion: integer('rule_set_version').notNull(),
  through: uuid(),
  throughUpdatedAt: timestamp('through_updated_at', { withTimezone: true }),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull().defaultNow(),
  finishedAt: timestamp('finished_at', { withTimezone: true }),
})

/** What a large language model last said of each ticket that the model was unsure of, with what it was asked by. */
export const llmAnswers = pgTable(
  'llm_answers',
  {
    ticketId: uuid('ticket_id')
      .primaryKey()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    /** Of title and description; an answer about another text says nothing. */
    textHash: text('text_hash').notNull(),
    model: text().notNull(),
    promptVersion: text('prompt_version').notNull(),
    /** `answered`, or why there is no work type. */
    outcome: text().notNull(),
    workType: text('work_type'),
    /** Words of the ticket that it gave as its reason; checked to be in the ticket. */
    quote: text(),
    tokens: integer().notNull(),
    answeredAt: timestamp('answered_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('llm_answers_by_asker').on(t.model, t.promptVersion)],
)

/** What was spent on it, by day in UTC. Tokens are taken before a request leaves and corrected by what it cost. */
export const llmUsage = pgTable('llm_usage', {
  day: date().primaryKey(),
  tokens: bigint({ mode: 'number' }).notNull().default(0),
  requests: integer().notNull().default(0),
  answered: integer().notNull().default(0),
  discarded: integer().notNull().default(0),
  failed: integer().notNull().default(0),
})

/** Whether the answers of one model and prompt count, as last judged on the audited tickets. */
export const llmStandings = pgTable('llm_standings', {
  asker: text().primaryKey(),
  counts: boolean().notNull(),
  /** Audited tickets that it answered, and how many of them each got right. */
  audited: integer().notNull(),
  llmRight: integer('llm_right').notNull(),
  modelRight: integer('model_right').notNull(),
  judgedAt: timestamp('judged_at', { withTimezone: true }).notNull().defaultNow(),
})
