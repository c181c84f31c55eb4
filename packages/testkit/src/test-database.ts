import { randomBytes } from 'node:crypto'
import { migrateStore } from '@headroom/store'
import pg from 'pg'
import { inject } from 'vitest'

/** A database of one test file. */
export interface TestDatabase {
  /** Connection address with every right on this database. */
  readonly url: string
  /** Ends its sessions and removes it. Safe to call twice. */
  readonly drop: () => Promise<void>
}

const prefix = 'headroom_test'
/** Any fixed number: the workers of a run wait on it for the one that builds the template. */
const templateLock = 7_301_448_220

/**
 * A fresh database with the schema of `@headroom/store`, cloned from a template that the run migrates once. Call it once
 * per file and drop it in `afterAll`; what is forgotten goes with the run.
 */
export async function testDatabase(): Promise<TestDatabase> {
  return withServer(async (client) => {
    const template = `${prefix}_${inject('testRunId')}_template`
    await client.query('SELECT pg_advisory_lock($1)', [templateLock])
    try {
      await buildTemplate(client, template)
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [templateLock])
    }
    return createDatabase(client, `TEMPLATE ${template}`)
  })
}

/** A fresh database without any table, for parts that bring their own schema. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return withServer((client) => createDatabase(client, ''))
}

/** Whether `name` was made by run `runId`, or with `''` by any run. */
export function isTestDatabase(name: string, runId: string): boolean {
  return name.startsWith(runId === '' ? `${prefix}_` : `${prefix}_${runId}_`)
}

/** Removes a database together with the sessions that are still on it. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`)
}

async function buildTemplate(client: pg.Client, template: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
  if (rowCount !== 0) return
  // It gets its final name only when it is complete, so a failed migration is met again by the next file.
  const partial = `${template}_partial`
  await dropDatabase(client, partial)
  await client.query(`CREATE DATABASE ${partial}`)
  await migrateStore(databaseUrl(partial))
  await client.query(`ALTER DATABASE ${partial} RENAME TO ${template}`)
}

async function createDatabase(client: pg.Client, options: string): Promise<TestDatabase> {
  const name = `${prefix}_${inject('testRunId')}_${randomBytes(6).toString('hex')}`
  await client.query(`CREATE DATABASE ${name} ${options}`)
  return { url: databaseUrl(name), drop: () => withServer((again) => dropDatabase(again, name)) }
}

function databaseUrl(name: string): string {
  const url = new URL(inject('testServerUrl'))
  url.pathname = `/${name}`
  return url.href
}

async function withServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('testServerUrl') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
