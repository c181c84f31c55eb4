import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Db } from './store.ts'

export const apiScopes = ['read', 'write', 'admin', 'people'] as const
/** What a key may do. `admin` includes `write`, `write` includes `read`; `people` stands for itself. */
export type ApiScope = (typeof apiScopes)[number]

/** A key as it is kept: never the key itself. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly ApiScope[]
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

const columns = `id, name, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`

/** Makes a key of 256 random bits. This is the only time that it can be seen. */
export async function createApiKey(
  db: Db,
  args: { readonly name: string; readonly scopes: readonly ApiScope[] },
): Promise<{ readonly id: string; readonly key: string }> {
  const key = `hr_${randomBytes(32).toString('base64url')}`
  const id = randomUUID()
  await (db.$client as pg.Pool).query(`INSERT INTO api_keys (id, name, hash, scopes) VALUES ($1, $2, $3, $4)`, [
    id,
    args.name,
    hashOf(key),
    args.scopes,
  ])
  return { id, key }
}

/** Name under which the key from the environment is listed. */
const adminName = 'HEADROOM_ADMIN_KEY'

/** Lets the key from the environment in, with every scope, and revokes the one that it replaces. */
export async function putAdminKey(db: Db, key: string): Promise<void> {
  const client = db.$client as pg.Pool
  await client.query(
    `INSERT INTO api_keys (id, name, hash, scopes) VALUES ($1, $2, $3, $4)
     ON CONFLICT (hash) DO UPDATE SET name = excluded.name, scopes = excluded.scopes, revoked_at = NULL`,
    [randomUUID(), adminName, hashOf(key), apiScopes],
  )
  await client.query(`UPDATE api_keys SET revoked_at = now() WHERE name = $1 AND hash <> $2 AND revoked_at IS NULL`, [
    adminName,
    hashOf(key),
  ])
}

/** The valid key that a caller shows, or null. Notes its use, at most once a minute. */
export async function findApiKey(db: Db, key: string): Promise<ApiKey | null> {
  return findValid(db, 'hash = $1', hashOf(key))
}

/** The valid key with this id, or null: what a signed-in browser stands for. */
export async function findApiKeyById(db: Db, id: string): Promise<ApiKey | null> {
  return findValid(db, 'id = $1::uuid', id)
}

/** All keys, newest first, revoked ones too. */
export async function listApiKeys(db: Db): Promise<ApiKey[]> {
  const { rows } = await (db.$client as pg.Pool).query<ApiKey>(
    `SELECT ${columns} FROM api_keys ORDER BY created_at DESC, id`,
  )
  return rows
}

/** False when there is no such key, or it is revoked already. */
export async function revokeApiKey(db: Db, id: string): Promise<boolean> {
  const { rowCount } = await (db.$client as pg.Pool).query(
    `UPDATE api_keys SET revoked_at = now() WHERE id::text = $1 AND revoked_at IS NULL`,
    [id],
  )
  return rowCount === 1
}

async function findValid(db: Db, condition: string, value: string): Promise<ApiKey | null> {
  const { rows } = await (db.$client as pg.Pool).query<ApiKey>(
    `WITH used AS (
       UPDATE api_keys SET last_used_at = now()
        WHERE ${condition} AND revoked_at IS NULL AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute'))
     SELECT ${columns} FROM api_keys WHERE ${condition} AND revoked_at IS NULL`,
    [value],
  )
  return rows[0] ?? null
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
