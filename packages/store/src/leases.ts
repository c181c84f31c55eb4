import type pg from 'pg'
import type { Db } from './store.ts'

export interface Lease {
  readonly connectionId: string
  /** Who walks: different for each try. */
  readonly holder: string
  readonly seconds: number
}

/** Becomes the one who walks over a connection's tracker. False while somebody else does whose time is not up. */
export async function takeLease(db: Db, { connectionId, holder, seconds }: Lease): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `INSERT INTO connection_leases (connection_id, holder, until) VALUES ($1, $2, now() + make_interval(secs => $3))
     ON CONFLICT (connection_id) DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE connection_leases.until <= now() OR connection_leases.holder = excluded.holder`,
    [connectionId, holder, seconds],
  )
  return rowCount === 1
}

/** Stays the one who walks. False when somebody else has taken over. */
export async function keepLease(db: Db, { connectionId, holder, seconds }: Lease): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `UPDATE connection_leases SET until = now() + make_interval(secs => $3) WHERE connection_id = $1 AND holder = $2`,
    [connectionId, holder, seconds],
  )
  return rowCount === 1
}

export async function releaseLease(db: Db, { connectionId, holder }: Lease): Promise<void> {
  await (db.$client as pg.Pool).query(`DELETE FROM connection_leases WHERE connection_id = $1 AND holder = $2`, [
    connectionId,
    holder,
  ])
}
