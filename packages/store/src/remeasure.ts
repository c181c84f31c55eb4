import type pg from 'pg'
import type { Db } from './store.ts'

/** An account of a tracker; its id holds within its connection only. */
export interface AccountKey {
  readonly connectionId: string
  readonly accountId: string
}

/** What changed about the people or teams under a measure. */
export interface MeasureChange {
  /** All tickets of these connections. */
  readonly connectionIds?: readonly string[]
  /** All tickets that these people were ever active on. */
  readonly personIds?: readonly string[]
  /** All tickets that these accounts were ever assigned to, changed, wrote on or logged work on. */
  readonly accounts?: readonly AccountKey[]
}

/** Gives the measurement every ticket whose effort, or whose team, a change may touch. */
export async function addMeasureWork(
  tx: Db,
  { connectionIds = [], personIds = [], accounts = [] }: MeasureChange,
): Promise<void> {
  const client = tx.$client as pg.PoolClient
  if (connectionIds.length + personIds.length > 0) {
    await client.query(
      addSql(`SELECT id FROM tickets WHERE connection_id = ANY ($1::uuid[])
       UNION SELECT ticket_id FROM active_spans WHERE person_id = ANY ($2::uuid[])
       UNION SELECT ticket_id FROM effort WHERE person_id = ANY ($2::uuid[])`),
      [connectionIds, personIds],
    )
  }
  if (accounts.length > 0) {
    // Reads the histories whole: they have no index by account, since this is asked a few times a year.
    const of = (table: string, account: string) =>
      `SELECT h.ticket_id FROM ${table} h JOIN tickets t ON t.id = h.ticket_id
         JOIN wanted w ON w.connection_id = t.connection_id AND w.account_id = ${account}`
    const assigned = (side: string) => `${of('transitions', `h."${side}"`)} WHERE h.field = 'assignee'`
    await client.query(
      addSql(
        `SELECT t.id FROM tickets t JOIN wanted w ON w.connection_id = t.connection_id AND w.account_id = t.assignee_account_id
         UNION ${assigned('from')} UNION ${assigned('to')}
         UNION ${of('transitions', 'h.author_account_id')}
         UNION ${of('activities', 'h.author_account_id')}
         UNION ${of('worklogs', 'h.author_account_id')}`,
        `WITH wanted (connection_id, account_id) AS (SELECT * FROM unnest($1::uuid[], $2::text[]))`,
      ),
      [accounts.map((a) => a.connectionId), accounts.map((a) => a.accountId)],
    )
  }
}

function addSql(tickets: string, before = ''): string {
  return `${before} INSERT INTO stage_work (stage, ticket_id)
     SELECT 'measure', id FROM (${tickets}) t (id)
     WHERE EXISTS (SELECT FROM tickets k WHERE k.id = t.id)
     ORDER BY id ON CONFLICT (stage, ticket_id) DO UPDATE SET generation = stage_work.generation + 1`
}
