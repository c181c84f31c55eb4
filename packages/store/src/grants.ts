import { sql } from './drizzle.ts'
import type { Db } from './store.ts'

/**
 * The sealed credentials of a connection, which nobody else changes until the transaction ends; null when it is gone.
 * Webhook deliveries and tickets, which only refer to the connection, are not held up.
 */
export async function lockCredentials(tx: Db, connectionId: string): Promise<string | null> {
  const { rows } = await tx.execute<{ sealed: string }>(
    sql`SELECT sealed_credentials AS sealed FROM connections WHERE id = ${connectionId} FOR NO KEY UPDATE`,
  )
  return rows[0]?.sealed ?? null
}

/** The same of a trial: its sealed request. */
export async function lockConnectionTest(tx: Db, id: string): Promise<string | null> {
  const { rows } = await tx.execute<{ sealed: string }>(
    sql`SELECT sealed_request AS sealed FROM connection_tests WHERE id = ${id} FOR UPDATE`,
  )
  return rows[0]?.sealed ?? null
}

/** Keeps what a trial has made of its credentials. */
export async function replaceConnectionTest(tx: Db, id: string, sealedRequest: string): Promise<void> {
  await tx.execute(sql`UPDATE connection_tests SET sealed_request = ${sealedRequest} WHERE id = ${id}`)
}

/** The sealed request of a trial as it is now; null when it is gone. */
export async function readConnectionTestRequest(db: Db, id: string): Promise<string | null> {
  const { rows } = await db.execute<{ sealed: string }>(
    sql`SELECT sealed_request AS sealed FROM connection_tests WHERE id = ${id}`,
  )
  return rows[0]?.sealed ?? null
}
