import type pg from 'pg'
import type { Db } from './store.ts'

export type Stage = 'classify' | 'measure'

export interface WorkItem {
  readonly ticketId: string
  readonly generation: number
}

/** Tickets that a stage has to do, locked for this transaction; another process takes others. */
export async function takeWork(tx: Db, stage: Stage, limit: number): Promise<WorkItem[]> {
  const { rows } = await (tx.$client as pg.PoolClient).query<{ ticket_id: string; generation: string }>(
    `SELECT ticket_id, generation FROM stage_work WHERE stage = $1 ORDER BY ticket_id LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [stage, limit],
  )
  return rows.map((r) => ({ ticketId: r.ticket_id, generation: Number(r.generation) }))
}

/** Removes what was done. Call in the transaction that took it and that holds its result. */
export async function settleWork(tx: Db, stage: Stage, done: readonly WorkItem[]): Promise<void> {
  await (tx.$client as pg.PoolClient).query(`DELETE FROM stage_work WHERE stage = $1 AND ticket_id = ANY($2::uuid[])`, [
    stage,
    done.map((w) => w.ticketId),
  ])
}

/** Gives a stage tickets to do. */
export async function addWork(tx: Db, stage: Stage, ticketIds: readonly string[]): Promise<void> {
  if (ticketIds.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO stage_work (stage, ticket_id) SELECT $1, id FROM unnest($2::uuid[]) AS w (id) ORDER BY id
     ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`,
    [stage, [...new Set(ticketIds)]],
  )
}

/** Gives a stage every ticket there is. */
export async function addAllWork(tx: Db, stage: Stage): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO stage_work (stage, ticket_id) SELECT $1, id FROM tickets
     ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`,
    [stage],
  )
}

/** Gives the measurement the tickets that somebody was active on in these days, both included. Answers how many they are. */
export async function addMeasureWorkOfDays(
  tx: Db,
  days: { readonly from: string; readonly to: string },
): Promise<number> {
  const { rowCount } = await (tx.$client as pg.PoolClient).query(
    `INSERT INTO stage_work (stage, ticket_id)
     SELECT 'measure', id FROM (
       SELECT ticket_id FROM active_spans WHERE "from" <= $2 AND "to" >= $1
       UNION SELECT ticket_id FROM effort WHERE day BETWEEN $1 AND $2) t (id)
     WHERE EXISTS (SELECT FROM tickets k WHERE k.id = t.id)
     ORDER BY id ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`,
    [days.from, days.to],
  )
  return rowCount ?? 0
}

/** How many tickets each stage has still to do; of `classify` also those still to be looked through for a new model or rules. */
export async function stageBacklog(db: Db): Promise<Record<Stage, number>> {
  const { rows } = await (db.$client as pg.Pool).query<{ stage: Stage; n: number }>(
    `SELECT stage, sum(n)::int AS n FROM (
       SELECT stage, count(*) AS n FROM stage_work GROUP BY stage
       UNION ALL
       SELECT 'classify', 1 + (SELECT count(*) FROM tickets t WHERE (t.updated_at, t.id) < (r.through_updated_at, r.through) OR r.through IS NULL) FROM rollouts r WHERE r.finished_at IS NULL) w
      GROUP BY stage`,
  )
  return { classify: 0, measure: 0, ...Object.fromEntries(rows.map((r) => [r.stage, r.n])) }
}
