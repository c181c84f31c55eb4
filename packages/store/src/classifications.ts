import type { Category, CategoryProbabilities, WorkType } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** The current decision about a ticket, as it is kept. */
export interface ClassificationRow {
  readonly ticketId: string
  readonly category: Category | 'unclassified'
  readonly workType: WorkType | null
  readonly decidedBy: string
  readonly confidence: number
  readonly probabilities: CategoryProbabilities
  readonly workTypeProbabilities: Readonly<Record<string, number>>
  readonly evidence: readonly unknown[]
  readonly candidates: readonly unknown[]
  readonly modelVersion: string
  readonly ruleSetVersion: number
}

/** Who decided about a ticket, and what: what its children may inherit. */
export interface DecisionBefore {
  readonly ticketId: string
  readonly decidedBy: string
  readonly workType: string | null
}

export async function readDecisions(db: Db, ticketIds: readonly string[]): Promise<DecisionBefore[]> {
  const { rows } = await (db.$client as pg.Pool).query<DecisionBefore>(
    `SELECT ticket_id AS "ticketId", decided_by AS "decidedBy", work_type AS "workType" FROM classifications WHERE ticket_id = ANY ($1::uuid[])`,
    [ticketIds],
  )
  return rows
}

/** Replaces the decisions about these tickets. A decision that stays the same is not written again. */
export async function writeClassifications(tx: Db, rows: readonly ClassificationRow[]): Promise<void> {
  if (rows.length === 0) return
  const records = rows.map((row) => ({
    ticket_id: row.ticketId,
    category: row.category,
    work_type: row.workType,
    decided_by: row.decidedBy,
    confidence: row.confidence,
    p_feature: row.probabilities.feature,
    p_strategic: row.probabilities.strategic,
    p_sustaining: row.probabilities.sustaining,
    work_type_probabilities: row.workTypeProbabilities,
    evidence: row.evidence,
    candidates: row.candidates,
    model_version: row.modelVersion,
    rule_set_version: row.ruleSetVersion,
  }))
  await (tx.$client as pg.PoolClient).query(writeSql, [JSON.stringify(records)])
}

const columns = [
  ['ticket_id', 'uuid'],
  ['category', 'text'],
  ['work_type', 'text'],
  ['decided_by', 'text'],
  ['confidence', 'real'],
  ['p_feature', 'real'],
  ['p_strategic', 'real'],
  ['p_sustaining', 'real'],
  ['work_type_probabilities', 'jsonb'],
  ['evidence', 'jsonb'],
  ['candidates', 'jsonb'],
  ['model_version', 'text'],
  ['rule_set_version', 'int'],
] as const
const names = columns.map(([name]) => name)
const values = names.filter((name) => name !== 'ticket_id')

const writeSql = `
  INSERT INTO classifications (${names.join(', ')})
  SELECT ${names.join(', ')} FROM json_to_recordset($1::json) AS r (${columns.map(([name, type]) => `${name} ${type}`).join(', ')})
  ON CONFLICT (ticket_id) DO UPDATE SET ${values.map((n) => `${n} = excluded.${n}`).join(', ')}, decided_at = now()
  WHERE (${values.map((n) => `classifications.${n}`).join(', ')}) IS DISTINCT FROM (${values.map((n) => `excluded.${n}`).join(', ')})`
