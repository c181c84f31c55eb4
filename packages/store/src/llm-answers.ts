import type { WorkType } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** Which language model and which prompt. */
export interface LlmAsker {
  readonly model: string
  readonly promptVersion: string
}

/** A ticket that the model leaves unsure and that this asker has not answered in its present text. */
export interface LlmQuestion {
  readonly ticketId: string
  readonly title: string
  readonly type: string | null
  readonly description: string
  /** Names the text that is asked about. */
  readonly textHash: string
}

/** What was answered, or why there is no work type. */
export interface LlmAnswer extends LlmAsker {
  readonly ticketId: string
  readonly textHash: string
  readonly outcome: string
  readonly workType: WorkType | null
  readonly quote: string | null
  readonly tokens: number
}

const textHash = `md5(t.title || E'\\n' || t.description)`

/**
 * The next questions, most effort first: tickets that nobody and nothing decided; and audited ones that the model alone
 * would leave undecided, since on these it is found out who is better.
 */
export async function takeLlmQuestions(
  db: Db,
  args: { readonly asker: LlmAsker; readonly limit: number },
): Promise<LlmQuestion[]> {
  const { rows } = await (db.$client as pg.Pool).query<LlmQuestion>(
    `WITH unsure AS (
       SELECT ticket_id FROM classifications WHERE decided_by = 'none'
       UNION
       SELECT c.ticket_id FROM classifications c
        WHERE c.ticket_id IN (SELECT ticket_id FROM audit_labels WHERE superseded_at IS NULL)
          AND NOT EXISTS (SELECT FROM jsonb_array_elements(c.candidates) e WHERE e ->> 'source' = 'model' AND (e ->> 'confidence')::float8 >= $4))
     SELECT t.id AS "ticketId", t.title, t.type, t.description, ${textHash} AS "textHash"
       FROM unsure u JOIN tickets t ON t.id = u.ticket_id
       LEFT JOIN llm_answers a ON a.ticket_id = t.id AND a.model = $1 AND a.prompt_version = $2 AND a.text_hash = ${textHash}
      WHERE a.ticket_id IS NULL AND t.deleted_at IS NULL
      ORDER BY (SELECT sum(e.units) FROM effort e WHERE e.ticket_id = t.id) DESC NULLS LAST, t.id LIMIT $3`,
    [args.asker.model, args.asker.promptVersion, args.limit, unsureBelow],
  )
  return rows
}

/** The classification's default floor, below which the model does not decide. */
const unsureBelow = 0.45

/** Keeps an answer in place of an earlier one about the same ticket. */
export async function writeLlmAnswer(tx: Db, answer: LlmAnswer): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO llm_answers (ticket_id, text_hash, model, prompt_version, outcome, work_type, quote, tokens)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE EXISTS (SELECT FROM tickets WHERE id = $1)
     ON CONFLICT (ticket_id) DO UPDATE SET text_hash = excluded.text_hash, model = excluded.model, prompt_version = excluded.prompt_version,
       outcome = excluded.outcome, work_type = excluded.work_type, quote = excluded.quote, tokens = excluded.tokens, answered_at = now()`,
    [
      answer.ticketId,
      answer.textHash,
      answer.model,
      answer.promptVersion,
      answer.outcome,
      answer.workType,
      answer.quote,
      answer.tokens,
    ],
  )
}

/** Takes tokens of a day before they are spent; false when that would pass the cap, and then takes none. */
export async function takeLlmTokens(
  db: Db,
  args: { readonly day: string; readonly tokens: number; readonly cap: number },
): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `INSERT INTO llm_usage (day, tokens, requests) SELECT $1, $2, 1 WHERE $2::bigint <= $3::bigint
     ON CONFLICT (day) DO UPDATE SET tokens = llm_usage.tokens + excluded.tokens, requests = llm_usage.requests + 1
      WHERE llm_usage.tokens + excluded.tokens <= $3::bigint`,
    [args.day, args.tokens, args.cap],
  )
  return (rowCount ?? 0) > 0
}

/** Puts what was really spent in the place of what was taken, and counts what came of it. */
export async function settleLlmTokens(
  db: Db,
  args: {
    readonly day: string
    readonly taken: number
    readonly spent: number
    readonly outcome: 'answered' | 'discarded' | 'failed'
  },
): Promise<void> {
  await (db.$client as pg.Pool).query(
    `UPDATE llm_usage SET tokens = tokens - $2::bigint + $3::bigint, ${args.outcome} = ${args.outcome} + 1 WHERE day = $1`,
    [args.day, args.taken, args.spent],
  )
}

/** An answer about a ticket's present text, and how far it may be believed. */
export interface LlmOpinionRow {
  readonly ticketId: string
  readonly workType: WorkType
  readonly quote: string
  readonly counts: boolean
  readonly audited: number
  readonly llmRight: number
}

export async function readLlmOpinions(
  db: Db,
  args: { readonly asker: LlmAsker; readonly ticketIds: readonly string[] },
): Promise<LlmOpinionRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<LlmOpinionRow>(
    `SELECT a.ticket_id AS "ticketId", a.work_type AS "workType", a.quote, coalesce(s.counts, false) AS counts,
            coalesce(s.audited, 0) AS audited, coalesce(s.llm_right, 0) AS "llmRight"
       FROM llm_answers a JOIN tickets t ON t.id = a.ticket_id AND a.text_hash = ${textHash}
       LEFT JOIN llm_standings s ON s.asker = a.model || ' ' || a.prompt_version
      WHERE a.ticket_id = ANY ($3::uuid[]) AND a.model = $1 AND a.prompt_version = $2 AND a.outcome = 'answered'`,
    [args.asker.model, args.asker.promptVersion, args.ticketIds],
  )
  return rows
}

/** An audited ticket that was answered: its labels, the model's most probable work type, and the answer. */
export interface LlmComparisonRow {
  readonly ticketId: string
  readonly labels: readonly string[]
  readonly model: WorkType
  readonly llm: WorkType
}

export async function readLlmComparisons(db: Db, asker: LlmAsker): Promise<LlmComparisonRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<LlmComparisonRow>(
    `SELECT a.ticket_id AS "ticketId", array_agg(l.work_type ORDER BY l.labelled_at, l.id) AS labels, a.work_type AS llm, m.model
       FROM llm_answers a
       JOIN tickets t ON t.id = a.ticket_id AND a.text_hash = ${textHash}
       JOIN audit_labels l ON l.ticket_id = a.ticket_id AND l.superseded_at IS NULL
       JOIN classifications c ON c.ticket_id = a.ticket_id
       CROSS JOIN LATERAL (SELECT e ->> 'workType' AS model FROM jsonb_array_elements(c.candidates) e WHERE e ->> 'source' = 'model' LIMIT 1) m
      WHERE a.model = $1 AND a.prompt_version = $2 AND a.outcome = 'answered'
      GROUP BY a.ticket_id, a.work_type, m.model ORDER BY a.ticket_id`,
    [asker.model, asker.promptVersion],
  )
  return rows
}

/**
 * Keeps whether an asker's answers count. When that or what it rests on changes, all tickets that it answered are left as
 * work. Answers whether something changed.
 */
export async function writeLlmStanding(
  tx: Db,
  asker: LlmAsker,
  standing: {
    readonly counts: boolean
    readonly audited: number
    readonly llmRight: number
    readonly modelRight: number
  },
): Promise<boolean> {
  const client = tx.$client as pg.PoolClient
  const { rowCount } = await client.query(
    `INSERT INTO llm_standings (asker, counts, audited, llm_right, model_right) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (asker) DO UPDATE SET counts = excluded.counts, audited = excluded.audited, llm_right = excluded.llm_right,
       model_right = excluded.model_right, judged_at = now()
      WHERE (llm_standings.counts, llm_standings.audited, llm_standings.llm_right) IS DISTINCT FROM (excluded.counts, excluded.audited, excluded.llm_right)`,
    [
      `${asker.model} ${asker.promptVersion}`,
      standing.counts,
      standing.audited,
      standing.llmRight,
      standing.modelRight,
    ],
  )
  if ((rowCount ?? 0) === 0) return false
  await client.query(
    `INSERT INTO stage_work (stage, ticket_id)
     SELECT 'classify', ticket_id FROM llm_answers WHERE model = $1 AND prompt_version = $2 AND outcome = 'answered' ORDER BY 2
     ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`,
    [asker.model, asker.promptVersion],
  )
  return true
}

/** Leaves as work what a language model decided that is no longer asked. Answers how many tickets these are. */
export async function forgetOtherAskers(tx: Db, asker: LlmAsker | null): Promise<number> {
  const { rowCount } = await (tx.$client as pg.PoolClient).query(
    `INSERT INTO stage_work (stage, ticket_id)
     SELECT 'classify', c.ticket_id FROM classifications c LEFT JOIN llm_answers a ON a.ticket_id = c.ticket_id
      WHERE c.decided_by = 'llm' AND (a.ticket_id IS NULL OR (a.model, a.prompt_version) IS DISTINCT FROM ($1, $2)) ORDER BY 2
     ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`,
    [asker?.model ?? null, asker?.promptVersion ?? null],
  )
  return rowCount ?? 0
}

/** What was asked and what came of it, for people who pay for it. */
export interface LlmReport {
  readonly standing: {
    readonly asker: string
    readonly counts: boolean
    readonly audited: number
    readonly llmRight: number
    readonly modelRight: number
  } | null
  readonly usage: readonly {
    readonly day: string
    readonly tokens: number
    readonly requests: number
    readonly answered: number
    readonly discarded: number
    readonly failed: number
  }[]
  /** How many tickets have an answer of each outcome. */
  readonly outcomes: Readonly<Record<string, number>>
}

/** The standing judged last, the usage of the last 30 days, newest first, and the outcomes of all answers. */
export async function readLlmReport(db: Db): Promise<LlmReport> {
  const client = db.$client as pg.Pool
  const standings = await client.query<NonNullable<LlmReport['standing']>>(
    `SELECT asker, counts, audited, llm_right AS "llmRight", model_right AS "modelRight" FROM llm_standings ORDER BY judged_at DESC LIMIT 1`,
  )
  const usage = await client.query<LlmReport['usage'][number]>(
    `SELECT day::text, tokens::float8 AS tokens, requests, answered, discarded, failed FROM llm_usage ORDER BY day DESC LIMIT 30`,
  )
  const outcomes = await client.query<{ outcome: string; n: number }>(
    `SELECT outcome, count(*)::int AS n FROM llm_answers GROUP BY 1 ORDER BY 1`,
  )
  return {
    standing: standings.rows[0] ?? null,
    usage: usage.rows,
    outcomes: Object.fromEntries(outcomes.rows.map((row) => [row.outcome, row.n])),
  }
}
