import type { LocalDate, Status, Transition, WorkType } from '@headroom/domain'
import type pg from 'pg'
import type { ClassificationRow } from './classifications.ts'
import type { Db } from './store.ts'

/** A ticket's whole history, and who stands behind the accounts in it. */
export interface TicketHistory {
  readonly createdAt: number
  readonly status: Status
  readonly assigneeAccountId: string | null
  readonly transitions: readonly Transition[]
  /** Person by account id, of the accounts that we know. */
  readonly people: ReadonlyMap<string, string>
}

/** Null when there is no such ticket. */
export async function readTicketHistory(db: Db, ticketId: string): Promise<TicketHistory | null> {
  const client = db.$client as pg.Pool
  const { rows: tickets } = await client.query<{
    connectionId: string
    createdAt: Date
    status: Status
    assigneeAccountId: string | null
  }>(
    `SELECT connection_id AS "connectionId", created_at AS "createdAt", assignee_account_id AS "assigneeAccountId",
            json_build_object('id', status_id, 'name', status, 'category', status_category) AS status FROM tickets WHERE id = $1`,
    [ticketId],
  )
  const [ticket] = tickets
  if (!ticket) return null
  const { rows } = await client.query<
    Transition & { at: Date; fromCategory: string | null; toCategory: string | null }
  >(
    `SELECT id, at, field, "from", "to", from_name AS "fromName", to_name AS "toName", from_category AS "fromCategory",
            to_category AS "toCategory", author_account_id AS "authorAccountId"
       FROM transitions WHERE ticket_id = $1 ORDER BY ordinal`,
    [ticketId],
  )
  const { rows: people } = await client.query<{ accountId: string; personId: string }>(
    `SELECT account_id AS "accountId", person_id AS "personId" FROM accounts
      WHERE connection_id = $1 AND account_id = ANY ($2::text[])`,
    [ticket.connectionId, accountsIn(ticket.assigneeAccountId, rows)],
  )
  return {
    createdAt: ticket.createdAt.getTime(),
    status: ticket.status,
    assigneeAccountId: ticket.assigneeAccountId,
    transitions: rows.map(({ fromCategory, toCategory, ...t }) => ({
      ...t,
      at: (t.at as Date).getTime(),
      ...(fromCategory ? { fromCategory } : {}),
      ...(toCategory ? { toCategory } : {}),
    })) as Transition[],
    people: new Map(people.map((p) => [p.accountId, p.personId])),
  }
}

function accountsIn(assignee: string | null, transitions: readonly Transition[]): string[] {
  const all = [
    assignee,
    ...transitions.flatMap((t) => [t.authorAccountId, ...(t.field === 'assignee' ? [t.from, t.to] : [])]),
  ]
  return [...new Set(all.filter((account) => account !== null))]
}

/** What all people together gave to a ticket, in units by day, oldest first. Days without effort are left out. */
export async function readTicketEffortDays(db: Db, ticketId: string): Promise<{ date: LocalDate; units: number }[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ date: LocalDate; units: number }>(
    `SELECT day::text AS date, sum(units)::float8 AS units FROM effort WHERE ticket_id = $1 GROUP BY day HAVING sum(units) > 0 ORDER BY day`,
    [ticketId],
  )
  return rows
}

/** A judgement of a person that holds. */
export interface CurrentOverride {
  readonly workType: WorkType
  readonly note: string | null
  readonly createdAt: Date
}

/** The decision about a ticket in full, as it is kept, and the override that holds. */
export async function readClassification(
  db: Db,
  ticketId: string,
): Promise<{ readonly decision: ClassificationRow | null; readonly override: CurrentOverride | null }> {
  const client = db.$client as pg.Pool
  const decisions = await client.query<ClassificationRow>(
    `SELECT ticket_id AS "ticketId", category, work_type AS "workType", decided_by AS "decidedBy", confidence::float8,
            json_build_object('feature', p_feature, 'strategic', p_strategic, 'sustaining', p_sustaining) AS probabilities,
            work_type_probabilities AS "workTypeProbabilities", evidence, candidates, model_version AS "modelVersion",
            rule_set_version AS "ruleSetVersion"
       FROM classifications WHERE ticket_id = $1`,
    [ticketId],
  )
  const overrides = await client.query<CurrentOverride>(
    `SELECT work_type AS "workType", note, created_at AS "createdAt" FROM overrides WHERE ticket_id = $1 AND undone_at IS NULL`,
    [ticketId],
  )
  return { decision: decisions.rows[0] ?? null, override: overrides.rows[0] ?? null }
}
