import type pg from 'pg'
import type { Db } from './store.ts'

/** The rules that are being edited. */
export interface RuleDraft {
  /** Rises with every change; 0 before the first. */
  readonly revision: number
  /** The published version that it began from; 0 without one. */
  readonly basedOn: number
  readonly rules: unknown
  readonly updatedAt: Date | null
  readonly updatedBy: string | null
}

/** A published rule set, which never changes. */
export interface RuleSetVersion {
  readonly version: number
  /** The version whose draft it was, or which it repeats. */
  readonly basedOn: number | null
  readonly note: string | null
  readonly rules: unknown
  readonly publishedAt: Date
  readonly publishedBy: string
}

const versionColumns = `version, based_on AS "basedOn", note, rules, published_at AS "publishedAt", published_by AS "publishedBy"`

/** The rule set in force; version 0 without rules until one is published. */
export async function readPublishedRules(db: Db): Promise<{ version: number; rules: unknown }> {
  const { rows } = await (db.$client as pg.Pool).query<{ version: number; rules: unknown }>(
    `SELECT version, rules FROM rule_sets WHERE published_at IS NOT NULL ORDER BY version DESC LIMIT 1`,
  )
  return rows[0] ?? { version: 0, rules: [] }
}

/** Published versions, newest first. */
export async function listRuleSetVersions(
  db: Db,
  page: { readonly limit: number; readonly before: number | null },
): Promise<RuleSetVersion[]> {
  const { rows } = await (db.$client as pg.Pool).query<RuleSetVersion>(
    `SELECT ${versionColumns} FROM rule_sets WHERE published_at IS NOT NULL AND ($2::int IS NULL OR version < $2)
      ORDER BY version DESC LIMIT $1`,
    [page.limit, page.before],
  )
  return rows
}

/** Published versions by number. */
export async function findRuleSets(db: Db, versions: readonly number[]): Promise<RuleSetVersion[]> {
  const { rows } = await (db.$client as pg.Pool).query<RuleSetVersion>(
    `SELECT ${versionColumns} FROM rule_sets WHERE published_at IS NOT NULL AND version = ANY ($1::int[]) ORDER BY version`,
    [versions],
  )
  return rows
}

/** The draft; before anybody edited one, the rules in force. */
export async function readRuleDraft(db: Db): Promise<RuleDraft> {
  const { rows } = await (db.$client as pg.Pool).query<RuleDraft>(
    `SELECT revision, coalesce(based_on, 0) AS "basedOn", rules, updated_at AS "updatedAt", updated_by AS "updatedBy"
       FROM rule_sets WHERE version = 0`,
  )
  if (rows[0]) return rows[0]
  const { version, rules } = await readPublishedRules(db)
  return { revision: 0, basedOn: version, rules, updatedAt: null, updatedBy: null }
}

/** Somebody else changed the draft since it was read at `revision`. */
export interface DraftChanged {
  readonly kind: 'changed'
  readonly revision: number
}

/** Replaces the draft, unless it is at another revision than expected. Rules must have been checked. */
export async function writeRuleDraft(
  tx: Db,
  args: { readonly rules: unknown; readonly actor: string; readonly expected: number | null },
): Promise<{ readonly kind: 'written' } | DraftChanged> {
  const draft = await lockDraft(tx)
  if (args.expected !== null && args.expected !== draft.revision) return { kind: 'changed', revision: draft.revision }
  await putDraft(tx, { rules: args.rules, actor: args.actor, revision: draft.revision + 1, basedOn: draft.basedOn })
  return { kind: 'written' }
}

export type PublishResult =
  | { readonly kind: 'published'; readonly version: number }
  /** What is in force says the same already. */
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'unknown-version' }
  | DraftChanged

/**
 * Makes a new version out of the draft, or out of an older version (`repeat`), and has the tickets looked through for what
 * it changes. A version is never altered afterwards; going back is publishing an older one again.
 */
export async function publishRules(
  tx: Db,
  args: {
    readonly actor: string
    readonly note: string | null
    readonly expected: number | null
    readonly repeat: number | null
  },
): Promise<PublishResult> {
  const client = tx.$client as pg.PoolClient
  const draft = await lockDraft(tx)
  if (args.expected !== null && args.expected !== draft.revision) return { kind: 'changed', revision: draft.revision }
  const [older] = args.repeat === null ? [] : await findRuleSets(tx, [args.repeat])
  if (args.repeat !== null && !older) return { kind: 'unknown-version' }
  const rules = older ? older.rules : draft.rules
  const { rows } = await client.query<{ version: number; same: boolean }>(
    `SELECT version, rules = $1::jsonb AS same FROM rule_sets WHERE published_at IS NOT NULL ORDER BY version DESC LIMIT 1`,
    [JSON.stringify(rules)],
  )
  const [current] = rows
  if (current?.same) return { kind: 'unchanged', version: current.version }
  const version = (current?.version ?? 0) + 1
  await client.query(
    `INSERT INTO rule_sets (version, rules, revision, based_on, note, updated_by, published_at, published_by)
     VALUES ($1, $2, $3, $4, $5, $6, now(), $6)`,
    [version, JSON.stringify(rules), draft.revision, older?.version ?? draft.basedOn, args.note, args.actor],
  )
  // Going back leaves what is being edited as it is.
  if (!older) await putDraft(tx, { rules, actor: args.actor, revision: draft.revision + 1, basedOn: version })
  await client.query(
    `UPDATE rollouts SET rule_set_version = $1, through = NULL, through_updated_at = NULL, started_at = now(), finished_at = NULL WHERE id = 1`,
    [version],
  )
  return { kind: 'published', version }
}

/** One editor at a time; a draft that is not there yet has no row to wait for. */
async function lockDraft(tx: Db): Promise<RuleDraft> {
  await (tx.$client as pg.PoolClient).query(`SELECT pg_advisory_xact_lock(hashtextextended('headroom.rules', 0))`)
  return readRuleDraft(tx)
}

async function putDraft(
  tx: Db,
  draft: { readonly rules: unknown; readonly actor: string; readonly revision: number; readonly basedOn: number },
): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `INSERT INTO rule_sets (version, rules, revision, based_on, updated_by) VALUES (0, $1, $2, $3, $4)
     ON CONFLICT (version) DO UPDATE SET rules = excluded.rules, revision = excluded.revision, based_on = excluded.based_on,
       updated_by = excluded.updated_by, updated_at = now()`,
    [JSON.stringify(draft.rules), draft.revision, draft.basedOn, draft.actor],
  )
}
