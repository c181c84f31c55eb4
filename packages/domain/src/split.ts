import type { AuditedTicket } from './agreement.ts'
import { type AuditCorrection, auditCorrection } from './audit-correction.ts'
import { withoutNegatives } from './audit-evidence.ts'
import { normalCdf, normalQuantile } from './interval.ts'
import type { EffortDays, Period, Share, SplitRow, Verdict } from './report.ts'
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
  /** Absent: nobody audits, or not on this basis. */
  readonly audits?: SplitAudits
}

/** The audits that may correct a split, of its own days and team and of others, and the days that are split. */
export interface SplitAudits {
  readonly audited: readonly AuditedTicket[]
  readonly days: Pick<Period, 'from' | 'to'>
}

/** The parts of the doubt in a strategic share, all in shares: 0.01 is a percentage point. */
export interface SplitDoubt {
  /** Standard error from not knowing each ticket's label; with audits, from not having read every ticket. */
  readonly labels: number
  /** Standard error from the model being wrong in one direction, which audits take the place of. */
  readonly model: number
  /** Standard error from what the readers of audits get wrong; 0 without audits. */
  readonly readers: number
  /** Standard error from the choice of the effort rule; with audits, also from what all effort rules get wrong. */
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
/**
 * Standard error of effort itself, which the effort rules have in common and their range does not show: with every label known, shares of
 * team-quarters were off by that much (`pnpm bench truth`). Beside the doubt in labels without audits it is nothing.
 */
export const attributionError = 0.025
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
 *
 * Audits correct the share of what no person has decided by what they found ({@link auditCorrection}); its error then takes
 * the place of the first two. What of the unclassified effort is strategic by them counts in the share, while
 * `unclassified` stays as large as it is. A ticket that was drawn counts as predicted before anybody read it, whatever was decided since.
 */
export function measureSplit(input: SplitInput): SplitMeasure {
  // In one order, since sums of fractions depend on it in their last digits.
  const sorted = [...input.tickets].sort((a, b) => (a.ticketId < b.ticketId ? -1 : 1))
  const audits = input.audits && drawnAsPredicted(sorted, input.audits)
  const tickets = audits?.tickets ?? sorted
  const plain = sums(tickets, (ticket) => ticket.units)
  const { target } = input
  const coverage = coverageOf(plain.tracked, input)
  if (plain.tracked === 0)
    return {
      effortDays: inDays(plain, input.unitsPerDay),
      strategicShare: null,
      target,
      verdict: 'cannot-say',
      coverage,
      doubt: null,
    }
  const correction = audits?.correct(input.modelShareErrorSd) ?? null
  const labels = labelDoubt(tickets, correction ? isPredicted : isGuess)
  const total = correction ? corrected(plain, correction, tickets) : plain
  const value = strategicPart(total) + (correction ? total.perhapsStrategic / total.tracked : 0)
  const shift = correction === null ? 0 : value - strategicPart(plain)
  const byRule = (unitsOf: (ticket: TicketEffort) => number) =>
    Math.min(1, Math.max(0, strategicPart(sums(tickets, unitsOf)) + shift))
  const methodRange = rangeOf([value, byRule((ticket) => ticket.unitsEqual), byRule((ticket) => ticket.unitsPoints)])
  const doubt = doubtOf({ input, total, methodRange, labels, correction })
  const error = Math.max(standardErrorFloor, Math.hypot(doubt.labels, doubt.model, doubt.readers, doubt.method))
  const level = input.level ?? 0.9
  const reach = normalQuantile((1 + level) / 2) * error
  const bounds = boundsOf(total, input.capacityUnits)
  const strategicShare: Share = {
    value,
    low: Math.max(0, value - reach),
    high: Math.min(1, value + reach + doubt.unclassified),
    level,
    audited: correction !== null,
    bounds,
    methodRange,
  }
  const verdict =
    doubt.untracked !== null && doubt.untracked > untrackedShareMax
      ? verdictByBounds(bounds, error * (1 - doubt.untracked), target)
      : verdictOf({ low: value, high: value + doubt.unclassified, error, target })
  return { effortDays: inDays(total, input.unitsPerDay), strategicShare, target, verdict, coverage, doubt }
}

/** The tickets of a row as they were predicted before anybody read them, and what corrects their sum. */
function drawnAsPredicted(sorted: readonly TicketEffort[], { audited, days }: SplitAudits) {
  const drawn = new Map(audited.map((ticket) => [ticket.ticketId, ticket]))
  const tickets = sorted.map((ticket): TicketEffort => {
    const before = drawn.get(ticket.ticketId)
    if (!before) return ticket
    const { unclassified, decidedBy } = ticket.classification
    const wasModel = decidedBy === 'override' ? 'model' : decidedBy
    return { ...ticket, classification: { probabilities: before.probabilities, unclassified, decidedBy: wasModel } }
  })
  const units = new Map(tickets.filter(isPredicted).map((ticket) => [ticket.ticketId, ticket.units]))
  const correct = (modelShareErrorSd: number) => {
    const { error, predictedUnits } = labelDoubt(tickets, isPredicted)
    if (predictedUnits === 0) return null
    return auditCorrection(audited, { units, chanceError: error / predictedUnits, ...days, modelShareErrorSd })
  }
  return { tickets, correct }
}

/** Not decided by a person, so that audits speak for it; of an unclassified ticket they say how far its probabilities are right. */
function isPredicted({ classification: { decidedBy } }: TicketEffort): boolean {
  return decidedBy !== 'override'
}

function isGuess({ classification: { decidedBy, unclassified } }: TicketEffort): boolean {
  return decidedBy !== 'override' && !unclassified
}

/** Unclassified effort stays where it is; what of it is strategic by the audits takes the place of what perhaps is. */
function corrected(plain: Sums, { bias }: AuditCorrection, tickets: readonly TicketEffort[]): Sums {
  const known = sums(
    tickets.filter((ticket) => !isPredicted(ticket)),
    (ticket) => ticket.units,
  )
  const guessed = plain.tracked - plain.unclassified - known.tracked
  const parts = withoutNegatives({
    feature: plain.feature - known.feature + bias.feature * guessed,
    strategic: plain.strategic - known.strategic + bias.strategic * guessed,
    sustaining: plain.sustaining - known.sustaining + bias.sustaining * guessed,
  })
  const perhaps = plain.perhapsStrategic + bias.strategic * plain.unclassified
  return {
    ...plain,
    feature: known.feature + parts.feature,
    strategic: known.strategic + parts.strategic,
    sustaining: known.sustaining + parts.sustaining,
    perhapsStrategic: Math.min(plain.unclassified, Math.max(0, perhaps)),
  }
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

/** What is not known of the labels of a row, in units. */
interface LabelDoubt {
  /** Standard deviation of the strategic sum from the chance in each ticket's label. */
  readonly error: number
  /** Effort that no person has decided, and of it what the model or an LLM did. */
  readonly predictedUnits: number
  readonly guessedUnits: number
}

function labelDoubt(tickets: readonly TicketEffort[], counts: (ticket: TicketEffort) => boolean): LabelDoubt {
  let variance = 0
  let predictedUnits = 0
  let guessedUnits = 0
  for (const ticket of tickets) {
    if (!counts(ticket)) continue
    const p = ticket.classification.probabilities.strategic
    variance += ticket.units * ticket.units * p * (1 - p)
    predictedUnits += ticket.units
    if (ticket.classification.decidedBy === 'model' || ticket.classification.decidedBy === 'llm')
      guessedUnits += ticket.units
  }
  return { error: Math.sqrt(Math.max(0, variance)), predictedUnits, guessedUnits }
}

interface DoubtParts {
  readonly input: SplitInput
  readonly total: Sums
  readonly methodRange: readonly [number, number]
  readonly labels: LabelDoubt
  readonly correction: AuditCorrection | null
}

function doubtOf({ input, total, methodRange, labels, correction }: DoubtParts): SplitDoubt {
  const capacity = input.capacityUnits
  const predicted = labels.predictedUnits / total.tracked
  return {
    labels: correction ? correction.error * predicted : labels.error / total.tracked,
    model: correction ? 0 : (input.modelShareErrorSd * labels.guessedUnits) / total.tracked,
    readers: correction ? correction.readersError(strategicPart(total)) * predicted : 0,
    method: Math.hypot((methodRange[1] - methodRange[0]) / 2, correction ? attributionError : 0),
    unclassified: correction ? 0 : total.perhapsStrategic / total.tracked,
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
