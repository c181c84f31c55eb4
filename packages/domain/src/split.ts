import { normalCdf, normalQuantile } from './interval.ts'
import type { EffortDays, Share, SplitRow, Verdict } from './report.ts'
import type { CategoryProbabilities } from './work-type.ts'

export const deciders = ['override', 'rule', 'inherited', 'model', 'llm', 'none'] as const
/** What decided a ticket's classification. */
export type DecidedBy = (typeof deciders)[number]

/** A ticket's part of the whole that is split, by each effort rule, and what kind of work it is. */
export interface TicketEffort {
  readonly ticketId: string
  readonly units: number
  readonly unitsEqual: number
  readonly unitsPoints: number
  readonly classification: {
    /** Calibrated; also given for an unclassified ticket. */
    readonly probabilities: CategoryProbabilities
    /** True when nothing decided: all the ticket's units are then `unclassified`. */
    readonly unclassified: boolean
    readonly decidedBy: DecidedBy
  }
}

/** What a split is made from. */
export interface SplitInput {
  readonly tickets: readonly TicketEffort[]
  /** Units that make one in the result: those of a person-day, or 1 on the bases points and tickets. */
  readonly unitsPerDay: number
  /** Null on the bases points and tickets, which know no capacity and so no coverage. */
  readonly capacityUnits: number | null
  readonly target: number
  /** Standard deviation of the model's error in the strategic share of what it decided, from its evaluation. */
  readonly modelShareErrorSd: number
  /** Confidence level of the interval, 0.9 by default. */
  readonly level?: number
}

/** The parts of the doubt in a strategic share, all in shares: 0.01 is a percentage point. */
export interface SplitDoubt {
  /** Standard error from not knowing each ticket's label. */
  readonly labels: number
  /** Standard error from the model being wrong in one direction. */
  readonly model: number
  /** Standard error from the choice of the effort rule. */
  readonly method: number
  /** Share of the tracked effort that is unclassified but probably strategic; widens the high end alone. */
  readonly unclassified: number
  /** Untracked share of capacity; in the bounds alone. Null without a capacity. */
  readonly untracked: number | null
}

/** What a split says: the measured part of a {@link SplitRow}, and the parts of its doubt. */
export interface SplitMeasure
  extends Pick<SplitRow, 'effortDays' | 'strategicShare' | 'target' | 'verdict' | 'coverage'> {
  /** Null when nothing was tracked. */
  readonly doubt: SplitDoubt | null
}

/** A share within this of the target is on target. */
export const targetTolerance = 0.03
/** How sure a verdict must be. */
export const verdictConfidence = 0.9
/** With more of the capacity untracked than this, only the bounds can carry a verdict. */
export const untrackedShareMax = 0.25
/** People disagree on labels too, so no share is surer than this standard error: 1 percentage point at 90 %. */
export const standardErrorFloor = 0.006

/**
 * The split of effort (or points, or tickets) over categories, with the interval and verdict of its strategic share.
 *
 * Soft: a ticket gives each category its units times that category's probability; an unclassified ticket gives all to
 * `unclassified`, which stays in the denominator. The interval is normal, with the variance of the label sum
 * sum(w^2 p(1-p))/W^2, of the model's error on the share that it decided, and of half the range over the effort rules
 * added up; its high end is moved up by what the unclassified tickets would add. Untracked time is never folded in:
 * it is in the bounds [S/C, (S + unclassified + untracked)/C], which hold without any assumption on it.
 */
export function measureSplit(input: SplitInput): SplitMeasure {
  // In one order, since sums of fractions depend on it in their last digits.
  const tickets = [...input.tickets].sort((a, b) => (a.ticketId < b.ticketId ? -1 : 1))
  const total = sums(tickets, (ticket) => ticket.units)
  const effortDays = inDays(total, input.unitsPerDay)
  const coverage = coverageOf(total.tracked, input)
  const { target } = input
  if (total.tracked === 0)
    return { effortDays, strategicShare: null, target, verdict: 'cannot-say', coverage, doubt: null }
  const value = strategicPart(total)
  const methodRange = rangeOf([
    value,
    strategicPart(sums(tickets, (ticket) => ticket.unitsEqual)),
    strategicPart(sums(tickets, (ticket) => ticket.unitsPoints)),
  ])
  const doubt = doubtOf({ ...input, tickets }, total, methodRange)
  const error = Math.max(standardErrorFloor, Math.hypot(doubt.labels, doubt.model, doubt.method))
  const level = input.level ?? 0.9
  const reach = normalQuantile((1 + level) / 2) * error
  const bounds = boundsOf(total, input.capacityUnits)
  const strategicShare: Share = {
    value,
    low: Math.max(0, value - reach),
    high: Math.min(1, value + reach + doubt.unclassified),
    level,
    audited: false,
    bounds,
    methodRange,
  }
  const verdict =
    doubt.untracked !== null && doubt.untracked > untrackedShareMax
      ? verdictByBounds(bounds, error * (1 - doubt.untracked), target)
      : verdictOf({ low: value, high: value + doubt.unclassified, error, target })
  return { effortDays, strategicShare, target, verdict, coverage, doubt }
}

interface Sums {
  readonly feature: number
  readonly strategic: number
  readonly sustaining: number
  readonly unclassified: number
  /** What the unclassified tickets would add to `strategic`. */
  readonly perhapsStrategic: number
  readonly tracked: number
}

function sums(tickets: readonly TicketEffort[], unitsOf: (ticket: TicketEffort) => number): Sums {
  const total = { feature: 0, strategic: 0, sustaining: 0, unclassified: 0, perhapsStrategic: 0, tracked: 0 }
  for (const ticket of tickets) {
    const units = unitsOf(ticket)
    const { probabilities, unclassified } = ticket.classification
    total.tracked += units
    if (unclassified) {
      total.unclassified += units
      total.perhapsStrategic += units * probabilities.strategic
    } else {
      total.feature += units * probabilities.feature
      total.strategic += units * probabilities.strategic
      total.sustaining += units * probabilities.sustaining
    }
  }
  return total
}

function strategicPart(total: Sums): number {
  return total.tracked === 0 ? 0 : total.strategic / total.tracked
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)]
}

function inDays(total: Sums, unitsPerDay: number): EffortDays {
  return {
    feature: total.feature / unitsPerDay,
    strategic: total.strategic / unitsPerDay,
    sustaining: total.sustaining / unitsPerDay,
    unclassified: total.unclassified / unitsPerDay,
  }
}

/** Tracked effort may exceed the capacity of a team whose tickets others work on; its coverage is then 1. */
function coverageOf(tracked: number, { capacityUnits, unitsPerDay }: SplitInput): SplitMeasure['coverage'] {
  return {
    capacityDays: (capacityUnits ?? 0) / unitsPerDay,
    trackedDays: tracked / unitsPerDay,
    share: capacityUnits === null || capacityUnits === 0 ? null : Math.min(1, tracked / capacityUnits),
  }
}

function doubtOf(input: SplitInput, total: Sums, methodRange: readonly [number, number]): SplitDoubt {
  let labelVariance = 0
  let guessed = 0
  for (const { units, classification } of input.tickets) {
    if (classification.unclassified) continue
    const p = classification.probabilities.strategic
    labelVariance += units * units * p * (1 - p)
    if (classification.decidedBy === 'model' || classification.decidedBy === 'llm') guessed += units
  }
  const capacity = input.capacityUnits
  return {
    labels: Math.sqrt(Math.max(0, labelVariance)) / total.tracked,
    model: (input.modelShareErrorSd * guessed) / total.tracked,
    method: (methodRange[1] - methodRange[0]) / 2,
    unclassified: total.perhapsStrategic / total.tracked,
    untracked: capacity === null ? null : Math.max(0, 1 - total.tracked / Math.max(capacity, total.tracked)),
  }
}

function boundsOf(total: Sums, capacityUnits: number | null): readonly [number, number] {
  const capacity = Math.max(capacityUnits ?? 0, total.tracked)
  const untracked = capacity - total.tracked
  return [total.strategic / capacity, Math.min(1, (total.strategic + total.unclassified + untracked) / capacity)]
}

interface Doubtful {
  /** The share if nothing that is open turns out strategic, and if all of it does that probably will. */
  readonly low: number
  readonly high: number
  readonly error: number
  readonly target: number
}

function verdictOf({ low, high, error, target }: Doubtful): Verdict {
  const surelyBelow = normalCdf((target - targetTolerance - high) / error)
  if (surelyBelow >= verdictConfidence) return 'below'
  const surelyAbove = 1 - normalCdf((target + targetTolerance - low) / error)
  if (surelyAbove >= verdictConfidence) return 'above'
  const perhapsBelow = normalCdf((target - targetTolerance - low) / error)
  return perhapsBelow <= 1 - verdictConfidence ? 'on-target' : 'cannot-say'
}

/** Bounds this wide can prove that a share is below or above, never that it is on target. */
function verdictByBounds([low, high]: readonly [number, number], error: number, target: number): Verdict {
  const verdict = verdictOf({ low, high, error, target })
  return verdict === 'on-target' ? 'cannot-say' : verdict
}
