import type { Absence } from '@headroom/domain'
import type pg from 'pg'
import { lockPeople } from './accounts.ts'
import { type MoveAccountsResult, moveAccounts } from './move-accounts.ts'
import { type AccountKey, addMeasureWork } from './remeasure.ts'
import type { Db } from './store.ts'

export interface PersonChanges {
  readonly displayName?: string | undefined
  /** From then on the trackers are not asked what this person is. */
  readonly kind?: 'human' | 'bot' | undefined
  readonly timeZone?: string | null | undefined
  readonly calendarId?: string | null | undefined
  readonly fte?: number | undefined
  /** In place of all earlier ones. */
  readonly absences?: readonly Absence[] | undefined
  /** Whose accounts these are; see {@link moveAccounts}. */
  readonly accounts?: readonly AccountKey[] | undefined
}

/**
 * Changes a person and has the days measured again that the change touches. Nothing is changed unless it answers `moved`.
 * The caller has checked that the person and calendar exist.
 */
export async function updatePerson(tx: Db, id: string, changes: PersonChanges): Promise<MoveAccountsResult> {
  await lockPeople(tx)
  const moved: MoveAccountsResult = changes.accounts
    ? await moveAccounts(tx, id, changes.accounts)
    : { kind: 'moved', moves: [] }
  if (moved.kind !== 'moved') return moved
  const client = tx.$client as pg.PoolClient
  const kindBefore = await readKind(client, id)
  await writeColumns(client, id, changes)
  if (changes.absences) await replaceAbsences(client, id, changes.absences)
  if (changes.kind !== undefined && changes.kind !== kindBefore)
    await addMeasureWork(tx, { accounts: await readAccounts(client, id) })
  const { timeZone, calendarId, fte, absences } = changes
  if ([timeZone, calendarId, fte, absences].some((change) => change !== undefined))
    await addMeasureWork(tx, { personIds: [id] })
  return moved
}

async function readKind(client: pg.PoolClient, id: string): Promise<'human' | 'bot' | null> {
  const { rows } = await client.query<{ kind: 'human' | 'bot' }>(`SELECT kind FROM people WHERE id = $1 FOR UPDATE`, [
    id,
  ])
  return rows[0]?.kind ?? null
}

async function writeColumns(client: pg.PoolClient, id: string, changes: PersonChanges): Promise<void> {
  await client.query(
    `UPDATE people SET display_name = coalesce($2, display_name), kind = coalesce($3, kind), kind_decided = kind_decided OR $3 IS NOT NULL,
       fte = coalesce($4, fte), time_zone = CASE WHEN $5 THEN $6 ELSE time_zone END,
       calendar_id = CASE WHEN $7 THEN $8 ELSE calendar_id END WHERE id = $1`,
    [
      id,
      changes.displayName ?? null,
      changes.kind ?? null,
      changes.fte ?? null,
      changes.timeZone !== undefined,
      changes.timeZone ?? null,
      changes.calendarId !== undefined,
      changes.calendarId ?? null,
    ],
  )
}

async function readAccounts(client: pg.PoolClient, id: string): Promise<AccountKey[]> {
  const { rows } = await client.query<AccountKey>(
    `SELECT connection_id AS "connectionId", account_id AS "accountId" FROM accounts WHERE person_id = $1`,
    [id],
  )
  return rows
}

async function replaceAbsences(client: pg.PoolClient, id: string, absences: readonly Absence[]): Promise<void> {
  await client.query(`DELETE FROM absences WHERE person_id = $1`, [id])
  await client.query(
    `INSERT INTO absences (person_id, "from", "to", fraction)
     SELECT $1, * FROM unnest($2::date[], $3::date[], $4::float8[]) ON CONFLICT (person_id, "from", "to") DO UPDATE SET fraction = excluded.fraction`,
    [id, absences.map((a) => a.from), absences.map((a) => a.to), absences.map((a) => a.fraction)],
  )
}
