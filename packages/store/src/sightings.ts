import type { Sighting } from '@headroom/domain'
import type pg from 'pg'
import type { HintReason } from './hints.ts'
import type { Db } from './store.ts'
import { timestamp } from './timestamp.ts'

export interface SightingsToMark {
  readonly connectionId: string
  readonly sightings: readonly Sighting[]
  readonly reason: HintReason
  /** How far our clock is ahead of the tracker's. */
  readonly skewMs: number
}

/** A reading sent this soon after a change may be followed by another change of the same time: some trackers keep seconds. */
const settledMs = 2000

/**
 * Marks those of the tickets seen whose stored state does not hold: unknown ones, changed, restored, trashed, archived or
 * unarchived ones. So the cost of a wide look follows what changed. Answers how many were marked.
 */
export async function markDiffering(
  tx: Db,
  { connectionId, sightings, reason, skewMs }: SightingsToMark,
): Promise<number> {
  const seen = [...new Map(sightings.map((s) => [s.externalId, s])).values()]
  if (seen.length === 0) return 0
  const { rowCount } = await (tx.$client as pg.PoolClient).query(
    `INSERT INTO dirty_tickets (connection_id, external_id, reason)
     SELECT $1, s.id, $2
       FROM unnest($3::text[], $4::timestamptz[], $5::boolean[], $6::boolean[]) AS s (id, updated_at, archived, trashed)
       LEFT JOIN tickets t ON t.connection_id = $1 AND t.external_id = s.id
      WHERE t.id IS NULL OR s.updated_at IS NULL OR t.updated_at < s.updated_at
         OR t.fetched_at < t.updated_at + make_interval(secs => $7)
         OR (t.deleted_at IS NOT NULL) <> coalesce(s.trashed, false)
         OR (t.archived_at IS NOT NULL) <> s.archived
      ORDER BY s.id
     ON CONFLICT (connection_id, external_id) DO UPDATE SET generation = dirty_tickets.generation + 1, not_before = now(),
       reason = CASE WHEN dirty_tickets.reason = 'delete-event' THEN dirty_tickets.reason ELSE excluded.reason END`,
    [
      connectionId,
      reason,
      seen.map((s) => s.externalId),
      seen.map((s) => (s.updatedAt === null ? null : timestamp(s.updatedAt))),
      seen.map((s) => (s.archivedAt === undefined ? null : s.archivedAt !== null)),
      seen.map((s) => s.trashed ?? null),
      (settledMs + skewMs) / 1000,
    ],
  )
  return rowCount ?? 0
}

/** Marks the tickets that these worklogs belong to, to be read again. */
export async function markTicketsOfWorklogs(
  tx: Db,
  connectionId: string,
  worklogIds: readonly string[],
): Promise<void> {
  await markKnown(
    tx,
    connectionId,
    `t.id IN (SELECT w.ticket_id FROM worklogs w WHERE w.id = ANY ($2::text[]))`,
    worklogIds,
  )
}

/** Marks those of these tickets that are stored. */
export async function markKnownTickets(tx: Db, connectionId: string, externalIds: readonly string[]): Promise<void> {
  await markKnown(tx, connectionId, `t.external_id = ANY ($2::text[])`, externalIds)
}

/** Marks the tickets that are in one of these sprints. */
export async function markTicketsOfSprints(tx: Db, connectionId: string, sprintIds: readonly string[]): Promise<void> {
  await markKnown(tx, connectionId, `t.sprint_ids && $2::text[]`, sprintIds)
}

/** Marks the tickets that name one of these statuses, labels, projects, sprints or accounts, now or in their history. */
export async function markTicketsNaming(tx: Db, connectionId: string, named: readonly string[] | 'all'): Promise<void> {
  if (named === 'all') return markKnown(tx, connectionId, `$2::text[] IS NOT NULL`, [''])
  await markKnown(
    tx,
    connectionId,
    `(t.status_id = ANY ($2::text[]) OR t.project_id = ANY ($2::text[]) OR t.labels && $2::text[] OR t.sprint_ids && $2::text[]
      OR t.id IN (SELECT h.ticket_id FROM transitions h WHERE h."from" = ANY ($2::text[]) OR h."to" = ANY ($2::text[])))`,
    named,
  )
}

async function markKnown(tx: Db, connectionId: string, condition: string, values: readonly string[]): Promise<void> {
  if (values.length === 0) return
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO dirty_tickets (connection_id, external_id, reason)
     SELECT $1, t.external_id, 'poll' FROM tickets t WHERE t.connection_id = $1 AND ${condition} ORDER BY t.external_id
     ON CONFLICT (connection_id, external_id) DO UPDATE SET generation = dirty_tickets.generation + 1, not_before = now()`,
    [connectionId, values],
  )
}
