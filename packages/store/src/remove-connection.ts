import type pg from 'pg'
import { deleteConnection } from './connections.ts'
import { addMeasureWork } from './remeasure.ts'
import type { Db } from './store.ts'

/**
 * Removes a connection with everything that came by it. The days of its people are shared out anew among their tickets
 * elsewhere; people whom no other connection knows leave the capacity. False when there was none.
 */
export async function removeConnection(tx: Db, id: string): Promise<boolean> {
  const client = tx.$client as pg.PoolClient
  const { rows } = await client.query<{ id: string; elsewhere: boolean }>(
    `SELECT a.person_id AS id, bool_or(EXISTS (SELECT FROM accounts o WHERE o.person_id = a.person_id AND o.connection_id <> $1)) AS elsewhere
       FROM accounts a WHERE a.connection_id = $1 GROUP BY 1`,
    [id],
  )
  await client.query(`DELETE FROM active_spans WHERE ticket_id IN (SELECT id FROM tickets WHERE connection_id = $1)`, [
    id,
  ])
  const removed = await deleteConnection(tx, id)
  const idsOf = (elsewhere: boolean) => rows.filter((r) => r.elsewhere === elsewhere).map((r) => r.id)
  await client.query(`DELETE FROM person_days WHERE person_id = ANY ($1::uuid[])`, [idsOf(false)])
  await addMeasureWork(tx, { personIds: idsOf(true) })
  return removed
}
