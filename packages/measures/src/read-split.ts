import { createHash } from 'node:crypto'
import {
  type AuditedTicket,
  type Basis,
  defaultEffortSettings,
  epochDay,
  type Grain,
  type Grouping,
  type LocalDate,
  localDate,
  measureSplit,
  periodsBetween,
  type SplitRow,
} from '@headroom/domain'
import {
  type Db,
  type FactPeriod,
  listConnections,
  readAuditedTickets,
  readCapacityFacts,
  readOrganisation,
  readSprintPeriods,
  readTeamRows,
  readTicketFacts,
  type TicketFact,
} from '@headroom/store'

/** What a split is asked for; both days are included. */
export interface SplitQuery {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly grain: Grain
  readonly by: Grouping
  readonly basis: Basis
  readonly teamId?: string
  /** Audited tickets that may correct the shares; absent: all that there are. None: what is said without audits. */
  readonly audited?: readonly AuditedTicket[]
}

/** What the classification model is known to get wrong, from its evaluation on projects that it never saw. */
export interface ModelDoubt {
  /** Standard deviation of its error in the strategic share. */
  readonly shareErrorSd: number
}

/** What would be decided about some tickets, by their ids, in place of what is. */
export type SupposedDecisions = ReadonlyMap<
  string,
  Pick<TicketFact, 'category' | 'workType' | 'decidedBy' | 'confidence' | 'pFeature' | 'pStrategic' | 'pSustaining'>
>

/**
 * The split by period and group, oldest period first, groups by name. A period without any effort or capacity has no row
 * when it is grouped, and a row of zeros when it is not. With `supposed`, as if that had been decided.
 */
export async function readSplit(
  db: Db,
  query: SplitQuery,
  model: ModelDoubt,
  supposed?: SupposedDecisions,
): Promise<SplitRow[]> {
  const periods: FactPeriod[] =
    query.grain === 'sprint' ? await readSprintPeriods(db, query) : periodsBetween(query.from, query.to, query.grain)
  const [facts, capacities, groups, audited] = await Promise.all([
    readTicketFacts(db, { ...query, periods }),
    readCapacityFacts(db, { ...query, periods }),
    readGroups(db, query.by),
    readAudited(db, query),
  ])
  const cells = new Map<string, Cell>()
  const cellOf = (period: number, groupId: string | null): Cell => {
    const key = `${period} ${groupId ?? ''}`
    const known = cells.get(key)
    if (known) return known
    const cell: Cell = { period, groupId, facts: [], capacityUnits: null }
    cells.set(key, cell)
    return cell
  }
  if (query.by === 'none') periods.forEach((_, no) => void cellOf(no, null))
  for (const fact of facts) {
    const instead = supposed?.get(fact.ticketId)
    cellOf(fact.period, fact.groupId).facts.push(instead ? { ...fact, ...instead } : fact)
  }
  if (query.basis === 'effort' && (query.by === 'none' || query.by === 'team') && query.grain !== 'sprint') {
    for (const c of capacities) cellOf(c.period, c.groupId).capacityUnits = c.capacityUnits
  }
  return [...cells.values()]
    .map((cell) => toRow(cell, { query, periods, groups, model, audited, auditsHash: hashOf(audited) }))
    .sort(
      (a, b) =>
        compare(a.period.from, b.period.from) ||
        compare(a.period.label, b.period.label) ||
        compare(a.group?.name ?? '', b.group?.name ?? ''),
    )
}

const auditDaysBack = 730

/** Audits are drawn by effort, so they say nothing of the other bases. */
async function readAudited(db: Db, query: SplitQuery): Promise<readonly AuditedTicket[]> {
  if (query.basis !== 'effort') return []
  return (
    query.audited ??
    (await readAuditedTickets(db, { from: localDate(epochDay(query.from) - auditDaysBack), to: query.to }))
  )
}

function hashOf(audited: readonly AuditedTicket[]): string {
  return createHash('sha256').update(JSON.stringify(audited)).digest('base64url')
}

interface Cell {
  readonly period: number
  readonly groupId: string | null
  readonly facts: TicketFact[]
  capacityUnits: number | null
}

interface Group {
  readonly name: string
  readonly target: number | null
}

interface Groups {
  readonly target: number
  readonly byId: ReadonlyMap<string, Group>
}

async function readGroups(db: Db, by: Grouping): Promise<Groups> {
  const { target } = await readOrganisation(db)
  const rows =
    by === 'team'
      ? await readTeamRows(db)
      : by === 'connection'
        ? (await listConnections(db)).map(({ id, name }) => ({ id, name, target: null }))
        : []
  return { target, byId: new Map(rows.map((row) => [row.id, row])) }
}

interface RowContext {
  readonly query: SplitQuery
  readonly periods: readonly FactPeriod[]
  readonly groups: Groups
  readonly model: ModelDoubt
  readonly audited: readonly AuditedTicket[]
  readonly auditsHash: string
}

function toRow(cell: Cell, context: RowContext): SplitRow {
  const { query, periods, groups, model, audited, auditsHash } = context
  const period = periods[cell.period]
  if (!period) throw new RangeError(`The store answered for period ${cell.period} of ${periods.length}`)
  const group = cell.groupId === null ? undefined : groups.byId.get(cell.groupId)
  const target = group?.target ?? groups.target
  const { doubt: _, ...measure } = measureSplit({
    tickets: cell.facts.map(toTicketEffort),
    unitsPerDay: query.basis === 'effort' ? defaultEffortSettings.unitsPerDay : 1,
    capacityUnits: query.basis === 'effort' ? cell.capacityUnits : null,
    target,
    modelShareErrorSd: model.shareErrorSd,
    audits: { audited, days: period },
  })
  return {
    period: { from: period.from, to: period.to, label: period.label },
    group:
      query.by === 'none'
        ? null
        : { kind: query.by, id: cell.groupId ?? 'none', name: group?.name ?? cell.groupId ?? `No ${query.by}` },
    ...measure,
    revision: revisionOf(cell, [target, model.shareErrorSd, audited.length > 0 ? auditsHash : '']),
  }
}

function toTicketEffort(fact: TicketFact) {
  return {
    ticketId: fact.ticketId,
    units: fact.units,
    unitsEqual: fact.unitsEqual,
    unitsPoints: fact.unitsPoints,
    classification: {
      probabilities: normalised({ feature: fact.pFeature, strategic: fact.pStrategic, sustaining: fact.pSustaining }),
      unclassified: fact.category === 'unclassified',
      decidedBy: fact.decidedBy,
    },
  }
}

/** The store keeps single precision; the sum is made 1 again. */
function normalised(p: { feature: number; strategic: number; sustaining: number }) {
  const sum = p.feature + p.strategic + p.sustaining
  return { feature: p.feature / sum, strategic: p.strategic / sum, sustaining: p.sustaining / sum }
}

/** Equal as long as every fact under the row is. */
function revisionOf(cell: Cell, settings: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify([cell.capacityUnits, ...settings]))
  for (const f of cell.facts) {
    hash.update(
      `${f.ticketId} ${f.units} ${f.unitsEqual} ${f.unitsPoints} ${f.category} ${f.decidedBy} ${f.pFeature} ${f.pStrategic} ${f.pSustaining}\n`,
    )
  }
  return hash.digest('base64url').slice(0, 16)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
