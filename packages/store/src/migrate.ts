import pg from 'pg'
import { drizzle, migrate } from './drizzle.ts'

/** Any fixed number that no other program on the database is likely to use. */
const migrationLock = 4_853_207_113

/**
 * Brings a database to this version's schema. Safe to run from many processes at once: they wait for each other on an
 * advisory lock, since the migrator itself takes none.
 */
export async function migrateStore(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'headroom-migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await migrate(drizzle(client), { migrationsFolder: new URL('../migrations', import.meta.url).pathname })
    await client.query(`INSERT INTO organisation (id) VALUES (1) ON CONFLICT DO NOTHING`)
    await client.query(
      `INSERT INTO calendars (id, name, time_zone, weekdays, opens_at, closes_at, holidays)
       VALUES ('default', 'Default', 'UTC', '{1,2,3,4,5}', '09:00', '17:00', '[]') ON CONFLICT DO NOTHING`,
    )
  } finally {
    await client.end()
  }
}
