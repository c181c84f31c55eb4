import type { TrackerTicket } from '@headroom/domain'
import type pg from 'pg'
import { timestamp } from './timestamp.ts'

interface TicketWithHistory {
  readonly id: string
  readonly ticket: TrackerTicket
}

/**
 * Replaces the histories of tickets by what was read. Whole sets are replaced, since trackers regroup, redate and
 * remove entries; `existed` names the tickets that may have rows already.
 */
export async function writeHistories(
  client: pg.PoolClient,
  tickets: readonly TicketWithHistory[],
  { existed }: { readonly existed: readonly string[] },
): Promise<void> {
  if (existed.length > 0) {
    for (const table of ['transitions', 'activities', 'worklogs']) {
      await client.query(`DELETE FROM ${table} WHERE ticket_id = ANY($1::uuid[])`, [existed])
    }
  }
  await insertTransitions(client, tickets)
  await insertActivities(client, tickets)
  await insertWorklogs(client, tickets)
}

async function insertTransitions(client: pg.PoolClient, tickets: readonly TicketWithHistory[]): Promise<void> {
  const rows = tickets.flatMap(({ id, ticket }) =>
    ticket.transitions.map((t, ordinal) => ({ ticketId: id, ordinal, t })),
  )
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO transitions
       (ticket_id, ordinal, id, at, field, "from", "to", from_name, to_name, from_category, to_category, author_account_id)
     SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                          $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])`,
    [
      rows.map((r) => r.ticketId),
      rows.map((r) => r.ordinal),
      rows.map((r) => r.t.id),
      rows.map((r) => timestamp(r.t.at)),
      rows.map((r) => r.t.field),
      rows.map((r) => r.t.from),
      rows.map((r) => r.t.to),
      rows.map((r) => r.t.fromName),
      rows.map((r) => r.t.toName),
      rows.map((r) => r.t.fromCategory ?? null),
      rows.map((r) => r.t.toCategory ?? null),
      rows.map((r) => r.t.authorAccountId),
    ],
  )
}

async function insertActivities(client: pg.PoolClient, tickets: readonly TicketWithHistory[]): Promise<void> {
  const rows = tickets.flatMap(({ id, ticket }) => ticket.activities.map((a) => ({ ticketId: id, a })))
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO activities (ticket_id, id, at, kind, author_account_id)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`,
    [
      rows.map((r) => r.ticketId),
      rows.map((r) => r.a.id),
      rows.map((r) => timestamp(r.a.at)),
      rows.map((r) => r.a.kind),
      rows.map((r) => r.a.authorAccountId),
    ],
  )
}

async function insertWorklogs(client: pg.PoolClient, tickets: readonly TicketWithHistory[]): Promise<void> {
  const rows = tickets.flatMap(({ id, ticket }) => ticket.worklogs.map((w) => ({ ticketId: id, w })))
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO worklogs (ticket_id, id, author_account_id, started_at, seconds)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[]) ON CONFLICT DO NOTHING`,
    [
      rows.map((r) => r.ticketId),
      rows.map((r) => r.w.id),
      rows.map((r) => r.w.authorAccountId),
      rows.map((r) => timestamp(r.w.startedAt)),
      rows.map((r) => r.w.seconds),
    ],
  )
}
