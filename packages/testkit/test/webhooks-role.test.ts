import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../src/index.ts'

const script = readFileSync(path.resolve(import.meta.dirname, '../../../infra/webhooks-role.sql'), 'utf8')
let database: TestDatabase
let admin: pg.Client
let edge: pg.Client

/** Runs the script as psql does: `:'password'` is a variable, `\gexec` runs the rows of a query. */
async function runScript(): Promise<void> {
  for (const statement of script.replaceAll(":'password'", "'edge'").split(/;\s*$|(?<=\\gexec)/m)) {
    const { rows } = await admin.query(statement.replace('\\gexec', ''))
    if (statement.includes('\\gexec')) for (const row of rows) await admin.query(String(Object.values(row)[0]))
  }
}

beforeAll(async () => {
  database = await testDatabase()
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  await runScript()
  await runScript()
  const url = new URL(database.url)
  url.username = 'headroom_webhooks'
  url.password = 'edge'
  edge = new pg.Client({ connectionString: url.href })
  await edge.connect()
})
afterAll(async () => {
  await edge.end()
  await admin.query('DROP OWNED BY headroom_webhooks; DROP ROLE headroom_webhooks')
  await admin.end()
  await database.drop()
})

test('the public edge stores deliveries and reads the secrets that verify them', async () => {
  const connection = '00000000-0000-4000-8000-000000000001'
  await admin.query(
    `INSERT INTO connections (id, kind, name, base_url, sealed_credentials, scope) VALUES ($1, 'linear', 'x', 'x', 'x', '{}')`,
    [connection],
  )
  const deliver = () =>
    edge.query(
      `INSERT INTO webhook_inbox (connection_id, delivery_id, body) VALUES ($1, 'a', 'x') ON CONFLICT DO NOTHING`,
      [connection],
    )

  const [first, second] = [await deliver(), await deliver()]
  const secrets = await edge.query('SELECT * FROM webhook_secrets WHERE connection_id = $1', [connection])

  expect([first.rowCount, second.rowCount, secrets.rowCount]).toEqual([1, 0, 0])
})

test('the public edge can use no table but these two', async () => {
  const { rows } = await edge.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p', 'm')
       AND has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') ORDER BY 1`,
  )

  expect(rows.map((row) => row.name)).toEqual(['webhook_inbox', 'webhook_secrets'])
})
