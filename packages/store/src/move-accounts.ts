import type pg from 'pg'
import { lockPeople, setKinds } from './accounts.ts'
import { personId } from './ids.ts'
import { type AccountKey, addMeasureWork } from './remeasure.ts'
import type { Db } from './store.ts'

/** An account that went from one person to another. */
export interface AccountMove extends AccountKey {
  readonly from: string
  readonly to: string
}

/** What became of a wish whose accounts these are, or why it can't be fulfilled. */
export type MoveAccountsResult =
  | { readonly kind: 'moved'; readonly moves: readonly AccountMove[] }
  | { readonly kind: 'unknown-accounts'; readonly accounts: readonly AccountKey[] }
  | { readonly kind: 'own-account'; readonly account: AccountKey }

/**
 * Makes these accounts a person's. Named ones come from whoever had them; those that the person had and that are not named
 * go back to where they came from, or become a person alone. A list that names none of the person's accounts only adds. No
 * later sync moves an account that was moved here. Just the tickets of moved accounts are measured again.
 */
export async function moveAccounts(tx: Db, id: string, accounts: readonly AccountKey[]): Promise<MoveAccountsResult> {
  const client = tx.$client as pg.PoolClient
  await lockPeople(tx)
  const stored = await readOwners(client, id, accounts)
  const has = new Set(stored.map(keyOf))
  const unknown = accounts.filter((account) => !has.has(keyOf(account)))
  if (unknown.length > 0) return { kind: 'unknown-accounts', accounts: unknown }
  const plan = planMoves(id, stored, new Set(accounts.map(keyOf)))
  if (plan.kind === 'moved') await move(tx, plan.moves)
  return plan
}

interface Owner extends AccountKey {
  readonly personId: string
  readonly homePersonId: string | null
}

/** The named accounts and those that the person has. */
async function readOwners(client: pg.PoolClient, id: string, accounts: readonly AccountKey[]): Promise<Owner[]> {
  const { rows } = await client.query<Owner>(
    `SELECT a.connection_id AS "connectionId", a.account_id AS "accountId", a.person_id AS "personId",
            a.home_person_id AS "homePersonId"
       FROM accounts a LEFT JOIN unnest($2::uuid[], $3::text[]) AS n (connection_id, account_id) USING (connection_id, account_id)
      WHERE a.person_id = $1 OR n.account_id IS NOT NULL ORDER BY 1, 2 FOR UPDATE OF a`,
    [id, accounts.map((a) => a.connectionId), accounts.map((a) => a.accountId)],
  )
  return rows
}

function planMoves(id: string, stored: readonly Owner[], named: ReadonlySet<string>): MoveAccountsResult {
  const moves: AccountMove[] = []
  const present = stored.filter((account) => account.personId === id)
  const addsOnly = !present.some((account) => named.has(keyOf(account)))
  for (const account of stored) {
    const { connectionId, accountId, personId: from } = account
    if (from !== id) moves.push({ connectionId, accountId, from, to: id })
    else if (!addsOnly && !named.has(keyOf(account))) {
      const to = placeWithout(id, account)
      if (to === null) return { kind: 'own-account', account: { connectionId, accountId } }
      moves.push({ connectionId, accountId, from, to })
    }
  }
  return { kind: 'moved', moves }
}

/** Where an account goes that leaves a person; null when the person is nothing but this account. */
function placeWithout(id: string, { connectionId, accountId, homePersonId }: Owner): string | null {
  if (homePersonId !== null && homePersonId !== id) return homePersonId
  const own = personId({ connectionId, accountId, email: null })
  return own === id ? null : own
}

async function move(tx: Db, moves: readonly AccountMove[]): Promise<void> {
  if (moves.length === 0) return
  const client = tx.$client as pg.PoolClient
  const people = moves.flatMap((m) => [m.from, m.to])
  // Where a person said who is a bot, what an account wrote on others' tickets may count or not after the move.
  if (await isKindDecided(client, people)) await addMeasureWork(tx, { accounts: moves })
  else await addMeasureWork(tx, { personIds: moves.map((m) => m.from) })
  const columns = [moves.map((m) => m.connectionId), moves.map((m) => m.accountId), moves.map((m) => m.to)]
  await client.query(
    `INSERT INTO people (id, display_name, kind, time_zone)
     SELECT DISTINCT ON (m.to_id) m.to_id, a.display_name, a.kind, a.time_zone
       FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS m (connection_id, account_id, to_id) JOIN accounts a USING (connection_id, account_id)
      ORDER BY m.to_id, a.connection_id, a.account_id ON CONFLICT (id) DO NOTHING`,
    columns,
  )
  await client.query(
    `UPDATE accounts a SET person_id = m.to_id, home_person_id = coalesce(a.home_person_id, a.person_id)
       FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS m (connection_id, account_id, to_id)
      WHERE a.connection_id = m.connection_id AND a.account_id = m.account_id`,
    columns,
  )
  await setKinds(tx, people)
}

async function isKindDecided(client: pg.PoolClient, personIds: readonly string[]): Promise<boolean> {
  const { rows } = await client.query(`SELECT FROM people WHERE id = ANY ($1::uuid[]) AND kind_decided LIMIT 1`, [
    personIds,
  ])
  return rows.length > 0
}

function keyOf({ connectionId, accountId }: AccountKey): string {
  return `${connectionId} ${accountId}`
}
