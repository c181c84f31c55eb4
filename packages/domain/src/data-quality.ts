import { quantile, sum } from './statistics.ts'

/** What can be wrong in a tracker's data, in the order in which it is told. */
export const dataFindingKinds = [
  'no-in-progress-status',
  'straight-to-done',
  'unassigned',
  'forgotten',
  'bulk-moved',
  'relabelled-late',
  'thin-text',
  'deleted',
  'history-incomplete',
  'no-estimate',
] as const
export type DataFindingKind = (typeof dataFindingKinds)[number]

/** A ticket of the period that is looked at, as far as its data may be wrong. */
export interface TicketForQuality {
  readonly ticketId: string
  readonly project: string | null
  /** Effort in the period. */
  readonly units: number
  /** The part of `units` that came after the fresh days, when nobody gave a sign of work any more. */
  readonly fadedUnits: number
  /** Probability of being strategic, as decided; 0 for an unclassified ticket, which adds to no category. */
  readonly strategic: number
  /** The same before somebody overrode it near the end of the period or later; null when nobody did. */
  readonly strategicBefore: number | null
  /** Finished within the period. */
  readonly finished: boolean
  /** Was in progress at any time. */
  readonly wasActive: boolean
  /** Working days of the period on which it was in progress and assigned to nobody whom we know. */
  readonly unassignedDays: number
  readonly isOpenAndForgotten: boolean
  readonly bulkMoved: boolean
  /** Decided by a model from hardly any text. */
  readonly thinText: boolean
  readonly deleted: boolean
  readonly historyComplete: boolean
  readonly hasEstimate: boolean
  /** Story points, for those that have them. */
  readonly estimate: number
}

/** One thing that is wrong, over all tickets that it is wrong with. */
export interface DataFinding {
  readonly kind: DataFindingKind
  /** Largest possible effect first. */
  readonly ticketIds: readonly string[]
  /**
   * How far the strategic share would move (0.01 is a point) if the data were right, or if what can't be trusted were left
   * out; an estimate. Null when nothing can be said, for want of tickets to compare with.
   */
  readonly movesShare: number | null
  /** Which share: of effort, or of story points. */
  readonly basis: 'effort' | 'points'
}

/** The whole that the findings could move. */
export interface QualityTotals {
  /** Strategic part of the tracked effort, by probabilities. */
  readonly strategicUnits: number
  readonly trackedUnits: number
  /** Capacity without any ticket; unassigned work can't have taken more. */
  readonly untrackedUnits: number
  readonly unitsPerDay: number
}

/** A project in which fewer than this part of the finished tickets were ever in progress does not use the status at all. */
const usesProgress = 0.5
/** So many finished tickets say something about a project's habits. */
const habitTickets = 10

/**
 * What is wrong with a period's data, each with how far it could move the strategic share S/W.
 *
 * Effort that is missing is supposed to be the median of a finished ticket's (tickets that were never in progress, deleted
 * ones) or the days themselves (unassigned ones, within the untracked time): the share becomes (S + Σ w p)/(W + Σ w).
 * Effort that can't be trusted (after a ticket was forgotten, between bulk moves, with half a history) is left out:
 * (S - Σ w p)/(W - Σ w). Labels that can't be trusted get what was said before, or the average. So each figure answers
 * "what if", one finding at a time; they don't add up, and overlap.
 */
export function findDataProblems(tickets: readonly TicketForQuality[], totals: QualityTotals): DataFinding[] {
  const idle = projectsWithoutProgress(tickets)
  const never = tickets.filter((t) => t.finished && !t.wasActive && !t.deleted)
  const inIdle = (t: TicketForQuality) => t.project !== null && idle.has(t.project)
  const usual = median(tickets.filter((t) => t.finished && t.units > 0).map((t) => t.units))
  const average = totals.trackedUnits === 0 ? 0 : totals.strategicUnits / totals.trackedUnits
  const asUsual = (t: TicketForQuality) => (usual === null ? null : { ticket: t, units: usual })
  const found: Record<DataFindingKind, DataFinding> = {
    'no-in-progress-status': added(
      'no-in-progress-status',
      never.filter(inIdle).map(asUsual),
      never.filter(inIdle),
      totals,
    ),
    'straight-to-done': added(
      'straight-to-done',
      never.filter((t) => !inIdle(t)).map(asUsual),
      never.filter((t) => !inIdle(t)),
      totals,
    ),
    unassigned: unassigned(tickets, totals),
    forgotten: leftOut(
      'forgotten',
      tickets.filter((t) => t.isOpenAndForgotten || t.fadedUnits > 0),
      (t) => t.fadedUnits,
      totals,
    ),
    'bulk-moved': leftOut(
      'bulk-moved',
      tickets.filter((t) => t.bulkMoved),
      (t) => t.units,
      totals,
    ),
    'relabelled-late': relabelled(
      'relabelled-late',
      tickets.filter((t) => t.strategicBefore !== null && t.units > 0),
      (t) => t.strategicBefore ?? t.strategic,
      totals,
    ),
    'thin-text': relabelled(
      'thin-text',
      tickets.filter((t) => t.thinText && t.units > 0),
      () => average,
      totals,
    ),
    deleted: added(
      'deleted',
      tickets.filter((t) => t.deleted).map(asUsual),
      tickets.filter((t) => t.deleted),
      totals,
    ),
    'history-incomplete': leftOut(
      'history-incomplete',
      tickets.filter((t) => !t.historyComplete),
      (t) => t.units,
      totals,
    ),
    'no-estimate': withoutEstimate(tickets),
  }
  return dataFindingKinds.map((kind) => found[kind]).filter((finding) => finding.ticketIds.length > 0)
}

function projectsWithoutProgress(tickets: readonly TicketForQuality[]): ReadonlySet<string> {
  const finished = tickets.filter((t) => t.finished && t.project !== null)
  const idle = [...Map.groupBy(finished, (t) => t.project ?? '')].filter(
    ([, all]) => all.length >= habitTickets && all.filter((t) => t.wasActive).length < usesProgress * all.length,
  )
  return new Set(idle.map(([project]) => project))
}

interface Weighed {
  readonly ticket: TicketForQuality
  readonly units: number
}

function added(
  kind: DataFindingKind,
  missing: readonly (Weighed | null)[],
  tickets: readonly TicketForQuality[],
  totals: Pick<QualityTotals, 'strategicUnits' | 'trackedUnits'>,
): DataFinding {
  const weighed = missing.filter((one) => one !== null)
  const movesShare = weighed.length < missing.length ? null : shift(weighed, totals)
  return { kind, ticketIds: ids(tickets, (t) => t.strategic), movesShare, basis: 'effort' }
}

function unassigned(tickets: readonly TicketForQuality[], totals: QualityTotals): DataFinding {
  const concerned = tickets.filter((t) => t.unassignedDays > 0 && !t.deleted)
  const days = sum(concerned.map((t) => t.unassignedDays))
  const fits = days === 0 ? 0 : Math.min(1, totals.untrackedUnits / (days * totals.unitsPerDay))
  const weighed = concerned.map((ticket) => ({ ticket, units: ticket.unassignedDays * totals.unitsPerDay * fits }))
  return {
    kind: 'unassigned',
    ticketIds: ids(concerned, (t) => t.unassignedDays),
    movesShare: shift(weighed, totals),
    basis: 'effort',
  }
}

function leftOut(
  kind: DataFindingKind,
  tickets: readonly TicketForQuality[],
  unitsOf: (ticket: TicketForQuality) => number,
  totals: QualityTotals,
): DataFinding {
  const weighed = tickets.map((ticket) => ({ ticket, units: -unitsOf(ticket) }))
  return { kind, ticketIds: ids(tickets, unitsOf), movesShare: shift(weighed, totals), basis: 'effort' }
}

function relabelled(
  kind: DataFindingKind,
  tickets: readonly TicketForQuality[],
  instead: (ticket: TicketForQuality) => number,
  { trackedUnits }: QualityTotals,
): DataFinding {
  const moved = (t: TicketForQuality) => t.units * (instead(t) - t.strategic)
  return {
    kind,
    ticketIds: ids(tickets, (t) => Math.abs(moved(t))),
    movesShare: trackedUnits === 0 ? null : sum(tickets.map(moved)) / trackedUnits,
    basis: 'effort',
  }
}

/** On the basis of points: as if each had the median of those that have some. */
function withoutEstimate(tickets: readonly TicketForQuality[]): DataFinding {
  const finished = tickets.filter((t) => t.finished && !t.deleted)
  const estimated = finished.filter((t) => t.hasEstimate)
  const missing = finished.filter((t) => !t.hasEstimate)
  const usual = median(estimated.map((t) => t.estimate))
  // A team that estimates nothing does not lack estimates.
  if (usual === null) return { kind: 'no-estimate', ticketIds: [], movesShare: null, basis: 'points' }
  const totals = {
    strategicUnits: sum(estimated.map((t) => t.estimate * t.strategic)),
    trackedUnits: sum(estimated.map((t) => t.estimate)),
  }
  const weighed = missing.map((ticket) => ({ ticket, units: usual }))
  return {
    kind: 'no-estimate',
    ticketIds: ids(missing, (t) => t.strategic),
    movesShare: shift(weighed, totals),
    basis: 'points',
  }
}

/** How far the share moves when these units come in, or go out where they are negative. */
function shift(
  weighed: readonly Weighed[],
  { strategicUnits, trackedUnits }: Pick<QualityTotals, 'strategicUnits' | 'trackedUnits'>,
): number | null {
  const more = sum(weighed.map(({ units }) => units))
  const whole = trackedUnits + more
  if (trackedUnits <= 0 || whole <= 0) return null
  const strategic = strategicUnits + sum(weighed.map(({ ticket, units }) => units * ticket.strategic))
  return strategic / whole - strategicUnits / trackedUnits
}

function ids(tickets: readonly TicketForQuality[], effect: (ticket: TicketForQuality) => number): string[] {
  return [...tickets]
    .sort((a, b) => effect(b) - effect(a) || (a.ticketId < b.ticketId ? -1 : 1))
    .map((ticket) => ticket.ticketId)
}

function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : quantile(values, 0.5)
}
