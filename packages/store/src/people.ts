import type { Absence } from '@headroom/domain'
import type pg from 'pg'
import { addMeasureWork } from './remeasure.ts'
import type { Db } from './store.ts'

export interface PersonAccount {
  readonly connectionId: string
  readonly accountId: string
  readonly displayName: string
  readonly email: string | null
  readonly active: boolean
}

/** A human over all trackers, or a bot. */
export interface PersonView {
  readonly id: string
  readonly displayName: string
  readonly kind: 'human' | 'bot'
  readonly timeZone: string | null
  readonly calendarId: string | null
  readonly fte: number
  readonly accounts: readonly PersonAccount[]
  readonly absences: readonly Absence[]
  /** Others who may be the same human: the same name in another tracker. */
  readonly mergeSuggestions: readonly { readonly personId: string; readonly displayName: string }[]
}

/** People by name; those whose accounts were all merged into somebody else are left out. */
export async function listPeople(
  db: Db,
  args: { readonly limit: number; readonly after: { readonly name: string; readonly id: string } | null },
): Promise<PersonView[]> {
  const { rows } = await (db.$client as pg.Pool).query<PersonView>(
    `${personSql} WHERE EXISTS (SELECT FROM accounts a WHERE a.person_id = p.id)
        AND ($1::text IS NULL OR (p.display_name COLLATE "C", p.id) > ($1 COLLATE "C", $2::uuid))
      ORDER BY p.display_name COLLATE "C", p.id LIMIT $3`,
    [args.after?.name ?? null, args.after?.id ?? null, args.limit],
  )
  return rows
}

export async function findPerson(db: Db, id: string): Promise<PersonView | null> {
  const { rows } = await (db.$client as pg.Pool).query<PersonView>(`${personSql} WHERE p.id = $1`, [id])
  return rows[0] ?? null
}

const personSql = `
  SELECT p.id, p.display_name AS "displayName", p.kind, p.time_zone AS "timeZone", p.calendar_id AS "calendarId", p.fte,
         coalesce((SELECT json_agg(json_build_object('connectionId', a.connection_id, 'accountId', a.account_id, 'displayName', a.display_name,
           'email', a.email, 'active', a.active) ORDER BY a.connection_id, a.account_id) FROM accounts a WHERE a.person_id = p.id), '[]') AS accounts,
         coalesce((SELECT json_agg(json_build_object('from', b."from", 'to', b."to", 'fraction', b.fraction) ORDER BY b."from", b."to")
           FROM absences b WHERE b.person_id = p.id), '[]') AS absences,
         coalesce((SELECT json_agg(json_build_object('personId', q.id, 'displayName', q.display_name) ORDER BY q.id) FROM people q
           WHERE q.id <> p.id AND q.kind = p.kind AND lower(q.display_name) = lower(p.display_name)
             AND EXISTS (SELECT FROM accounts x WHERE x.person_id = q.id)
             AND NOT EXISTS (SELECT FROM accounts x JOIN accounts y ON y.connection_id = x.connection_id WHERE x.person_id = p.id AND y.person_id = q.id)),
           '[]') AS "mergeSuggestions"
    FROM people p`

export interface PersonChanges {
  readonly displayName?: string | undefined
  readonly kind?: 'human' | 'bot' | undefined
  readonly timeZone?: string | null | undefined
  readonly calendarId?: string | null | undefined
  readonly fte?: number | undefined
  /** In place of all earlier ones. */
  readonly absences?: readonly Absence[] | undefined
  /** Accounts that are this person's too; they leave whoever had them. */
  readonly accounts?: readonly { readonly connectionId: string; readonly accountId: string }[] | undefined
}

/** Changes a person and has their days measured again. The caller has checked that the person and calendar exist. */
export async function updatePerson(tx: Db, id: string, changes: PersonChanges): Promise<void> {
  const client = tx.$client as pg.PoolClient
  const before = await ownersOf(client, changes.accounts ?? [])
  await client.query(
    `UPDATE people SET display_name = coalesce($2, display_name), kind = coalesce($3, kind), fte = coalesce($4, fte),
       time_zone = CASE WHEN $5 THEN $6 ELSE time_zone END, calendar_id = CASE WHEN $7 THEN $8 ELSE calendar_id END WHERE id = $1`,
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
  if (changes.absences) await replaceAbsences(client, id, changes.absences)
  for (const account of changes.accounts ?? []) {
    await client.query(`UPDATE accounts SET person_id = $1 WHERE connection_id = $2 AND account_id = $3`, [
      id,
      account.connectionId,
      account.accountId,
    ])
  }
  await addMeasureWork(tx, { personIds: [id, ...before] })
}

async function replaceAbsences(client: pg.PoolClient, id: string, absences: readonly Absence[]): Promise<void> {
  await client.query(`DELETE FROM absences WHERE person_id = $1`, [id])
  await client.query(
    `INSERT INTO absences (person_id, "from", "to", fraction)
     SELECT $1, * FROM unnest($2::date[], $3::date[], $4::float8[]) ON CONFLICT (person_id, "from", "to") DO UPDATE SET fraction = excluded.fraction`,
    [id, absences.map((a) => a.from), absences.map((a) => a.to), absences.map((a) => a.fraction)],
  )
}

async function ownersOf(
  client: pg.PoolClient,
  accounts: readonly { readonly connectionId: string; readonly accountId: string }[],
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT DISTINCT a.person_id AS id FROM accounts a JOIN unnest($1::uuid[], $2::text[]) AS g (connection_id, account_id)
         USING (connection_id, account_id)`,
    [accounts.map((a) => a.connectionId), accounts.map((a) => a.accountId)],
  )
  return rows.map((r) => r.id)
}

/** An absence as a list from elsewhere names it. */
export interface NamedAbsence extends Absence {
  /** A person's id, or the e-mail address of one of their accounts. */
  readonly person: string
}

/**
 * Adds absences to those there are; one of the same days takes the new fraction. Answers which persons nobody knows, and
 * then adds nothing.
 */
export async function addAbsences(tx: Db, absences: readonly NamedAbsence[]): Promise<{ unknown: readonly string[] }> {
  const client = tx.$client as pg.PoolClient
  const { rows } = await client.query<{ person: string; id: string | null }>(
    `SELECT n.person, coalesce((SELECT p.id FROM people p WHERE p.id::text = lower(n.person)),
              (SELECT a.person_id FROM accounts a WHERE lower(a.email) = lower(n.person) ORDER BY a.connection_id LIMIT 1)) AS id
       FROM (SELECT DISTINCT unnest($1::text[]) AS person) n`,
    [absences.map((a) => a.person)],
  )
  const unknown = rows.filter((row) => row.id === null).map((row) => row.person)
  if (unknown.length > 0) return { unknown }
  const idOf = new Map(rows.map((row) => [row.person, row.id]))
  for (const { person, from, to, fraction } of absences) {
    await client.query(
      `INSERT INTO absences (person_id, "from", "to", fraction) VALUES ($1, $2, $3, $4)
       ON CONFLICT (person_id, "from", "to") DO UPDATE SET fraction = excluded.fraction`,
      [idOf.get(person), from, to, fraction],
    )
  }
  await addMeasureWork(tx, { personIds: rows.flatMap((row) => (row.id ? [row.id] : [])) })
  return { unknown: [] }
}
