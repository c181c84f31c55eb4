import type { TrackerKind } from '@headroom/domain'
import { asc, eq, sql } from './drizzle.ts'
import { connections, syncCursors, trackerReferences, webhookSecrets } from './schema/connections.ts'
import type { Db } from './store.ts'

export const connectionStates = ['new', 'ok', 'syncing', 'stale', 'unauthorized', 'error'] as const
export type ConnectionState = (typeof connectionStates)[number]

export interface Connection {
  readonly id: string
  readonly kind: TrackerKind
  readonly name: string
  readonly baseUrl: string
  readonly sealedCredentials: string
  readonly scope: { readonly projects?: readonly string[]; readonly teams?: readonly string[] }
  readonly state: ConnectionState
  /** One line: what is wrong and what to do. */
  readonly problem: string | null
  readonly lastSyncedAt: Date | null
  /** When something was last stored of it. */
  readonly advancedAt: Date | null
  readonly createdAt: Date
}

export type NewConnection = Pick<Connection, 'id' | 'kind' | 'name' | 'baseUrl' | 'sealedCredentials' | 'scope'>

/** False when the name is taken. */
export async function insertConnection(db: Db, connection: NewConnection): Promise<boolean> {
  const rows = await db.insert(connections).values(connection).onConflictDoNothing().returning({ id: connections.id })
  return rows.length > 0
}

export async function listConnections(db: Db): Promise<Connection[]> {
  return (await db.select().from(connections).orderBy(asc(connections.createdAt), asc(connections.id))) as Connection[]
}

export async function findConnection(db: Db, id: string): Promise<Connection | null> {
  const [row] = await db.select().from(connections).where(eq(connections.id, id))
  return (row as Connection | undefined) ?? null
}

export async function updateConnection(
  db: Db,
  id: string,
  changes: Partial<
    Pick<Connection, 'name' | 'baseUrl' | 'sealedCredentials' | 'scope' | 'state' | 'problem' | 'lastSyncedAt'>
  >,
): Promise<void> {
  if (Object.keys(changes).length > 0) await db.update(connections).set(changes).where(eq(connections.id, id))
}

/** Notes that something of a connection was stored. Call in the transaction that stored it. */
export async function noteAdvance(tx: Db, id: string, at: Date): Promise<void> {
  await tx.update(connections).set({ advancedAt: at }).where(eq(connections.id, id))
}

/** Removes a connection and everything that came by it. False when there was none. */
export async function deleteConnection(db: Db, id: string): Promise<boolean> {
  await db.execute(sql`DELETE FROM stage_work WHERE ticket_id IN (SELECT id FROM tickets WHERE connection_id = ${id})`)
  await db.execute(sql`DELETE FROM effort WHERE ticket_id IN (SELECT id FROM tickets WHERE connection_id = ${id})`)
  const rows = await db.delete(connections).where(eq(connections.id, id)).returning({ id: connections.id })
  return rows.length > 0
}

export interface WebhookSecretRow {
  readonly connectionId: string
  readonly kind: TrackerKind
  readonly sealedSecrets: string
  readonly urlToken: string
}

/** All that the public edge may know of a connection. */
export async function findWebhookSecrets(db: Db, connectionId: string): Promise<WebhookSecretRow | null> {
  const [row] = await db.select().from(webhookSecrets).where(eq(webhookSecrets.connectionId, connectionId))
  return (row as WebhookSecretRow | undefined) ?? null
}

export async function putWebhookSecrets(db: Db, row: WebhookSecretRow): Promise<void> {
  await db
    .insert(webhookSecrets)
    .values(row)
    .onConflictDoUpdate({
      target: webhookSecrets.connectionId,
      set: { sealedSecrets: row.sealedSecrets, urlToken: row.urlToken },
    })
}

/** What converting payloads of a connection needs, as last read; null before the first run. */
export async function readTrackerReferences(db: Db, connectionId: string): Promise<Record<string, unknown> | null> {
  const [row] = await db.select().from(trackerReferences).where(eq(trackerReferences.connectionId, connectionId))
  return (row?.data as Record<string, unknown> | undefined) ?? null
}

export async function writeTrackerReferences(db: Db, connectionId: string, data: object, readAt: Date): Promise<void> {
  await db
    .insert(trackerReferences)
    .values({ connectionId, data, readAt })
    .onConflictDoUpdate({ target: trackerReferences.connectionId, set: { data, readAt } })
}

/** When that was read; null before the first run. */
export async function readReferencesAge(db: Db, connectionId: string): Promise<Date | null> {
  const [row] = await db
    .select({ readAt: trackerReferences.readAt })
    .from(trackerReferences)
    .where(eq(trackerReferences.connectionId, connectionId))
  return row?.readAt ?? null
}

/** Something in it has changed: the next run reads it again, however recent it is. */
export async function outdateReferences(tx: Db, connectionId: string): Promise<void> {
  await tx
    .update(trackerReferences)
    .set({ readAt: new Date(0) })
    .where(eq(trackerReferences.connectionId, connectionId))
}

/** Where a walk goes on; null at its beginning. */
export async function readCursor(
  db: Db,
  connectionId: string,
  stream: string,
): Promise<Record<string, unknown> | null> {
  const rows = await db.execute<{ cursor: Record<string, unknown> }>(
    sql`SELECT cursor FROM sync_cursors WHERE connection_id = ${connectionId} AND stream = ${stream}`,
  )
  return rows.rows[0]?.cursor ?? null
}

/** Call in the transaction that stored what lies before the cursor. */
export async function writeCursor(tx: Db, connectionId: string, stream: string, cursor: object | null): Promise<void> {
  if (cursor === null) {
    await tx.execute(sql`DELETE FROM sync_cursors WHERE connection_id = ${connectionId} AND stream = ${stream}`)
    return
  }
  await tx
    .insert(syncCursors)
    .values({ connectionId, stream, cursor })
    .onConflictDoUpdate({
      target: [syncCursors.connectionId, syncCursors.stream],
      set: { cursor, updatedAt: sql`now()` },
    })
}
