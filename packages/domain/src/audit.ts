import { sum } from './statistics.ts'
import type { CategoryProbabilities } from './work-type.ts'

/** A ticket that an audit may draw. */
export interface AuditCandidate {
  readonly ticketId: string
  /** Its effort in the audited days; tickets without any are never drawn. */
  readonly units: number
  /** What is said of it before anybody looks. */
  readonly probabilities: CategoryProbabilities
  /** In (0, 1), from a hash of the ticket's id alone, so that a later draw takes the same tickets as far as it can. */
  readonly permanentNumber: number
}

/** A drawn ticket, with what an estimator must know of the draw. */
export interface DrawnTicket {
  readonly ticketId: string
  /** How likely strategic it was said to be: tickets of one stratum were drawn side by side. */
  readonly stratum: string
  /** How likely this ticket was to be drawn; its label stands for 1/this tickets like it. */
  readonly inclusionProbability: number
}

/** The part of the draw that goes by the number of tickets alone, against a model that is too sure of itself. */
const evenPart = 0.15
/** Even a ticket that the model is sure of may be wrong: least variance of a label. */
export const labelVarianceFloor = 0.02
/** A stratum is wide enough for at least this many draws, or it joins its neighbour. */
const stratumDrawsMin = 4
/** Upper ends of the bands of strategic probability that part the candidates: predicted class and uncertainty in one. */
const bands = [
  { name: 'unlikely', below: 0.15 },
  { name: 'doubtful', below: 0.4 },
  { name: 'likely', below: Number.POSITIVE_INFINITY },
] as const

/**
 * A random sample of `size` candidates (all of them when there are no more) by effort and doubt, sorted by ticket id.
 *
 * A ticket's chance grows with `units x sqrt(p(1-p) + 0.02)`, p being its strategic probability (Neyman's allocation for the
 * difference estimator), less 15 % that go to all alike; a ticket too large for that is certain. Candidates are parted into
 * bands of p with fixed numbers of draws; within one, the draw is Pareto's (B. Rosén, "On sampling with probability
 * proportional to size", 1997) with permanent random numbers (E. Ohlsson, "Coordination of samples using permanent random
 * numbers", 1995): the same candidates give the same sample, and a larger one contains nearly all of a smaller one.
 */
export function drawAudit(candidates: readonly AuditCandidate[], { size }: { readonly size: number }): DrawnTicket[] {
  const population = candidates
    .filter(({ units }) => units > 0)
    .map((candidate) => ({ ...candidate, measure: doubtfulUnits(candidate) }))
    .sort((a, b) => (a.ticketId < b.ticketId ? -1 : 1))
  if (size >= population.length)
    return population.map(({ ticketId }) => ({ ticketId, stratum: 'all', inclusionProbability: 1 }))
  const chances = inclusionProbabilities(withEvenPart(population.map(({ measure }) => measure)), size)
  const strata = stratify(population.map((candidate, i) => ({ ...candidate, chance: chances[i] ?? 0 })))
  return strata
    .flatMap(({ name, members, draws }) => drawPareto(members, draws).map((drawn) => ({ ...drawn, stratum: name })))
    .sort((a, b) => (a.ticketId < b.ticketId ? -1 : 1))
}

/** Effort times the standard deviation of its label, as far as the model knows: what not looking at the ticket costs. */
export function doubtfulUnits({
  units,
  probabilities: { strategic },
}: Pick<AuditCandidate, 'units' | 'probabilities'>): number {
  return units * Math.sqrt(strategic * (1 - strategic) + labelVarianceFloor)
}

function withEvenPart(measures: readonly number[]): number[] {
  const total = sum(measures)
  return measures.map((measure) => ((1 - evenPart) * measure) / total + evenPart / measures.length)
}

/** Chances in proportion to the measures that add up to `draws`, none above 1. */
function inclusionProbabilities(measures: readonly number[], draws: number): number[] {
  const certain = new Set<number>()
  for (;;) {
    const rest = sum(measures.filter((_, i) => !certain.has(i)))
    const left = draws - certain.size
    const before = certain.size
    measures.forEach((measure, i) => {
      if (!certain.has(i) && left * measure >= rest) certain.add(i)
    })
    if (certain.size === before || certain.size >= draws)
      return measures.map((measure, i) => (certain.has(i) ? 1 : rest === 0 ? 0 : (left * measure) / rest))
  }
}

interface Member extends AuditCandidate {
  readonly measure: number
  readonly chance: number
}

interface Stratum {
  readonly name: string
  readonly members: readonly Member[]
  readonly draws: number
}

function stratify(population: readonly Member[]): Stratum[] {
  const certain = population.filter(({ chance }) => chance >= 1)
  const open = population.filter(({ chance }) => chance < 1)
  let from = 0
  const parted = bands.map(({ name, below }) => {
    const members = open.filter(({ probabilities: { strategic: p } }) => from <= p && p < below)
    from = below
    return { name: name as string, members, expected: sum(members.map(({ chance }) => chance)) }
  })
  const joined = joinSmall(parted)
  const draws = wholeNumbers(joined.map(({ expected }) => expected))
  return [
    { name: 'certain', members: certain, draws: certain.length },
    ...joined.map(({ name, members }, i) => ({ name, members, draws: Math.min(members.length, draws[i] ?? 0) })),
  ].filter(({ members, draws: n }) => members.length > 0 && n > 0)
}

interface Band {
  readonly name: string
  readonly members: readonly Member[]
  readonly expected: number
}

function joinSmall(parts: readonly Band[]): Band[] {
  const result = parts.filter(({ members }) => members.length > 0)
  for (;;) {
    const small = result.findIndex(({ expected }) => expected < stratumDrawsMin)
    if (small < 0 || result.length === 1) return result
    const first = Math.max(0, small === result.length - 1 ? small - 1 : small)
    const [a, b] = [result[first], result[first + 1]]
    if (!a || !b) return result
    const both = {
      name: `${a.name}+${b.name}`,
      members: [...a.members, ...b.members],
      expected: a.expected + b.expected,
    }
    result.splice(first, 2, both)
  }
}

/** Whole numbers near the given ones with the same (whole) sum, by largest remainder. */
function wholeNumbers(values: readonly number[]): number[] {
  const whole = values.map(Math.floor)
  const left = Math.round(sum(values)) - sum(whole)
  const places = values.map((_, i) => i).sort((a, b) => remainder(values, b) - remainder(values, a) || a - b)
  for (const place of places.slice(0, left)) whole[place] = (whole[place] ?? 0) + 1
  return whole
}

function remainder(values: readonly number[], i: number): number {
  const value = values[i] ?? 0
  return value - Math.floor(value)
}

function drawPareto(members: readonly Member[], draws: number): Omit<DrawnTicket, 'stratum'>[] {
  const chances = inclusionProbabilities(
    members.map(({ chance }) => chance),
    draws,
  )
  return members
    .map(({ ticketId, permanentNumber: u }, i) => {
      const chance = chances[i] ?? 0
      return { ticketId, inclusionProbability: chance, rank: (u * (1 - chance)) / (chance * (1 - u)) }
    })
    .sort((a, b) => a.rank - b.rank || (a.ticketId < b.ticketId ? -1 : 1))
    .slice(0, draws)
    .map(({ ticketId, inclusionProbability }) => ({ ticketId, inclusionProbability }))
}
