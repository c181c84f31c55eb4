import type { Store } from '@headroom/store'

/** Tables in which a time is about our own work, not about the tracker's tickets. */
const operational = [
  'dirty_tickets',
  'runs',
  'sync_cursors',
  'connection_leases',
  'missing_tickets',
  'credential_paces',
  'webhook_inbox',
]

/** Lets time pass in the database: its clock can't be moved, so what it has noted of a connection is moved back. */
export async function age(store: Store, connectionId: string, ms: number): Promise<void> {
  const { rows } = await store.pool.query<{ table: string; columns: string[] }>(
    `SELECT t.table_name AS table, array_agg(c.column_name::text) AS columns
       FROM information_schema.columns c JOIN information_schema.columns t USING (table_schema, table_name)
      WHERE t.table_schema = 'public' AND t.table_name = ANY ($1) AND t.column_name = 'connection_id' AND c.data_type LIKE 'timestamp%'
      GROUP BY 1`,
    [operational],
  )
  for (const { table, columns } of rows) {
    const earlier = columns.map((column) => `"${column}" = "${column}" - make_interval(secs => $2)`)
    await store.pool.query(`UPDATE "${table}" SET ${earlier.join(', ')} WHERE connection_id = $1`, [
      connectionId,
      ms / 1000,
    ])
  }
}
