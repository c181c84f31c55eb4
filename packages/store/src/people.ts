import type { Absence, NamedPerson } from '@headroom/domain'
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
           FROM absences b WHERE b.person_id = p.id), '[]') AS absences
    FROM people p`

/** Everybody with an account, as far as it takes to find who may be the same human. */
export async function readNamedPeople(db: Db): Promise<NamedPerson[]> {
  const { rows } = await (db.$client as pg.Pool).query<NamedPerson>(
    `SELECT p.id, p.kind, array_agg(DISTINCT a.display_name) || p.display_name AS names,
            coalesce(array_agg(DISTINCT a.email) FILTER (WHERE a.email IS NOT NULL), '{}') AS emails,
            array_agg(DISTINCT a.connection_id) AS "connectionIds"
       FROM people p JOIN accounts a ON a.person_id = p.id GROUP BY p.id`,
  )
  return rows
}

/** The names of people by their id. */
export async function readPersonNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string; name: string }>(
    `SELECT id, display_name AS name FROM people WHERE id = ANY ($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((r) => [r.id, r.name]))
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
