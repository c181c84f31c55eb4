import type pg from 'pg'
import type { Db } from './store.ts'

/** An answer as it was given, so that a repeated request gets it again. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What became of a request with an Idempotency-Key. */
export type IdempotencyClaim =
  | { readonly kind: 'first' }
  | { readonly kind: 'repeat'; readonly answer: StoredAnswer }
  | { readonly kind: 'at-work' }
  | { readonly kind: 'other-request' }

interface KeyOfCaller {
  readonly apiKeyId: string
  readonly key: string
}

/** Remembered this long, as clients of other APIs expect. */
const keptFor = `interval '24 hours'`
/** A first request without an answer after this long died with its process. */
const atWorkMax = `interval '2 minutes'`

/** Claims a key for a request; just one of many at once is `first`. */
export async function claimIdempotencyKey(
  db: Db,
  claim: KeyOfCaller & { readonly requestHash: string },
): Promise<IdempotencyClaim> {
  const client = db.$client as pg.Pool
  const { rowCount } = await client.query(
    `INSERT INTO idempotency_keys AS k (api_key_id, key, request_hash) VALUES ($1, $2, $3)
     ON CONFLICT (api_key_id, key) DO UPDATE SET request_hash = excluded.request_hash, status = NULL, response = NULL, created_at = now()
     WHERE k.created_at < now() - ${keptFor} OR (k.status IS NULL AND k.request_hash = excluded.request_hash AND k.created_at < now() - ${atWorkMax})`,
    [claim.apiKeyId, claim.key, claim.requestHash],
  )
  if (rowCount === 1) {
    await client.query(`DELETE FROM idempotency_keys WHERE created_at < now() - ${keptFor}`)
    return { kind: 'first' }
  }
  const { rows } = await client.query<{
    request_hash: string
    status: number | null
    response: Omit<StoredAnswer, 'status'>
  }>(`SELECT request_hash, status, response FROM idempotency_keys WHERE api_key_id = $1 AND key = $2`, [
    claim.apiKeyId,
    claim.key,
  ])
  const [row] = rows
  if (row && row.request_hash !== claim.requestHash) return { kind: 'other-request' }
  if (!row || row.status === null) return { kind: 'at-work' }
  return { kind: 'repeat', answer: { status: row.status, ...row.response } }
}

/** Keeps the answer of the first request. */
export async function keepAnswer(db: Db, { apiKeyId, key }: KeyOfCaller, answer: StoredAnswer): Promise<void> {
  const { status, ...response } = answer
  await (db.$client as pg.Pool).query(
    `UPDATE idempotency_keys SET status = $3, response = $4 WHERE api_key_id = $1 AND key = $2`,
    [apiKeyId, key, status, JSON.stringify(response)],
  )
}

/** Forgets a claim whose request created nothing, so that it may be sent again. */
export async function releaseIdempotencyKey(db: Db, { apiKeyId, key }: KeyOfCaller): Promise<void> {
  await (db.$client as pg.Pool).query(
    `DELETE FROM idempotency_keys WHERE api_key_id = $1 AND key = $2 AND status IS NULL`,
    [apiKeyId, key],
  )
}
