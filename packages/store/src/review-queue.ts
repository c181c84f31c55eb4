import type { WorkTypeProbabilities } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/**
 * Those of these tickets that nobody has judged or is to judge blind: neither overridden nor drawn by an audit, whose
 * readers must not see what the machine says.
 */
export async function readUnjudgedIds(db: Db, ticketIds: readonly string[]): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(
    `SELECT id FROM unnest($1::uuid[]) AS t (id)
      WHERE NOT EXISTS (SELECT FROM overrides o WHERE o.ticket_id = t.id AND o.undone_at IS NULL)
        AND NOT EXISTS (SELECT FROM audit_items i WHERE i.ticket_id = t.id)`,
    [ticketIds],
  )
  return rows.map((row) => row.id)
}

/** What a person needs to see of a ticket to judge it. */
export interface TicketToReview {
  readonly id: string
  readonly key: string
  readonly title: string
  readonly url: string
  readonly description: string
  readonly type: string | null
  readonly labels: readonly string[]
  readonly components: readonly string[]
  readonly parent: { readonly key: string; readonly title: string } | null
  readonly workTypeProbabilities: Partial<WorkTypeProbabilities>
  readonly evidence: readonly unknown[]
}

/** These tickets, in any order; those that are gone are left out. */
export async function readTicketsToReview(db: Db, ticketIds: readonly string[]): Promise<TicketToReview[]> {
  const { rows } = await (db.$client as pg.Pool).query<TicketToReview>(
    `SELECT t.id, t.key, t.title, t.url, t.description, t.type, t.labels, t.components,
            CASE WHEN p.key IS NOT NULL THEN json_build_object('key', p.key, 'title', p.title) END AS parent,
            coalesce(c.work_type_probabilities, '{}') AS "workTypeProbabilities", coalesce(c.evidence, '[]') AS evidence
       FROM tickets t LEFT JOIN classifications c ON c.ticket_id = t.id
       LEFT JOIN LATERAL (
         SELECT p.key, p.title FROM tickets p
          WHERE p.connection_id = t.connection_id
            AND (p.external_id = t.parent_external_id OR (t.parent_external_id IS NULL AND p.key = t.parent_key)) LIMIT 1) p ON true
      WHERE t.id = ANY ($1::uuid[])`,
    [ticketIds],
  )
  return rows
}
