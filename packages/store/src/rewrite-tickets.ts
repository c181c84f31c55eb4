import type { TrackerTicket } from '@headroom/domain'
import type pg from 'pg'
import type { KeptPayload } from './raw-payloads.ts'
import type { Db } from './store.ts'
import { leaveWork, toRow, writeKeys, writeRows } from './write-tickets.ts'

/** A ticket as its kept payload says it. */
export interface KeptTicket extends KeptPayload {
  readonly ticket: TrackerTicket
  /** The keys that earlier payloads named. */
  readonly earlier: readonly Pick<TrackerTicket, 'key' | 'previousKeys'>[]
}

/**
 * Writes tickets, histories and keys anew from what is kept of them, whether or not the store still has them, by the rules of
 * a reading. Only those that say something else than before are left to the later stages. Answers how many those are.
 *
 * Call it in the transaction that read the payloads after {@link lockTickets}, so that no reading comes between.
 */
export async function rewriteTickets(tx: Db, connectionId: string, kept: readonly KeptTicket[]): Promise<number> {
  if (kept.length === 0) return 0
  const client = tx.$client as pg.PoolClient
  const rows = kept.map(({ ticket, payload, fetchedAt, gone }) => {
    const row = toRow({ connectionId, fetchedAt }, { ticket, raw: payload })
    // A ticket found gone has no content that a later sight could equal, and was looked at then.
    return gone?.readAt != null ? { ...row, gone, contentHash: '', fetchedAt: gone.readAt } : { ...row, gone }
  })
  const ids = rows.map((row) => row.id)
  const before = await readHashes(client, ids)
  await writeRows(client, connectionId, rows, ids)
  await writeKeys(
    client,
    connectionId,
    kept.flatMap(({ ticketId, earlier }) => earlier.map((ticket) => ({ id: ticketId, ticket }))),
  )
  const changed = rows.filter((row) => before.get(row.id) !== row.contentHash)
  if (changed.length > 0) await leaveWork(client, connectionId, changed)
  return changed.length
}

async function readHashes(client: pg.PoolClient, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await client.query<{ id: string; hash: string }>(
    `SELECT id, content_hash AS hash FROM tickets WHERE id = ANY ($1::uuid[]) FOR UPDATE`,
    [ids],
  )
  return new Map(rows.map((r) => [r.id, r.hash]))
}
