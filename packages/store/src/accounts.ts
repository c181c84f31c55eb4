import type { TrackerAccount } from '@headroom/domain'
import type pg from 'pg'
import { personId } from './ids.ts'
import type { Db } from './store.ts'

/**
 * Stores the accounts of a tracker and the people behind them. An account that is known keeps its person (somebody may
 * have merged it), a new one joins the person with its e-mail address.
 */
export async function writeAccounts(tx: Db, connectionId: string, accounts: readonly TrackerAccount[]): Promise<void> {
  if (accounts.length === 0) return
  const client = tx.$client as pg.PoolClient
  const rows = [...new Map(accounts.map((a) => [a.accountId, a])).values()].sort((a, b) =>
    a.accountId < b.accountId ? -1 : 1,
  )
  const people = rows.map((a) => personId({ connectionId, accountId: a.accountId, email: a.email }))
  await client.query(
    `INSERT INTO people (id, display_name, kind, time_zone)
     SELECT DISTINCT ON (p.id) p.id, p.name, p.kind, p.zone FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[])
       AS p (account, id, name, kind, zone)
      WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.connection_id = $1 AND a.account_id = p.account)
      ORDER BY p.id
     ON CONFLICT (id) DO NOTHING`,
    [
      connectionId,
      rows.map((a) => a.accountId),
      people,
      rows.map((a) => a.displayName),
      rows.map((a) => a.kind),
      rows.map((a) => a.timeZone),
    ],
  )
  await client.query(
    `INSERT INTO accounts (connection_id, account_id, person_id, display_name, email, kind, active, time_zone)
     SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[])
         AS a (account_id, person_id, display_name, email, kind, active, time_zone)
      WHERE EXISTS (SELECT FROM people p WHERE p.id = a.person_id)
         OR EXISTS (SELECT FROM accounts k WHERE k.connection_id = $1 AND k.account_id = a.account_id)
     ON CONFLICT (connection_id, account_id) DO UPDATE SET display_name = excluded.display_name, email = excluded.email,
       kind = excluded.kind, active = excluded.active, time_zone = coalesce(excluded.time_zone, accounts.time_zone)
     WHERE (accounts.display_name, accounts.email, accounts.kind, accounts.active, accounts.time_zone) IS DISTINCT FROM
           (excluded.display_name, excluded.email, excluded.kind, excluded.active, coalesce(excluded.time_zone, accounts.time_zone))`,
    [
      connectionId,
      rows.map((a) => a.accountId),
      people,
      rows.map((a) => a.displayName),
      rows.map((a) => a.email),
      rows.map((a) => a.kind),
      rows.map((a) => a.active),
      rows.map((a) => a.timeZone),
    ],
  )
}

/** Of the given account ids those that the store does not know: people who left before the list of users was read. */
export async function unknownAccounts(db: Db, connectionId: string, accountIds: readonly string[]): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT id FROM unnest($2::text[]) AS u (id)
      WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.connection_id = $1 AND a.account_id = u.id)`,
    [connectionId, accountIds],
  )
  return rows.map((r) => r.id)
}
