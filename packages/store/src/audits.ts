import type {
  AuditedTicket,
  CategoryProbabilities,
  DecidedBy,
  DrawnTicket,
  LocalDate,
  WorkType,
} from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** A drawn sample, and how far the reading of it is. */
export interface Audit {
  readonly id: string
  readonly from: LocalDate
  readonly to: LocalDate
  /** What a person calls these days, such as `2026-Q3`. */
  readonly label: string
  /** Null: all teams. */
  readonly teamId: string | null
  /** How many tickets were asked for; when there were fewer, all of them are in it. */
  readonly size: number
  /** How many tickets with effort it was drawn from, and their units of effort. */
  readonly population: number
  readonly populationUnits: number
  readonly modelVersion: string
  readonly ruleSetVersion: number
  readonly drawnBy: string
  readonly drawnAt: Date
  /** When its labels were made overrides; null before. */
  readonly appliedAt: Date | null
  readonly appliedBy: string | null
  readonly items: number
  /** Items with a label of any reader, and with labels of two or more. */
  readonly labelled: number
  readonly labelledTwice: number
  readonly readers: number
}

/** What is said of a ticket while its own audit label is not known to whoever says it. */
export interface UnlabelledView {
  readonly ticketId: string
  readonly probabilities: CategoryProbabilities
  readonly category: string
  readonly workType: string | null
  readonly decidedBy: DecidedBy
}

/** Keeps a draw. The items are read in the order given. */
export async function insertAudit(
  tx: Db,
  audit: Pick<
    Audit,
    | 'id'
    | 'from'
    | 'to'
    | 'label'
    | 'teamId'
    | 'size'
    | 'population'
    | 'populationUnits'
    | 'modelVersion'
    | 'ruleSetVersion'
    | 'drawnBy'
  >,
  items: readonly (DrawnTicket & UnlabelledView & { readonly units: number })[],
): Promise<void> {
  const client = tx.$client as pg.PoolClient
  await client.query(
    `INSERT INTO audits (id, "from", "to", label, team_id, size, population, population_units, model_version, rule_set_version, drawn_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      audit.id,
      audit.from,
      audit.to,
      audit.label,
      audit.teamId,
      audit.size,
      audit.population,
      audit.populationUnits,
      audit.modelVersion,
      audit.ruleSetVersion,
      audit.drawnBy,
    ],
  )
  const records = items.map(({ probabilities: p, ...item }, ordinal) => ({
    ordinal,
    ticket_id: item.ticketId,
    stratum: item.stratum,
    inclusion_probability: item.inclusionProbability,
    units: item.units,
    p_feature: p.feature,
    p_strategic: p.strategic,
    p_sustaining: p.sustaining,
    category: item.category,
    work_type: item.workType,
    decided_by: item.decidedBy,
  }))
  await client.query(
    `INSERT INTO audit_items (audit_id, ticket_id, ordinal, stratum, inclusion_probability, units, p_feature, p_strategic, p_sustaining, category, work_type, decided_by)
     SELECT $1, ticket_id, ordinal, stratum, inclusion_probability, units, p_feature, p_strategic, p_sustaining, category, work_type, decided_by
       FROM json_to_recordset($2::json) AS r (ticket_id uuid, ordinal int, stratum text, inclusion_probability float8, units float8,
              p_feature float8, p_strategic float8, p_sustaining float8, category text, work_type text, decided_by text)`,
    [audit.id, JSON.stringify(records)],
  )
}

const view = `
  a.id, a."from"::text AS "from", a."to"::text AS "to", a.label, a.team_id AS "teamId", a.size, a.population, a.population_units AS "populationUnits",
  a.model_version AS "modelVersion", a.rule_set_version AS "ruleSetVersion", a.drawn_by AS "drawnBy", a.drawn_at AS "drawnAt",
  a.applied_at AS "appliedAt", a.applied_by AS "appliedBy", n.items, n.labelled, n."labelledTwice",
  (SELECT count(DISTINCT l.reader)::int FROM audit_items i JOIN audit_labels l ON l.ticket_id = i.ticket_id AND l.superseded_at IS NULL
    WHERE i.audit_id = a.id) AS readers
  FROM audits a
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS items, count(*) FILTER (WHERE k.labels > 0)::int AS labelled, count(*) FILTER (WHERE k.labels > 1)::int AS "labelledTwice"
      FROM audit_items i
      CROSS JOIN LATERAL (SELECT count(*) AS labels FROM audit_labels l WHERE l.ticket_id = i.ticket_id AND l.superseded_at IS NULL) k
     WHERE i.audit_id = a.id) n`

export async function findAudit(db: Db, id: string): Promise<Audit | null> {
  const { rows } = await (db.$client as pg.Pool).query<Audit>(`SELECT ${view} WHERE a.id = $1`, [id])
  return rows[0] ?? null
}

/** Place of an audit in the list. */
export interface AuditPlace {
  readonly drawnAt: Date
  readonly id: string
}

/** Audits, the last drawn first. */
export async function listAudits(
  db: Db,
  args: { readonly teamId?: string; readonly limit: number; readonly after: AuditPlace | null },
): Promise<Audit[]> {
  const { rows } = await (db.$client as pg.Pool).query<Audit>(
    `SELECT ${view}
      WHERE ($1::uuid IS NULL OR a.team_id = $1)
        AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', a.drawn_at), a.id) < ($2, $3::uuid))
      ORDER BY date_trunc('milliseconds', a.drawn_at) DESC, a.id DESC LIMIT $4`,
    [args.teamId ?? null, args.after?.drawnAt ?? null, args.after?.id ?? null, args.limit],
  )
  return rows
}

/**
 * The first of `before` of the overrides of a ticket that came after a time: what had been said until then. An override of a
 * drawn ticket may come from its reading, and its label stands for others that nobody put right.
 */
const beforeOverride = (ticket: string, since: string) => `
  (SELECT h.before FROM overrides h
    WHERE h.ticket_id = ${ticket} AND h.created_at > ${since} AND h.before IS NOT NULL
      AND EXISTS (SELECT FROM overrides o WHERE o.ticket_id = h.ticket_id AND o.undone_at IS NULL AND o.created_at > ${since})
    ORDER BY h.created_at LIMIT 1)`

/** The live layer's word on an audited ticket when it is not taught that ticket's label; null for a ticket that it was not taught. */
const crossFitted = (ticket: string) => `
  (SELECT json_build_object('feature', x.p_feature, 'strategic', x.p_strategic, 'sustaining', x.p_sustaining)::jsonb
     FROM model_layers y JOIN model_layer_predictions x ON x.layer_version = y.version
    WHERE y.state = 'live' AND x.ticket_id = ${ticket})`

/** What is said of a ticket, `c` being its classification, without knowing its label; null before anything was said. */
export const saidUnlabelled = (ticket: string) =>
  `coalesce(CASE WHEN c.decided_by IN ('model', 'none') THEN ${crossFitted(ticket)} END, ${decided})`

const decided = `CASE WHEN c.ticket_id IS NOT NULL THEN json_build_object('feature', c.p_feature, 'strategic', c.p_strategic, 'sustaining', c.p_sustaining)::jsonb END`

/**
 * The tickets of all audits that share days with these, each with the labels that hold. With a team: the audits of that
 * team and those of all teams; without: all. `probabilities` never knew the ticket's label: those of the live layer when
 * it learnt from the other tickets alone, those before an override that came after the draw, else those that hold.
 */
export async function readAuditedTickets(
  db: Db,
  args: { readonly from: LocalDate; readonly to: LocalDate; readonly teamId?: string },
): Promise<AuditedTicket[]> {
  return auditedTickets(
    db,
    `a."from" <= $2 AND a."to" >= $1 AND ($3::uuid IS NULL OR a.team_id IS NULL OR a.team_id = $3)`,
    [args.from, args.to, args.teamId ?? null],
  )
}

/** The tickets of one audit as {@link readAuditedTickets} gives them. */
export async function readTicketsOfAudit(db: Db, auditId: string): Promise<AuditedTicket[]> {
  return auditedTickets(db, 'a.id = $1', [auditId])
}

async function auditedTickets(db: Db, condition: string, values: readonly unknown[]): Promise<AuditedTicket[]> {
  const { rows } = await (db.$client as pg.Pool).query<AuditedTicket>(
    `SELECT i.ticket_id AS "ticketId", i.stratum, i.inclusion_probability AS "inclusionProbability", i.units,
            json_build_object('id', a.id, 'from', a."from", 'to', a."to", 'teamId', a.team_id) AS audit,
            coalesce(${beforeOverride('i.ticket_id', 'a.drawn_at')},
                     ${saidUnlabelled('i.ticket_id')},
                     json_build_object('feature', i.p_feature, 'strategic', i.p_strategic, 'sustaining', i.p_sustaining)::jsonb) AS probabilities,
            coalesce((SELECT json_agg(json_build_object('reader', l.reader, 'workType', l.work_type) ORDER BY l.reader)
                        FROM audit_labels l WHERE l.ticket_id = i.ticket_id AND l.superseded_at IS NULL), '[]') AS labels
       FROM audits a JOIN audit_items i ON i.audit_id = a.id
       LEFT JOIN classifications c ON c.ticket_id = i.ticket_id
      WHERE ${condition} ORDER BY a.drawn_at, a.id, i.ordinal`,
    [...values],
  )
  return rows
}

/** What may be said of tickets at a draw without having learnt from an audit label of theirs. */
export async function readUnlabelledViews(db: Db, ticketIds: readonly string[]): Promise<UnlabelledView[]> {
  const { rows } = await (db.$client as pg.Pool).query<UnlabelledView>(
    `SELECT t.id AS "ticketId", coalesce(c.category, 'unclassified') AS category, c.work_type AS "workType", coalesce(c.decided_by, 'none') AS "decidedBy",
            coalesce(CASE WHEN f.drawn_at IS NOT NULL THEN ${beforeOverride('t.id', 'f.drawn_at')} END,
                     ${saidUnlabelled('t.id')},
                     '{"feature": 0.3333333333333333, "strategic": 0.3333333333333333, "sustaining": 0.3333333333333333}') AS probabilities
       FROM tickets t LEFT JOIN classifications c ON c.ticket_id = t.id
       LEFT JOIN LATERAL (
         SELECT min(a.drawn_at) AS drawn_at FROM audit_items i JOIN audits a ON a.id = i.audit_id
          WHERE i.ticket_id = t.id AND EXISTS (SELECT FROM audit_labels l WHERE l.ticket_id = t.id)) f ON true
      WHERE t.id = ANY ($1::uuid[])`,
    [ticketIds],
  )
  return rows
}

/** A ticket as a blind reader sees it: neither what the machine says nor what another reader said. */
export interface AuditItemView {
  readonly ordinal: number
  readonly ticketId: string
  readonly key: string
  readonly url: string
  readonly title: string
  readonly description: string
  readonly type: string | null
  readonly labels: readonly string[]
  readonly components: readonly string[]
  readonly parent: { readonly key: string; readonly title: string | null } | null
  /** This reader's own label; null before. */
  readonly ownLabel: {
    readonly workType: WorkType | 'unclear'
    readonly note: string | null
    readonly at: string
  } | null
}

/** Items of an audit in the order of reading; `onlyOpen` leaves out what this reader has labelled. */
export async function listAuditItems(
  db: Db,
  args: {
    readonly auditId: string
    readonly reader: string
    readonly onlyOpen: boolean
    readonly limit: number
    readonly after: number | null
  },
): Promise<AuditItemView[]> {
  const { rows } = await (db.$client as pg.Pool).query<AuditItemView>(
    `SELECT i.ordinal, t.id AS "ticketId", t.key, t.url, t.title, t.description, t.type, t.labels, t.components,
            CASE WHEN p.id IS NOT NULL THEN json_build_object('key', p.key, 'title', p.title)
                 WHEN t.parent_key IS NOT NULL THEN json_build_object('key', t.parent_key, 'title', NULL) END AS parent,
            CASE WHEN l.id IS NOT NULL THEN json_build_object('workType', l.work_type, 'note', l.note, 'at', l.labelled_at) END AS "ownLabel"
       FROM audit_items i JOIN tickets t ON t.id = i.ticket_id
       LEFT JOIN LATERAL (
         SELECT p.id, p.key, p.title FROM tickets p
          WHERE p.connection_id = t.connection_id
            AND (p.external_id = t.parent_external_id OR (t.parent_external_id IS NULL AND p.key = t.parent_key)) LIMIT 1) p ON true
       LEFT JOIN audit_labels l ON l.ticket_id = i.ticket_id AND l.reader = $2 AND l.superseded_at IS NULL
      WHERE i.audit_id = $1 AND ($3::int IS NULL OR i.ordinal > $3) AND NOT ($4 AND l.id IS NOT NULL)
      ORDER BY i.ordinal LIMIT $5`,
    [args.auditId, args.reader, args.after, args.onlyOpen, args.limit],
  )
  return rows
}

/** What a reader says of a ticket. */
export interface NewAuditLabel {
  readonly ticketId: string
  readonly workType: WorkType | 'unclear'
  readonly note: string | null
}

/**
 * Keeps a reader's labels, in place of earlier ones of the same reader, which are kept as superseded. Answers the ids
 * that are no ticket of the audit; when there are any, nothing is kept.
 */
export async function writeAuditLabels(
  tx: Db,
  args: { readonly auditId: string; readonly reader: string; readonly labels: readonly NewAuditLabel[] },
): Promise<{ readonly unknown: readonly string[] }> {
  const client = tx.$client as pg.PoolClient
  const ids = args.labels.map((label) => label.ticketId)
  // One reader's requests at once come one after the other; of two labels of a ticket the later one holds.
  const { rows } = await client.query<{ id: string }>(
    `SELECT ticket_id AS id FROM audit_items WHERE audit_id = $1 AND ticket_id = ANY ($2::uuid[]) ORDER BY ticket_id FOR UPDATE`,
    [args.auditId, ids],
  )
  const known = new Set(rows.map((row) => row.id))
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length > 0) return { unknown }
  await client.query(
    `UPDATE audit_labels SET superseded_at = clock_timestamp() WHERE reader = $1 AND ticket_id = ANY ($2::uuid[]) AND superseded_at IS NULL`,
    [args.reader, ids],
  )
  await client.query(
    `INSERT INTO audit_labels (audit_id, ticket_id, reader, work_type, note, labelled_at)
     SELECT $1, "ticketId", $2, "workType", note, clock_timestamp() FROM json_to_recordset($3::json) AS r ("ticketId" uuid, "workType" text, note text)`,
    [args.auditId, args.reader, JSON.stringify(args.labels)],
  )
  return { unknown: [] }
}

/** Notes that an audit's labels were made overrides. False when somebody did that before. */
export async function markAuditApplied(
  tx: Db,
  args: { readonly auditId: string; readonly actor: string },
): Promise<boolean> {
  const { rowCount } = await (tx.$client as pg.PoolClient).query(
    `UPDATE audits SET applied_at = now(), applied_by = $2 WHERE id = $1 AND applied_at IS NULL`,
    [args.auditId, args.actor],
  )
  return (rowCount ?? 0) > 0
}
