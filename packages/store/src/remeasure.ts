import type pg from 'pg'
import type { Db } from './store.ts'

/** What changed about the people or teams under a measure. */
export interface MeasureChange {
  /** All tickets of these connections. */
  readonly connectionIds?: readonly string[]
  /** All tickets that these people were ever active on. */
  readonly personIds?: readonly string[]
}

/** Gives the measurement every ticket whose effort, or whose team, a change may touch. */
export async function addMeasureWork(tx: Db, { connectionIds = [], personIds = [] }: MeasureChange): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO stage_work (stage, ticket_id)
     SELECT 'measure', id FROM (
       SELECT id FROM tickets WHERE connection_id = ANY ($1::uuid[])
       UNION SELECT ticket_id FROM active_spans WHERE person_id = ANY ($2::uuid[])
       UNION SELECT ticket_id FROM effort WHERE person_id = ANY ($2::uuid[])) t (id)
     WHERE EXISTS (SELECT FROM tickets k WHERE k.id = t.id)
     ORDER BY id ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`,
    [connectionIds, personIds],
  )
}
