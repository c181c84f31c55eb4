import { type TrackerAccount, type TrackerKind, vouchesForAddresses } from '@headroom/domain'
import type pg from 'pg'
import { writeAudit } from './audit.ts'
import { personId } from './ids.ts'
import { addMeasureWork } from './remeasure.ts'
import type { Db } from './store.ts'

/**
 * Stores the accounts of a tracker and the people behind them. An account joins the one person who has its address in a
 * tracker that vouches for addresses; what a person decided about it stays, whatever the tracker says later. Effort that a
 * changed account touches is measured again.
 */
export async function writeAccounts(tx: Db, connectionId: string, accounts: readonly TrackerAccount[]): Promise<void> {
  if (accounts.length === 0) return
  const client = tx.$client as pg.PoolClient
  const listed = [...new Map(accounts.map((a) => [a.accountId, a])).values()].sort((a, b) =>
    a.accountId < b.accountId ? -1 : 1,
  )
  await lockPeople(tx)
  const known = await readKnown(client, connectionId, listed)
  const holders = (await vouchesFor(client, connectionId))
    ? await readHolders(
        client,
        connectionId,
        listed.filter((account) => mayJoin(connectionId, account, known.get(account.accountId))),
      )
    : new Map<string, Holders>()
  const placed = listed.map((account) => ({
    ...account,
    personId: placeOf(connectionId, account, known.get(account.accountId), holders.get(account.accountId)),
  }))
  await insertPeople(client, placed)
  await upsertAccounts(client, connectionId, placed)
  await followChanges(tx, connectionId, known, placed)
}

/** Who is who changes in one transaction at a time: an address found with nobody must not be taken meanwhile. */
export async function lockPeople(tx: Db): Promise<void> {
  await (tx.$client as pg.PoolClient).query(`SELECT pg_advisory_xact_lock(hashtext('headroom.people'))`)
}

interface KnownAccount {
  readonly personId: string
  readonly kind: TrackerAccount['kind']
  /** Somebody decided whose account it is. */
  readonly decided: boolean
  /** Nobody stated anything about its person. */
  readonly plain: boolean
}

async function readKnown(
  client: pg.PoolClient,
  connectionId: string,
  accounts: readonly TrackerAccount[],
): Promise<Map<string, KnownAccount>> {
  const { rows } = await client.query<KnownAccount & { accountId: string }>(
    `SELECT a.account_id AS "accountId", a.person_id AS "personId", a.kind, a.home_person_id IS NOT NULL AS decided,
            p.fte = 1 AND p.calendar_id IS NULL AND NOT p.kind_decided
              AND NOT EXISTS (SELECT FROM absences b WHERE b.person_id = p.id)
              AND NOT EXISTS (SELECT FROM team_members m WHERE m.person_id = p.id) AS plain
       FROM accounts a JOIN people p ON p.id = a.person_id
      WHERE a.connection_id = $1 AND a.account_id = ANY ($2::text[]) FOR UPDATE OF a`,
    [connectionId, accounts.map((a) => a.accountId)],
  )
  return new Map(rows.map(({ accountId, ...rest }) => [accountId, rest]))
}

async function vouchesFor(client: pg.PoolClient, connectionId: string): Promise<boolean> {
  const { rows } = await client.query<{ kind: TrackerKind }>(`SELECT kind FROM connections WHERE id = $1`, [
    connectionId,
  ])
  return rows[0] !== undefined && vouchesForAddresses(rows[0].kind)
}

/** A bot's address is often its owner's. */
function addressOf({ email, kind }: TrackerAccount): string | null {
  const address = email?.trim().toLowerCase()
  return kind === 'human' && address ? address : null
}

/** Of the known ones only who is a person alone, by nobody's decision; what somebody said of that person would be left behind. */
function mayJoin(connectionId: string, account: TrackerAccount, known: KnownAccount | undefined): boolean {
  if (addressOf(account) === null) return false
  return known === undefined || (!known.decided && known.plain && known.personId === ownPerson(connectionId, account))
}

/** Who has an account's address now. */
interface Holders {
  readonly personIds: readonly string[]
  /** Somebody goes by the id that is made of the address, who may have another address by now. */
  readonly idTaken: boolean
}

async function readHolders(
  client: pg.PoolClient,
  connectionId: string,
  accounts: readonly TrackerAccount[],
): Promise<Map<string, Holders>> {
  const { rows } = await client.query<Holders & { accountId: string }>(
    `WITH wanted AS (SELECT * FROM unnest($2::text[], $3::text[], $4::uuid[]) AS w (account_id, address, person_id)),
          held AS (SELECT w.account_id, array_agg(DISTINCT a.person_id) AS person_ids
                     FROM wanted w JOIN accounts a ON lower(trim(a.email)) = w.address AND (a.connection_id, a.account_id) <> ($1, w.account_id)
                     JOIN connections c ON c.id = a.connection_id AND c.kind = ANY ($5::text[])
                    WHERE a.kind = 'human' GROUP BY 1)
     SELECT w.account_id AS "accountId", coalesce(h.person_ids, '{}') AS "personIds",
            EXISTS (SELECT FROM accounts a WHERE a.person_id = w.person_id) AS "idTaken"
       FROM wanted w LEFT JOIN held h USING (account_id)`,
    [
      connectionId,
      accounts.map((a) => a.accountId),
      accounts.map(addressOf),
      accounts.map((a) => personId({ connectionId, accountId: a.accountId, email: addressOf(a) })),
      trackerKinds.filter(vouchesForAddresses),
    ],
  )
  return new Map(rows.map(({ accountId, ...holders }) => [accountId, holders]))
}

const trackerKinds: readonly TrackerKind[] = ['jira-cloud', 'jira-dc', 'linear']

type Placed = TrackerAccount & { readonly personId: string }

/** Whose account it is. Where several people have the address, a person has to say. */
function placeOf(
  connectionId: string,
  account: TrackerAccount,
  known: KnownAccount | undefined,
  holders: Holders | undefined,
): string {
  const own = ownPerson(connectionId, account)
  const others = (holders?.personIds ?? []).filter((id) => id !== own)
  const [only = null] = others.length === 1 ? others : []
  if (known) return only ?? known.personId
  if (only !== null || !holders || others.length > 0 || holders.idTaken) return only ?? own
  return personId({ connectionId, accountId: account.accountId, email: addressOf(account) })
}

/** The person that an account is as long as nothing joins it to another. */
function ownPerson(connectionId: string, { accountId }: Pick<TrackerAccount, 'accountId'>): string {
  return personId({ connectionId, accountId, email: null })
}

async function insertPeople(client: pg.PoolClient, accounts: readonly Placed[]): Promise<void> {
  const people = [...new Map(accounts.map((a) => [a.personId, a])).values()]
  await client.query(
    `INSERT INTO people (id, display_name, kind, time_zone)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) ON CONFLICT (id) DO NOTHING`,
    [
      people.map((a) => a.personId),
      people.map((a) => a.displayName),
      people.map((a) => a.kind),
      people.map((a) => a.timeZone),
    ],
  )
}

async function upsertAccounts(client: pg.PoolClient, connectionId: string, accounts: readonly Placed[]): Promise<void> {
  const said = (table: string) =>
    `${table}.person_id, ${table}.display_name, ${table}.email, ${table}.kind, ${table}.active`
  await client.query(
    `INSERT INTO accounts (connection_id, account_id, person_id, display_name, email, kind, active, time_zone)
     SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[])
     ON CONFLICT (connection_id, account_id) DO UPDATE SET person_id = excluded.person_id, display_name = excluded.display_name,
       email = excluded.email, kind = excluded.kind, active = excluded.active, time_zone = coalesce(excluded.time_zone, accounts.time_zone)
     WHERE (${said('accounts')}, accounts.time_zone) IS DISTINCT FROM (${said('excluded')}, coalesce(excluded.time_zone, accounts.time_zone))`,
    [
      connectionId,
      accounts.map((a) => a.accountId),
      accounts.map((a) => a.personId),
      accounts.map((a) => a.displayName),
      accounts.map((a) => a.email),
      accounts.map((a) => a.kind),
      accounts.map((a) => a.active),
      accounts.map((a) => a.timeZone),
    ],
  )
}

/** A person is a bot as long as all accounts are, and what an account that changed had touched is measured again. */
async function followChanges(
  tx: Db,
  connectionId: string,
  known: ReadonlyMap<string, KnownAccount>,
  placed: readonly Placed[],
): Promise<void> {
  const changed = placed.filter((a) => {
    const before = known.get(a.accountId)
    return before?.kind !== a.kind || before.personId !== a.personId
  })
  if (changed.length === 0) return
  const before = changed.flatMap((a) => known.get(a.accountId)?.personId ?? [])
  await setKinds(tx, [...before, ...changed.map((a) => a.personId)])
  const turned = changed.filter((a) => known.has(a.accountId) && known.get(a.accountId)?.kind !== a.kind)
  await addMeasureWork(tx, {
    personIds: before,
    accounts: turned.map(({ accountId }) => ({ connectionId, accountId })),
  })
  for (const { accountId, personId: to } of changed) {
    const from = known.get(accountId)?.personId
    if (from === undefined || from === to) continue
    const detail = { connectionId, accountId, from, to, by: 'address' }
    await writeAudit(tx, { actor: 'ingest', action: 'person.match', target: to, detail })
  }
}

/** Has the kind of people follow their accounts where nobody decided it. */
export async function setKinds(tx: Db, personIds: readonly string[]): Promise<void> {
  await (tx.$client as pg.PoolClient).query(
    `UPDATE people p SET kind = k.kind
       FROM (SELECT person_id, CASE WHEN bool_and(kind = 'bot') THEN 'bot' ELSE 'human' END AS kind
               FROM accounts WHERE person_id = ANY ($1::uuid[]) GROUP BY 1) k
      WHERE p.id = k.person_id AND NOT p.kind_decided AND p.kind <> k.kind`,
    [personIds],
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
