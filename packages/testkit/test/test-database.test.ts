import pg from 'pg'
import { expect, test } from 'vitest'
import { emptyDatabase, testDatabase } from '../src/index.ts'

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('each database has the schema of the store, and what one writes the other does not see', async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()])

  await query(one.url, `UPDATE organisation SET id = id; CREATE TABLE mark ()`)

  expect(await query(one.url, 'SELECT count(*)::int AS n FROM organisation')).toEqual([{ n: 1 }])
  expect(await query(other.url, 'SELECT count(*)::int AS n FROM organisation')).toEqual([{ n: 1 }])
  expect(await query(other.url, `SELECT to_regclass('mark') AS mark`)).toEqual([{ mark: null }])
  await Promise.all([one.drop(), other.drop()])
})

test('a dropped database is gone, also while a session is on it, and may be dropped twice', async () => {
  const database = await emptyDatabase()
  const session = new pg.Client({ connectionString: database.url })
  session.on('error', () => {})
  await session.connect()

  await database.drop()
  await database.drop()

  await expect(query(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
})
