import pg from 'pg'
import { openStore, type Store } from './store.ts'

/** Somebody else rebuilds a past on this database. */
export class AsOfBusyError extends Error {
  override name = 'AsOfBusyError'
}

/**
 * Runs `work` on a store that holds what was known at a time: settings, payloads, decisions, judgements and audits as they
 * were, and nothing derived; `work` derives it. It is a schema of its own in the same database, dropped at the end; live
 * tables are only read. One at a time: throws {@link AsOfBusyError} while another one runs.
 */
export async function withStoreAsOf<T>(url: string, at: Date, work: (past: Store) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'headroom-as-of' })
  await client.connect()
  try {
    const { rows } = await client.query<{ free: boolean }>(
      `SELECT pg_try_advisory_lock(hashtext('headroom.as-of')) AS free`,
    )
    if (!rows[0]?.free) throw new AsOfBusyError('A number of the past is being made already; wait until it is done.')
    // Also what a killed one left behind.
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      await makeTables(client)
      await copyFacts(client, at)
      await client.query('COMMIT')
      const past = openStore({ url, schema, applicationName: 'headroom-as-of' })
      try {
        return await work(past)
      } finally {
        await past.close()
      }
    } finally {
      await client.query('ROLLBACK')
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    }
  } finally {
    await client.end()
  }
}

const schema = 'headroom_as_of'

async function makeTables(client: pg.Client): Promise<void> {
  await client.query(`CREATE SCHEMA ${schema}`)
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`,
  )
  for (const { name } of rows) await client.query(`CREATE TABLE ${schema}."${name}" (LIKE "${name}" INCLUDING ALL)`)
  // The past counts its own changes.
  await client.query(`CREATE SEQUENCE ${schema}.fact_revision`)
  await client.query(
    `ALTER TABLE ${schema}.tickets ALTER COLUMN revision SET DEFAULT nextval('${schema}.fact_revision')`,
  )
  const { rows: views } = await client.query<{ name: string; definition: string }>(
    `SELECT viewname AS name, definition FROM pg_views WHERE schemaname = current_schema() ORDER BY 1`,
  )
  // A view keeps the tables that it was made over, so it is made where the names mean those of the past.
  await client.query(`SET LOCAL search_path = ${schema}`)
  for (const { name, definition } of views) await client.query(`CREATE VIEW "${name}" AS ${definition}`)
  await client.query(`SET LOCAL search_path = DEFAULT`)
}

async function copyFacts(client: pg.Client, at: Date): Promise<void> {
  await client.query(
    `INSERT INTO ${schema}.connections SELECT (jsonb_populate_record(c, '{"sealed_credentials": ""}')).* FROM connections c WHERE created_at <= $1`,
    [at],
  )
  for (const [table, key] of versioned) await copyRows(client, table, key, at)
  await client.query(`UPDATE ${schema}.organisation SET measured_to = NULL`)
  await copyDecisions(client, at)
  await client.query(
    `INSERT INTO ${schema}.raw_tickets (ticket_id, connection_id, external_id, payload, fetched_at, deleted_at, deleted_reason, deleted_read_at, known_at)
     SELECT DISTINCT ON (ticket_id) ticket_id, connection_id, external_id, payload, fetched_at,
            CASE WHEN deleted_reason = 'trashed' OR deleted_at <= $1 THEN deleted_at END,
            CASE WHEN deleted_reason = 'trashed' OR deleted_at <= $1 THEN deleted_reason END,
            CASE WHEN deleted_at <= $1 THEN deleted_read_at END, known_at
       FROM (SELECT ticket_id, connection_id, external_id, payload, fetched_at, deleted_at, deleted_reason, deleted_read_at, known_at, NULL::bigint AS version FROM raw_tickets
             UNION ALL
             SELECT ticket_id, connection_id, external_id, payload, fetched_at, deleted_at, deleted_reason, deleted_read_at, known_at, id FROM raw_ticket_versions) v
      WHERE known_at <= $1 ORDER BY ticket_id, version DESC NULLS FIRST`,
    [at],
  )
  await client.query(
    `INSERT INTO ${schema}.overrides SELECT (jsonb_populate_record(o, CASE WHEN undone_at > $1 THEN '{"undone_at": null, "undone_by": null}' ELSE '{}' END::jsonb)).*
       FROM overrides o WHERE created_at <= $1`,
    [at],
  )
  await client.query(`INSERT INTO ${schema}.rule_sets SELECT * FROM rule_sets WHERE published_at <= $1`, [at])
  await client.query(
    `INSERT INTO ${schema}.audits SELECT (jsonb_populate_record(a, CASE WHEN applied_at > $1 THEN '{"applied_at": null, "applied_by": null}' ELSE '{}' END::jsonb)).*
       FROM audits a WHERE drawn_at <= $1`,
    [at],
  )
  await client.query(
    `INSERT INTO ${schema}.audit_items SELECT i.* FROM audit_items i JOIN ${schema}.audits a ON a.id = i.audit_id`,
  )
  await client.query(
    `INSERT INTO ${schema}.audit_labels SELECT (jsonb_populate_record(l, CASE WHEN superseded_at > $1 THEN '{"superseded_at": null}' ELSE '{}' END::jsonb)).*
       FROM audit_labels l WHERE labelled_at <= $1`,
    [at],
  )
}

/** Tables whose rows' earlier states are in `setting_versions`, with their keys as SQL; those that others refer to first. */
const versioned = [
  ['organisation', 'id::text'],
  ['calendars', 'id'],
  ['people', 'id::text'],
  ['accounts', `concat_ws(' ', connection_id, account_id)`],
  ['absences', `concat_ws(' ', person_id, to_json("from") #>> '{}', to_json("to") #>> '{}')`],
  ['teams', 'id::text'],
  ['team_sources', 'id::text'],
  ['team_members', `concat_ws(' ', team_id, person_id, to_json("from") #>> '{}')`],
  ['sprints', `concat_ws(' ', connection_id, external_id)`],
  ['tracker_references', 'connection_id::text'],
] as const

/** What a row said at a time is what it said until the first change after it; without one, what it says now. */
async function copyRows(client: pg.Client, table: string, key: string, at: Date): Promise<void> {
  await client.query(
    `WITH since AS (
       SELECT DISTINCT ON (key) key, row FROM setting_versions WHERE of = '${table}' AND at > $1 ORDER BY key, id)
     INSERT INTO ${schema}.${table}
     SELECT (jsonb_populate_record(NULL::${table}, s.row)).* FROM since s WHERE s.row IS NOT NULL
     UNION ALL
     SELECT t.* FROM ${table} t WHERE NOT EXISTS (SELECT FROM since s WHERE s.key = ${key})`,
    [at],
  )
}

/** The reasons of decisions are not kept, only the decisions. Whether a first one was there, its time tells. */
async function copyDecisions(client: pg.Client, at: Date): Promise<void> {
  await client.query(
    `WITH since AS (
       SELECT DISTINCT ON (key) key, row FROM setting_versions WHERE of = 'classifications' AND at > $1 ORDER BY key, id)
     INSERT INTO ${schema}.classifications
     SELECT d.* FROM (
       SELECT (jsonb_populate_record(NULL::classifications, row || '{"evidence": [], "candidates": []}')).* FROM since
       UNION ALL
       SELECT * FROM classifications c WHERE NOT EXISTS (SELECT FROM since s WHERE s.key = c.ticket_id::text)) d
      WHERE d.decided_at <= $1`,
    [at],
  )
}
