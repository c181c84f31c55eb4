import type { LocalDate } from './person.ts'
import { type Category, type CategoryProbabilities, categories, categoryOf, type WorkType } from './work-type.ts'

/** What one reader said of an audited ticket. */
export interface AuditLabel {
  readonly reader: string
  /** `unclear`: the reader could not tell from what the tracker holds. */
  readonly workType: WorkType | 'unclear'
}

/** The draw that an audited ticket belongs to: whose tickets of which days. */
export interface AuditFrame {
  readonly id: string
  readonly from: LocalDate
  readonly to: LocalDate
  /** Null: all teams. */
  readonly teamId: string | null
}

/** A ticket of an audit: how it was drawn, what was said of it before, and what its readers say. A ticket in two audits is two of these. */
export interface AuditedTicket {
  readonly ticketId: string
  readonly audit: AuditFrame
  readonly stratum: string
  readonly inclusionProbability: number
  /** Its effort in the audited days when it was drawn. */
  readonly units: number
  /** A prediction that did not know the labels: as it stood at the draw, or one that learnt from other tickets alone. */
  readonly probabilities: CategoryProbabilities
  /** Empty until somebody has read it; the order of reading is random, so the read ones stand for all. */
  readonly labels: readonly AuditLabel[]
}

/** How far readers agree with each other, and the machine with them. */
export interface Agreement {
  /** Share of the pairs of readers of one ticket that name the same category (`unclear` being one); null without pairs. */
  readonly agreement: number | null
  /** Chance-corrected, 1 being perfect; null without pairs or when only one category was ever named. */
  readonly kappa: { readonly value: number; readonly low: number; readonly high: number } | null
  /** Tickets by what their readers say (rows; the majority, a tie is `unclear`) and the machine's most probable category. */
  readonly confusion: Readonly<Record<Category | 'unclear', Readonly<Record<Category, number>>>>
  /** Pairs of readers who labelled the same ticket. */
  readonly pairs: number
  /** Pairs of whom just one says strategic, neither being unclear; and all pairs without an unclear one. */
  readonly strategic: { readonly split: number; readonly pairs: number }
}

const answers = [...categories, 'unclear'] as const
type Answer = (typeof answers)[number]

/**
 * Agreement of the readers of an audit. Kappa is Scott's pi over all pairs of readers of a ticket (W. A. Scott, 1955; Cohen's
 * kappa takes two fixed readers, and here anybody may read), its 90 % interval from leaving out one ticket at a time.
 */
export function agreementOf(audited: readonly AuditedTicket[]): Agreement {
  const confusion = Object.fromEntries(
    answers.map((row) => [row, { feature: 0, strategic: 0, sustaining: 0 }]),
  ) as Record<Answer, Record<Category, number>>
  for (const ticket of audited)
    if (ticket.labels.length > 0) confusion[majority(ticket.labels)][mostProbable(ticket.probabilities)] += 1
  const tallies = audited.map(({ labels }) => tally(labels.map(answerOf))).filter(({ pairs }) => pairs > 0)
  const total = sumOf(tallies)
  return {
    agreement: total.pairs === 0 ? null : total.same / total.pairs,
    kappa: kappaOf(tallies, total),
    confusion,
    pairs: total.pairs,
    strategic: { split: total.strategicSplit, pairs: total.clearPairs },
  }
}

/** The category that a label stands for. */
export function answerOf({ workType }: AuditLabel): Answer {
  return workType === 'unclear' ? 'unclear' : categoryOf(workType)
}

function majority(labels: readonly AuditLabel[]): Answer {
  const counts = countsOf(labels.map(answerOf))
  const most = Math.max(...answers.map((answer) => counts[answer]))
  const leading = answers.filter((answer) => counts[answer] === most)
  return leading.length === 1 && leading[0] ? leading[0] : 'unclear'
}

function mostProbable(probabilities: CategoryProbabilities): Category {
  return categories.reduce((best, category) => (probabilities[category] > probabilities[best] ? category : best))
}

interface Tally {
  readonly pairs: number
  readonly same: number
  readonly clearPairs: number
  readonly strategicSplit: number
  /** How often each answer stands in a pair. */
  readonly named: Readonly<Record<Answer, number>>
}

function tally(said: readonly Answer[]): Tally {
  const counts = countsOf(said)
  const choose2 = (n: number) => (n * (n - 1)) / 2
  const clear = said.length - counts.unclear
  return {
    pairs: choose2(said.length),
    same: answers.reduce((sum, answer) => sum + choose2(counts[answer]), 0),
    clearPairs: choose2(clear),
    strategicSplit: counts.strategic * (clear - counts.strategic),
    named: mapAnswers((answer) => counts[answer] * (said.length - 1)),
  }
}

function countsOf(said: readonly Answer[]): Record<Answer, number> {
  return mapAnswers((answer) => said.filter((one) => one === answer).length)
}

function mapAnswers(give: (answer: Answer) => number): Record<Answer, number> {
  return Object.fromEntries(answers.map((answer) => [answer, give(answer)])) as Record<Answer, number>
}

function sumOf(tallies: readonly Tally[]): Tally {
  const add = (give: (one: Tally) => number) => tallies.reduce((total, one) => total + give(one), 0)
  return {
    pairs: add((one) => one.pairs),
    same: add((one) => one.same),
    clearPairs: add((one) => one.clearPairs),
    strategicSplit: add((one) => one.strategicSplit),
    named: mapAnswers((answer) => add((one) => one.named[answer])),
  }
}

function pi({ pairs, same, named }: Tally): number | null {
  const byChance = answers.reduce((sum, answer) => sum + (named[answer] / (2 * pairs)) ** 2, 0)
  return pairs === 0 || byChance >= 1 ? null : (same / pairs - byChance) / (1 - byChance)
}

function kappaOf(tallies: readonly Tally[], total: Tally): Agreement['kappa'] {
  const value = pi(total)
  if (value === null) return null
  const without = tallies.map((one) => pi(minus(total, one)) ?? value)
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length
  const n = without.length
  const error = n < 2 ? 1 : Math.sqrt(((n - 1) / n) * without.reduce((sum, one) => sum + (one - mean) ** 2, 0))
  return { value, low: Math.max(-1, value - 1.645 * error), high: Math.min(1, value + 1.645 * error) }
}

function minus(a: Tally, b: Tally): Tally {
  return {
    pairs: a.pairs - b.pairs,
    same: a.same - b.same,
    clearPairs: a.clearPairs - b.clearPairs,
    strategicSplit: a.strategicSplit - b.strategicSplit,
    named: mapAnswers((answer) => a.named[answer] - b.named[answer]),
  }
}
