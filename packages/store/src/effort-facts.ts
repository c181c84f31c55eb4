import type { Absence, Activity, EpochMs, LocalDate, Status, Transition, Worklog } from '@headroom/domain'
import type pg from 'pg'
import { ticketId } from './ids.ts'
import type { Db } from './store.ts'

/** What the effort rule needs of a ticket, as stored. */
export interface TicketEffortFacts {
  readonly id: string
  readonly connectionId: string
  /** Of a sub-task its parent, whether or not the store has it yet; else the ticket itself. */
  readonly groupId: string
  readonly createdAt: EpochMs
  readonly status: Status
  readonly assigneeAccountId: string | null
  readonly estimate: number | null
  readonly isEpic: boolean
  readonly deletedAt: EpochMs | null
  readonly transitions: readonly Transition[]
  readonly activities: readonly Activity[]
  readonly worklogs: readonly Worklog[]
}

interface TicketRow
  extends Omit<
    TicketEffortFacts,
    'groupId' | 'createdAt' | 'deletedAt' | 'status' | 'transitions' | 'activities' | 'worklogs'
  > {
  readonly groupExternalId: string | null
  readonly createdAt: Date
  readonly deletedAt: Date | null
  readonly statusId: string
  readonly statusName: string
  readonly statusCategory: Status['category']
}

/** Tickets with their histories, sorted by id. */
export async function readTicketEffortFacts(db: Db, ticketIds: readonly string[]): Promise<TicketEffortFacts[]> {
  const client = db.$client as pg.Pool
  const tickets = await client.query<TicketRow>(
    `SELECT t.id, t.connection_id AS "connectionId",
            CASE WHEN t.is_subtask THEN t.parent_external_id END AS "groupExternalId",
            t.created_at AS "createdAt", t.status_id AS "statusId", t.status AS "statusName", t.status_category AS "statusCategory",
            t.assignee_account_id AS "assigneeAccountId", t.estimate, t.is_epic AS "isEpic", t.deleted_at AS "deletedAt"
       FROM tickets t WHERE t.id = ANY ($1::uuid[]) ORDER BY t.id`,
    [ticketIds],
  )
  const transitions = await byTicket<TransitionRow>(
    client,
    `SELECT ticket_id, id, at, field, "from", "to", from_name, to_name, from_category, to_category, author_account_id
       FROM transitions WHERE ticket_id = ANY ($1::uuid[]) AND field IN ('status', 'assignee', 'estimate') ORDER BY ticket_id, ordinal`,
    ticketIds,
  )
  const activities = await byTicket<ActivityRow>(
    client,
    `SELECT ticket_id, id, at, kind, author_account_id FROM activities WHERE ticket_id = ANY ($1::uuid[]) ORDER BY ticket_id, at, id`,
    ticketIds,
  )
  const worklogs = await byTicket<WorklogRow>(
    client,
    `SELECT ticket_id, id, author_account_id, started_at, seconds FROM worklogs WHERE ticket_id = ANY ($1::uuid[]) ORDER BY ticket_id, started_at, id`,
    ticketIds,
  )
  return tickets.rows.map(
    ({ groupExternalId, statusId, statusName, statusCategory, createdAt, deletedAt, ...ticket }) => ({
      ...ticket,
      groupId: groupExternalId === null ? ticket.id : ticketId(ticket.connectionId, groupExternalId),
      createdAt: createdAt.getTime(),
      deletedAt: deletedAt?.getTime() ?? null,
      status: { id: statusId, name: statusName, category: statusCategory },
      transitions: (transitions.get(ticket.id) ?? []).map(toTransition),
      activities: (activities.get(ticket.id) ?? []).map((a) => ({
        id: a.id,
        at: a.at.getTime(),
        kind: a.kind,
        authorAccountId: a.author_account_id,
      })),
      worklogs: (worklogs.get(ticket.id) ?? []).map((w) => ({
        id: w.id,
        authorAccountId: w.author_account_id,
        startedAt: w.started_at.getTime(),
        seconds: w.seconds,
      })),
    }),
  )
}

interface OfTicket {
  readonly ticket_id: string
}
interface TransitionRow extends OfTicket {
  readonly id: string
  readonly at: Date
  readonly field: Transition['field']
  readonly from: string | null
  readonly to: string | null
  readonly from_name: string | null
  readonly to_name: string | null
  readonly from_category: Status['category'] | null
  readonly to_category: Status['category'] | null
  readonly author_account_id: string | null
}
interface ActivityRow extends OfTicket {
  readonly id: string
  readonly at: Date
  readonly kind: Activity['kind']
  readonly author_account_id: string | null
}
interface WorklogRow extends OfTicket {
  readonly id: string
  readonly author_account_id: string | null
  readonly started_at: Date
  readonly seconds: number
}

async function byTicket<R extends OfTicket>(
  client: pg.Pool,
  query: string,
  ids: readonly string[],
): Promise<Map<string, R[]>> {
  const { rows } = await client.query(query, [ids])
  const groups = new Map<string, R[]>()
  for (const row of rows as R[]) {
    const group = groups.get(row.ticket_id)
    if (group) group.push(row)
    else groups.set(row.ticket_id, [row])
  }
  return groups
}

/** A transition as stored, in the domain's words. */
function toTransition(t: TransitionRow): Transition {
  return {
    id: t.id,
    at: t.at.getTime(),
    field: t.field,
    from: t.from,
    to: t.to,
    fromName: t.from_name,
    toName: t.to_name,
    ...(t.from_category ? { fromCategory: t.from_category } : {}),
    ...(t.to_category ? { toCategory: t.to_category } : {}),
    authorAccountId: t.author_account_id,
  }
}

/** Who stands behind an account, and when they work. */
export interface AccountFacts {
  readonly connectionId: string
  readonly accountId: string
  /** What a person decided, else what the tracker says. */
  readonly kind: 'human' | 'bot'
  readonly personId: string
  readonly personKind: 'human' | 'bot'
  readonly timeZone: string | null
  readonly calendarId: string
  readonly fte: number
}

/** All accounts of these connections. */
export async function readAccountFacts(db: Db, connectionIds: readonly string[]): Promise<AccountFacts[]> {
  const { rows } = await (db.$client as pg.Pool).query<AccountFacts>(
    `SELECT a.connection_id AS "connectionId", a.account_id AS "accountId",
            CASE WHEN p.kind_decided THEN p.kind ELSE a.kind END AS kind, p.id AS "personId", p.kind AS "personKind",
            p.time_zone AS "timeZone", coalesce(p.calendar_id, 'default') AS "calendarId", p.fte
       FROM accounts a JOIN people p ON p.id = a.person_id WHERE a.connection_id = ANY ($1::uuid[])`,
    [connectionIds],
  )
  return rows
}

export interface CalendarFacts {
  readonly id: string
  readonly name: string
  readonly timeZone: string
  readonly weekdays: readonly number[]
  readonly opensAt: string
  readonly closesAt: string
  /** A region such as "DE-BE", or dates. */
  readonly holidays: string | readonly LocalDate[]
}

export async function readCalendars(db: Db): Promise<CalendarFacts[]> {
  const { rows } = await (db.$client as pg.Pool).query<CalendarFacts>(
    `SELECT id, name, time_zone AS "timeZone", weekdays, opens_at AS "opensAt", closes_at AS "closesAt", holidays FROM calendars ORDER BY id`,
  )
  return rows
}

/** Absences by person. */
export async function readAbsences(db: Db): Promise<Map<string, Absence[]>> {
  const { rows } = await (db.$client as pg.Pool).query<Absence & { personId: string }>(
    `SELECT person_id AS "personId", "from"::text, "to"::text, fraction FROM absences ORDER BY person_id, "from", "to"`,
  )
  return Map.groupBy(rows, (row) => row.personId)
}
