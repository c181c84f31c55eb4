import type pg from 'pg'
import type { Db } from './store.ts'

/** Who did, or read, what. */
export interface AuditEntry {
  /** The API key's id, or the name of the command that acted. */
  readonly actor: string
  /** Such as `connection.create`. */
  readonly action: string
  /** Id of what it was done to. */
  readonly target: string
  /** Never a secret. */
  readonly detail?: object
}

/** Notes an action; in the transaction of the change, so that there is none without the other. */
export async function writeAudit(db: Db, entry: AuditEntry): Promise<void> {
  await (db.$client as pg.Pool).query(`INSERT INTO audit_log (actor, action, target, detail) VALUES ($1, $2, $3, $4)`, [
    entry.actor,
    entry.action,
    entry.target,
    entry.detail ? JSON.stringify(entry.detail) : null,
  ])
}
