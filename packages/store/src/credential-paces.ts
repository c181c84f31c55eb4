import { sql } from './drizzle.ts'
import { inTransaction, type Store } from './store.ts'

/**
 * Changes the shared state of a credential's limiter under its row's lock, and answers with what `change` says beside
 * the new state. `nowMs` is the database's clock, the same for every process. `state` is null the first time.
 */
export async function changeCredentialPace<T>(
  store: Store,
  credential: string,
  change: (state: unknown, nowMs: number) => { readonly state: object; readonly answer: T },
): Promise<T> {
  return inTransaction(store, async (tx) => {
    await tx.execute(
      sql`INSERT INTO credential_paces (credential, state) VALUES (${credential}, 'null') ON CONFLICT DO NOTHING`,
    )
    // Read after the lock was granted, so that time never runs backwards between two changes.
    const found = await tx.execute<{ state: unknown }>(
      sql`SELECT state FROM credential_paces WHERE credential = ${credential} FOR NO KEY UPDATE`,
    )
    const clock = await tx.execute<{ now_ms: string }>(
      sql`SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`,
    )
    const { state, answer } = change(found.rows[0]?.state ?? null, Number(clock.rows[0]?.now_ms))
    await tx.execute(
      sql`UPDATE credential_paces SET state = ${JSON.stringify(state)}, updated_at = now() WHERE credential = ${credential}`,
    )
    return answer
  })
}
