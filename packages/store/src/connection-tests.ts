import type { TrackerKind } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** Credentials to be tried out before they are kept. */
export interface ConnectionTest {
  readonly id: string
  readonly kind: TrackerKind
  readonly baseUrl: string
  /** JSON `{ credentials, scope }`, sealed with the test's id as its context. */
  readonly sealedRequest: string
}

/** What the tracker said. `problem` is one line with the remedy. */
export type ConnectionTestResult =
  | { readonly ok: true; readonly accountName: string }
  | { readonly ok: false; readonly code: string; readonly problem: string }

export async function insertConnectionTest(db: Db, test: ConnectionTest): Promise<void> {
  await (db.$client as pg.Pool).query(
    `INSERT INTO connection_tests (id, kind, base_url, sealed_request) VALUES ($1, $2, $3, $4)`,
    [test.id, test.kind, test.baseUrl, test.sealedRequest],
  )
}

/** Null when it was answered or given up. */
export async function findConnectionTest(db: Db, id: string): Promise<ConnectionTest | null> {
  const { rows } = await (db.$client as pg.Pool).query<ConnectionTest>(
    `SELECT id, kind, base_url AS "baseUrl", sealed_request AS "sealedRequest" FROM connection_tests WHERE id = $1 AND result IS NULL`,
    [id],
  )
  return rows[0] ?? null
}

export async function writeConnectionTestResult(db: Db, id: string, result: ConnectionTestResult): Promise<void> {
  await (db.$client as pg.Pool).query(`UPDATE connection_tests SET result = $2 WHERE id = $1`, [
    id,
    JSON.stringify(result),
  ])
}

/** Null as long as nobody has tried. */
export async function readConnectionTestResult(db: Db, id: string): Promise<ConnectionTestResult | null> {
  const { rows } = await (db.$client as pg.Pool).query<{ result: ConnectionTestResult | null }>(
    `SELECT result FROM connection_tests WHERE id = $1`,
    [id],
  )
  return rows[0]?.result ?? null
}

/** Removes a test, and those that a process left behind. */
export async function deleteConnectionTest(db: Db, id: string): Promise<void> {
  await (db.$client as pg.Pool).query(
    `DELETE FROM connection_tests WHERE id = $1 OR created_at < now() - interval '1 hour'`,
    [id],
  )
}
