import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { drizzle } from './drizzle.ts'

/** Something that runs SQL: the store outside, or a transaction inside {@link inTransaction}. */
export type Db = NodePgDatabase<Record<string, never>> & { readonly $client: pg.Pool | pg.PoolClient }

/** An open database. Close it last. */
export interface Store {
  readonly db: Db
  readonly pool: pg.Pool
  close(): Promise<void>
}

export interface OpenStoreOptions {
  readonly url: string
  /** Upper bound of open connections. */
  readonly connectionsMax?: number
  /** Named in `pg_stat_activity`, so that an operator sees who is who. */
  readonly applicationName?: string
  /** Schema in which unqualified names are looked up; the database's own default when absent. */
  readonly schema?: string
  /** Called for a connection that broke while idle; the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void
}

/** Opens a pool on a migrated database. Connects lazily. */
export function openStore(options: OpenStoreOptions): Store {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 8,
    application_name: options.applicationName ?? 'headroom',
    keepAlive: true,
    ...(options.schema ? { options: `-c search_path=${options.schema}` } : {}),
  })
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) => {
    // The pool has ended before the server has noticed, and a server that stops then cuts what is no longer used.
    if (!pool.ending) options.onIdleError?.(error)
  })
  // One that breaks while somebody holds it would end the process too: its holder learns it from the query in hand.
  pool.on('connect', (client) => void client.on('error', () => {}))
  return { db: asDb(pool), pool, close: () => pool.end() }
}

function asDb(client: pg.Pool | pg.PoolClient): Db {
  return drizzle(client) as unknown as Db
}

/**
 * Runs `work` in one transaction and commits it; rolls back and rethrows when it throws.
 * A handler does all its writing in one of these. When the database sacrifices it to end a deadlock, `work` is run again,
 * so it must do nothing outside the database.
 */
export async function inTransaction<T>(store: Store, work: (tx: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryTransaction(store, work)
    } catch (error) {
      if (attempt >= attemptsMax || !isDeadlock(error)) throw error
    }
  }
}

const attemptsMax = 4

/** Two transactions that each wait for the other's rows: a stage and the one before it may add work for each other's tickets. */
function isDeadlock(error: unknown): boolean {
  // Drizzle wraps what the driver throws.
  const cause = error instanceof pg.DatabaseError ? error : error instanceof Error ? error.cause : null
  return cause instanceof pg.DatabaseError && cause.code === '40P01'
}

async function tryTransaction<T>(store: Store, work: (tx: Db) => Promise<T>): Promise<T> {
  const client = await store.pool.connect()
  let broken = false
  try {
    await client.query('BEGIN')
    const result = await work(asDb(client))
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}
