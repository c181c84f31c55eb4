import type { WorkType } from '@headroom/domain'
import type pg from 'pg'
import { saidUnlabelled } from './audits.ts'
import { sql } from './drizzle.ts'
import { addWork } from './stage-work.ts'
import type { Db } from './store.ts'

/**
 * Sets what a person decided about a ticket, in place of an earlier decision, which is kept as undone. `auditId`: the
 * audit whose label it is. What was said until now is kept with it.
 */
export async function setOverride(
  tx: Db,
  override: { ticketId: string; workType: WorkType; note: string | null; actor: string; auditId?: string },
): Promise<void> {
  // One after the other: of two judgements at once the later one holds.
  await tx.execute(sql`SELECT FROM tickets WHERE id = ${override.ticketId} FOR UPDATE`)
  await undoOverride(tx, override)
  await tx.execute(
    sql`INSERT INTO overrides (ticket_id, work_type, note, actor, audit_id, created_at, before)
        SELECT ${override.ticketId}, ${override.workType}, ${override.note}, ${override.actor}, ${override.auditId ?? null}::uuid, clock_timestamp(),
               (SELECT ${sql.raw(saidUnlabelled('c.ticket_id'))} FROM classifications c WHERE c.ticket_id = ${override.ticketId})`,
  )
}

/** Takes a person's decision back. False when there was none. */
export async function undoOverride(tx: Db, args: { ticketId: string; actor: string }): Promise<boolean> {
  const { rowCount } = await tx.execute(
    sql`UPDATE overrides SET undone_at = now(), undone_by = ${args.actor} WHERE ticket_id = ${args.ticketId} AND undone_at IS NULL`,
  )
  await addWork(tx, 'classify', [args.ticketId])
  return (rowCount ?? 0) > 0
}

/** Those of these tickets that a person has decided about. */
export async function readOverriddenIds(db: Db, ticketIds: readonly string[]): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT ticket_id AS id FROM overrides WHERE undone_at IS NULL AND ticket_id = ANY ($1::uuid[])`,
    [ticketIds],
  )
  return rows.map((row) => row.id)
}
