import {
  type DataFinding,
  type DataFindingKind,
  defaultEffortSettings,
  findDataProblems,
  type LocalDate,
} from '@headroom/domain'
import {
  countFailedTickets,
  type Db,
  type ReportTicketRow,
  readCapacityFacts,
  readQualityFacts,
  readReportTickets,
  readTicketFacts,
} from '@headroom/store'

/** One thing that is wrong with the data, in words, with its tickets. */
export interface DataQualityFinding {
  readonly finding: DataFindingKind | 'unreadable'
  /** How many tickets it concerns. */
  readonly count: number
  /** What is wrong, and how to mend it. */
  readonly what: string
  /** How far the strategic share would move, as in DataFinding; null when nobody can say. */
  readonly movesShare: number | null
  readonly basis: DataFinding['basis']
  /** Those with most effect first, at most ten. */
  readonly tickets: readonly ReportTicketRow[]
}

export interface DataQualityQuery {
  readonly from: LocalDate
  /** Included. */
  readonly to: LocalDate
  readonly teamId?: string
}

const ticketsShown = 10

const words: Readonly<Record<DataQualityFinding['finding'], string>> = {
  'no-in-progress-status':
    'Finished in projects that hardly use an in-progress status: they get no effort. Map one of their statuses to in progress, or ask the team to move tickets when work starts.',
  'straight-to-done':
    'Finished without ever being in progress: they get no effort. Ask the team to move tickets when work starts.',
  unassigned: 'In progress without an assignee whom we know: their time is untracked. Assign them.',
  forgotten:
    'Still in progress two weeks after the last sign of work; they fade out of the effort. Close them or move them back.',
  'bulk-moved':
    'Moved together with many others within a minute: when their work began or ended is a guess. Move tickets when it happens.',
  'relabelled-late':
    'Decided by a person in the last week of the period or later. Look at them once more before you show the number.',
  'thin-text':
    'Decided by the model from hardly any text. Add a sentence on the purpose, or decide them by a rule or by hand.',
  deleted: 'Deleted after work on them had begun: what they took is lost. Cancel tickets instead of deleting them.',
  'history-incomplete': 'The tracker held back part of the history. Run a full sync.',
  'no-estimate':
    'Finished without an estimate where others have one: the split by points leaves them out. The split by effort does not need it.',
  unreadable: 'Tickets that could not be read; they are kept. See the runs of the connection.',
}

/** What is wrong with the data of some days, each with how far it could move the strategic share. */
export async function readDataQuality(db: Db, query: DataQualityQuery): Promise<DataQualityFinding[]> {
  const scope = query.teamId ? { teamId: query.teamId } : {}
  const periods = [{ from: query.from, to: query.to, label: '' }]
  const effort = { periods, by: 'none', basis: 'effort', ...scope } as const
  const [facts, capacity, failed] = await Promise.all([
    readTicketFacts(db, effort),
    readCapacityFacts(db, effort),
    countFailedTickets(db),
  ])
  const units = new Map(facts.map((fact) => [fact.ticketId, fact.units]))
  const quality = await readQualityFacts(db, { ...query, ticketIds: [...units.keys()] })
  const tickets = quality.map((fact) => ({
    ...fact,
    units: units.get(fact.ticketId) ?? 0,
    fadedUnits: Math.min(fact.fadedUnits, units.get(fact.ticketId) ?? 0),
    hasEstimate: fact.estimate !== null,
    estimate: fact.estimate ?? 0,
  }))
  const trackedUnits = facts.reduce((sum, fact) => sum + fact.units, 0)
  const found = findDataProblems(tickets, {
    strategicUnits: tickets.reduce((sum, ticket) => sum + ticket.units * ticket.strategic, 0),
    trackedUnits,
    untrackedUnits: Math.max(0, (capacity[0]?.capacityUnits ?? 0) - trackedUnits),
    unitsPerDay: defaultEffortSettings.unitsPerDay,
  })
  const findings = await withTickets(db, found)
  if (failed === 0) return findings
  const unreadable = { finding: 'unreadable', count: failed, movesShare: null, basis: 'effort', tickets: [] } as const
  return [...findings, { ...unreadable, what: words.unreadable }]
}

async function withTickets(db: Db, found: readonly DataFinding[]): Promise<DataQualityFinding[]> {
  const shown = found.flatMap(({ ticketIds }) => ticketIds.slice(0, ticketsShown))
  const texts = new Map((await readReportTickets(db, shown)).map((ticket) => [ticket.id, ticket]))
  return found.map(({ kind, ticketIds, movesShare, basis }) => ({
    finding: kind,
    count: ticketIds.length,
    what: words[kind],
    movesShare,
    basis,
    tickets: ticketIds.slice(0, ticketsShown).flatMap((id) => texts.get(id) ?? []),
  }))
}
