import type pg from 'pg'
import type { Db } from './store.ts'

/** The model and rule set that every ticket is to be decided with. */
export interface RolloutTarget {
  readonly modelVersion: string
  readonly ruleSetVersion: number
}

/** Place of a ticket in the order of a walk: the last updated come first, since their periods are still looked at. */
export interface RolloutPlace {
  readonly updatedAt: Date
  readonly ticketId: string
}

/** How far the tickets have been looked through for what a new model or rule set changes. */
export interface Rollout extends RolloutTarget {
  /** Those down to this place have been looked through, the last updated first; null at the beginning. */
  readonly through: RolloutPlace | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

const columns = `model_version AS "modelVersion", rule_set_version AS "ruleSetVersion", through AS "ticketId", through_updated_at AS "updatedAt", started_at AS "startedAt", finished_at AS "finishedAt"`

/**
 * Begins to look through all tickets, when the model or the rules are others than before or a ticket was decided with
 * another model. One that is under way to the same goal goes on. Answers whether there is something to do.
 */
export async function beginRollout(tx: Db, target: RolloutTarget): Promise<boolean> {
  const client = tx.$client as pg.PoolClient
  const { rows } = await client.query<RolloutRow>(`SELECT ${columns} FROM rollouts WHERE id = 1 FOR UPDATE`)
  const current = toRollout(rows[0])
  const isSame = current?.modelVersion === target.modelVersion && current.ruleSetVersion === target.ruleSetVersion
  if (isSame && !current.finishedAt) return true
  if (isSame && !(await anyDecidedOtherwise(client, target.modelVersion))) return false
  await client.query(
    `INSERT INTO rollouts (id, model_version, rule_set_version) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET model_version = $1, rule_set_version = $2, through = NULL, through_updated_at = NULL, started_at = now(), finished_at = NULL`,
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
  const { rows } = await (tx.$client as pg.PoolClient).query<RolloutRow>(
    `SELECT ${columns} FROM rollouts WHERE id = 1 AND finished_at IS NULL FOR UPDATE SKIP LOCKED`,
  )
  return toRollout(rows[0])
}

export async function readRollout(db: Db): Promise<Rollout | null> {
  const { rows } = await (db.$client as pg.Pool).query<RolloutRow>(`SELECT ${columns} FROM rollouts WHERE id = 1`)
  return toRollout(rows[0])
}

type RolloutRow = Omit<Rollout, 'through'> & { readonly ticketId: string | null; readonly updatedAt: Date | null }

function toRollout(row: RolloutRow | undefined): Rollout | null {
  if (!row) return null
  const { ticketId, updatedAt, ...rollout } = row
  return { ...rollout, through: ticketId !== null && updatedAt !== null ? { ticketId, updatedAt } : null }
}

/** Notes that the tickets down to this place have been looked through; null: all. */
export async function moveRollout(tx: Db, through: RolloutPlace | null): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `UPDATE rollouts SET through = coalesce($1, through), through_updated_at = coalesce($2, through_updated_at),
            finished_at = CASE WHEN $1::uuid IS NULL THEN now() END WHERE id = 1`,
    [through?.ticketId ?? null, through?.updatedAt ?? null],
  )
}

/** With what a ticket was decided; nulls before its first decision. */
export interface DecidedWith {
  readonly ticketId: string
  readonly updatedAt: Date
  readonly modelVersion: string | null
  readonly ruleSetVersion: number | null
}

/**
 * The next tickets of a walk, with what they were decided. One that is updated during the walk leaves its place, and is
 * decided again by that update.
 */
export async function readDecidedWith(
  db: Db,
  page: { readonly after: RolloutPlace | null; readonly limit: number },
): Promise<DecidedWith[]> {
  const { after, limit } = page
  const { rows } = await (db.$client as pg.Pool).query<DecidedWith>(
    `SELECT t.id AS "ticketId", t.updated_at AS "updatedAt", c.model_version AS "modelVersion", c.rule_set_version AS "ruleSetVersion"
       FROM tickets t LEFT JOIN classifications c ON c.ticket_id = t.id
      ${after ? 'WHERE (t.updated_at, t.id) < ($2::timestamptz, $3::uuid)' : ''} ORDER BY t.updated_at DESC, t.id DESC LIMIT $1`,
    after ? [limit, after.updatedAt, after.ticketId] : [limit],
  )
  return rows
}
