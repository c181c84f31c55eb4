import path from 'node:path'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@headroom/postgres'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { dropDatabase, isTestDatabase } from './test-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL server of this test run: address of an administrator's database on it. */
    readonly testServerUrl: string
    /** Sets the databases of this run apart from those of another run on the same server. */
    readonly testRunId: string
  }
}

/** Gives every vitest run one PostgreSQL server: the one at `TEST_DATABASE_URL`, or an embedded one that ends with the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runId = Date.now().toString(36) + process.pid.toString(36)
  project.provide('testRunId', runId)
  const given = process.env.TEST_DATABASE_URL
  const server = given === undefined ? await embeddedServer() : { url: given, stop: async () => {} }
  project.provide('testServerUrl', server.url)
  return async () => {
    await dropTestDatabases(server.url, runId)
    await server.stop()
  }
}

/**
 * A server on data that earlier runs left, which saves the second that an initialisation takes; each run that goes on
 * at the same time takes the next folder. Nothing in there is worth the wait for the disk.
 */
async function embeddedServer() {
  const root = path.resolve(import.meta.dirname, '../../../node_modules/.cache')
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }
  for (let slot = 0; ; slot += 1) {
    const dataDir = path.join(root, `test-postgres-${slot}`)
    try {
      const server = await startEmbeddedPostgres({ dataDir, log: () => {}, settings })
      await dropTestDatabases(server.url, '')
      return server
    } catch (error) {
      if (!(error instanceof EmbeddedPostgresError && error.problem === 'in-use')) throw error
    }
  }
}

async function dropTestDatabases(url: string, runId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database')
    for (const { datname } of rows) if (isTestDatabase(datname, runId)) await dropDatabase(client, datname)
  } finally {
    await client.end()
  }
}
