import type pg from 'pg'
import type { Db } from './store.ts'

/** The model and rule set that every ticket is to be decided with. */
export interface RolloutTarget {
  readonly modelVersion: string
  readonly ruleSetVersion: number
}

/** How far the tickets have been looked through for what a new model or rule set changes. */
export interface Rollout extends RolloutTarget {
  /** Those up to this id have been looked through; null at the beginning. */
  readonly through: string | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

const columns = `model_version AS "modelVersion", rule_set_version AS "ruleSetVersion", through, started_at AS "startedAt", finished_at AS "finishedAt"`

/**
 * Begins to look through all tickets, when the model or the rules are others than before or a ticket was decided with
 * another model. One that is under way to the same goal goes on. Answers whether there is something to do.
 */
export async function beginRollout(tx: Db, target: RolloutTarget): Promise<boolean> {
  const client = tx.$client as pg.PoolClient
  const { rows } = await client.query<Rollout>(`SELECT ${columns} FROM rollouts WHERE id = 1 FOR UPDATE`)
  const [current] = rows
  const isSame = current?.modelVersion === target.modelVersion && current.ruleSetVersion === target.ruleSetVersion
  if (isSame && !current.finishedAt) return true
  if (isSame && !(await anyDecidedOtherwise(client, target.modelVersion))) return false
  await client.query(
    `INSERT INTO rollouts (id, model_version, rule_set_version) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET model_version = $1, rule_set_version = $2, through = NULL, started_at = now(), finished_at = NULL`,
    [target.modelVersion, target.ruleSetVersion],
  )
  return true
}

async function anyDecidedOtherwise(client: pg.PoolClient, modelVersion: string): Promise<boolean> {
  const { rows } = await client.query<{ any: boolean }>(
    `SELECT EXISTS (SELECT FROM classifications WHERE model_version <> $1)
         OR EXISTS (SELECT FROM tickets t WHERE NOT EXISTS (SELECT FROM classifications c WHERE c.ticket_id = t.id)
                       AND NOT EXISTS (SELECT FROM stage_work w WHERE w.stage = 'classify' AND w.ticket_id = t.id)) AS any`,
    [modelVersion],
  )
  return rows[0]?.any ?? false
}

/** The one under way, locked for this transaction; null when there is none or another process has it. */
export async function takeRollout(tx: Db): Promise<Rollout | null> {
  const { rows } = await (tx.$client as pg.PoolClient).query<Rollout>(
    `SELECT ${columns} FROM rollouts WHERE id = 1 AND finished_at IS NULL FOR UPDATE SKIP LOCKED`,
  )
  return rows[0] ?? null
}

export async function readRollout(db: Db): Promise<Rollout | null> {
  const { rows } = await (db.$client as pg.Pool).query<Rollout>(`SELECT ${columns} FROM rollouts WHERE id = 1`)
  return rows[0] ?? null
}

/** Notes that the tickets up to this id have been looked through; null: all. */
export async function moveRollout(tx: Db, through: string | null): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `UPDATE rollouts SET through = coalesce($1, through), finished_at = CASE WHEN $1::uuid IS NULL THEN now() END WHERE id = 1`,
    [through],
  )
}

/** With what a ticket was decided; nulls before its first decision. */
export interface DecidedWith {
  readonly ticketId: string
  readonly modelVersion: string | null
  readonly ruleSetVersion: number | null
}

/** The next tickets by id, with what they were decided. */
export async function readDecidedWith(
  db: Db,
  page: { readonly after: string | null; readonly limit: number },
): Promise<DecidedWith[]> {
  const { rows } = await (db.$client as pg.Pool).query<DecidedWith>(
    `SELECT t.id AS "ticketId", c.model_version AS "modelVersion", c.rule_set_version AS "ruleSetVersion"
       FROM tickets t LEFT JOIN classifications c ON c.ticket_id = t.id
      WHERE t.id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') ORDER BY t.id LIMIT $2`,
    [page.after, page.limit],
  )
  return rows
}
