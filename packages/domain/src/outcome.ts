import { normalCdf, normalQuantile } from './interval.ts'

export const outcomeVerdicts = ['realised', 'not-realised', 'cannot-say'] as const
/** Whether an investment brought what it was made for. */
export type OutcomeVerdict = (typeof outcomeVerdicts)[number]

/** One finished ticket of an area: a component, label or project that an investment may touch. */
export interface OutcomeTicket {
  readonly area: string
  /** Number of the week in which it was finished, counted from any Monday. */
  readonly week: number
  /** What is to become smaller, above 0: days from start to end, or effort. */
  readonly value: number
}

/** A finished investment. */
export interface FinishedInvestment {
  readonly areas: readonly string[]
  /** Week in which it was done. */
  readonly doneWeek: number
  /** The change that it was made for, as a part: -0.5 halves the value. Absent: the least that one investment can show. */
  readonly promised?: number
}

/** Why nothing can be said. */
export type OutcomeObstacle =
  | 'too-early'
  | 'history-too-short'
  | 'too-few-tickets'
  | 'too-few-untouched-areas'
  | 'effect-too-small'

/** What became of an investment. */
export interface Outcome {
  readonly verdict: OutcomeVerdict
  /** Null unless the verdict is `cannot-say`. */
  readonly obstacle: OutcomeObstacle | null
  /** Change of the value beyond that of untouched areas, as a part, with its 90 % interval; null without a comparison. */
  readonly effect: { readonly value: number; readonly low: number; readonly high: number } | null
  /** How often chance alone does as well, and how many trials that is known from; null without a comparison. */
  readonly chance: { readonly p: number; readonly trials: number } | null
  /** Plain change of the touched areas; no evidence of an effect. Null without tickets on both sides. */
  readonly rawChange: number | null
}

/**
 * Weeks before the end that are compared, after the last ones are left out: investments follow bad spells, and a spell that would have
 * passed by itself must not make its own end look like a success.
 */
const weeksLeftOut = 6
const weeksBefore = 33
const weeksBeforeMin = 20
const weeksSkipped = 4
const weeksAfter = 20
const weeksAfterMin = 12
const ticketsMin = 60
const untouchedMin = 8
const placeboEvery = 6
/** The least change that one investment can show. */
export const smallestSingleEffect = -0.35
const falseAlarms = 0.05

/**
 * The effect of a finished investment by an interrupted time series against untouched areas: the change of the mean
 * log value of the touched areas, less the mean change of the others in the same weeks (collapsed differences in differences:
 * M. Bertrand, E. Duflo, S. Mullainathan, 2004). How far chance goes is seen from every untouched area and date, as if it had been
 * invested in there (placebos in space and time: A. Abadie, A. Diamond, J. Hainmueller, 2010). `lastWeek` is the last complete week.
 */
export function measureOutcome(
  tickets: readonly OutcomeTicket[],
  investment: FinishedInvestment,
  lastWeek: number,
): Outcome {
  const history = historyOf(tickets, lastWeek)
  const touched = new Set(investment.areas)
  const span = spanOf(investment.doneWeek, history)
  const own = { count: 0, before: mean(history, touched, span, 'before'), after: mean(history, touched, span, 'after') }
  const rawChange = own.before && own.after ? Math.exp(own.after.mean - own.before.mean) - 1 : null
  const cannotSay = (obstacle: OutcomeObstacle): Outcome => ({
    verdict: 'cannot-say',
    obstacle,
    effect: null,
    chance: null,
    rawChange,
  })
  if (span.after[1] - span.after[0] < weeksAfterMin) return cannotSay('too-early')
  if (span.before[1] - span.before[0] < weeksBeforeMin) return cannotSay('history-too-short')
  if (Math.min(own.before?.tickets ?? 0, own.after?.tickets ?? 0) < ticketsMin) return cannotSay('too-few-tickets')
  const untouched = [...history.areas.keys()].filter((area) => !touched.has(area))
  const change = changeAgainst(history, [...touched], untouched, span)
  if (change === null || change.controls < untouchedMin) return cannotSay('too-few-untouched-areas')
  return judge(change.value, placebos(history, untouched, span), investment.promised, rawChange)
}

function judge(
  change: number,
  trials: readonly number[],
  promised: number | undefined,
  rawChange: number | null,
): Outcome {
  const sorted = [...trials].sort((a, b) => a - b)
  const p = (1 + sorted.filter((trial) => trial <= change).length) / (1 + sorted.length)
  const asPart = (log: number) => Math.exp(log) - 1
  const effect = {
    value: asPart(change),
    low: asPart(change - quantile(sorted, 0.95)),
    high: asPart(change - quantile(sorted, 0.05)),
  }
  const result = { effect, chance: { p, trials: sorted.length }, rawChange }
  if (p <= falseAlarms && effect.value <= smallestSingleEffect)
    return { ...result, verdict: 'realised', obstacle: null }
  if (effect.high > 0 && effect.low > Math.min(promised ?? smallestSingleEffect, smallestSingleEffect))
    return { ...result, verdict: 'not-realised', obstacle: null }
  return { ...result, verdict: 'cannot-say', obstacle: 'effect-too-small' }
}

/** What several investments did together. */
export interface PooledOutcome {
  readonly verdict: OutcomeVerdict
  /** Mean change as a part, with its 90 % interval; null with fewer than eight comparisons. */
  readonly effect: Outcome['effect']
  readonly p: number | null
  readonly investments: number
}

const poolMin = 8
/** A pool sums up what is left of bad spells, too, so it must be surer than one. */
const pooledFalseAlarms = 0.02
/** The least change that a pool calls, and that it must exclude to say that there was none. */
const smallestPooledEffect = -0.1

/** Investments of one kind together, by Stouffer's sum (S. A. Stouffer et al., 1949): sees what none of them shows alone. */
export function poolOutcomes(outcomes: readonly Outcome[]): PooledOutcome {
  const compared = outcomes.flatMap(({ effect, chance }) => (effect && chance ? [{ effect, chance }] : []))
  const k = compared.length
  if (k < poolMin) return { verdict: 'cannot-say', effect: null, p: null, investments: k }
  const p = normalCdf(compared.reduce((sum, { chance }) => sum + normalQuantile(clampP(chance.p)), 0) / Math.sqrt(k))
  const logs = compared.map(({ effect }) => Math.log1p(effect.value))
  const centre = logs.reduce((sum, log) => sum + log, 0) / k
  const scatter = logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / (k - 1)
  const reach = 1.645 * Math.sqrt(scatter / k)
  const effect = {
    value: Math.expm1(centre),
    low: Math.expm1(centre - reach),
    high: Math.expm1(centre + reach),
  }
  if (p <= pooledFalseAlarms && effect.value <= smallestPooledEffect)
    return { verdict: 'realised', effect, p, investments: k }
  return { verdict: effect.low > smallestPooledEffect ? 'not-realised' : 'cannot-say', effect, p, investments: k }
}

function clampP(p: number): number {
  return Math.min(0.999, Math.max(0.001, p))
}

/** Running sums by area over weeks, so that a mean over any weeks costs the same. */
interface History {
  readonly first: number
  readonly last: number
  readonly areas: ReadonlyMap<string, { readonly counts: Float64Array; readonly sums: Float64Array }>
}

function historyOf(tickets: readonly OutcomeTicket[], lastWeek: number): History {
  const known = tickets.filter(({ week, value }) => week <= lastWeek && value > 0)
  const first = known.reduce((least, { week }) => Math.min(least, week), lastWeek)
  const areas = new Map<string, { counts: Float64Array; sums: Float64Array }>()
  for (const { area, week, value } of known) {
    const own = areas.get(area) ?? {
      counts: new Float64Array(lastWeek - first + 2),
      sums: new Float64Array(lastWeek - first + 2),
    }
    areas.set(area, own)
    const place = week - first + 1
    own.counts[place] = (own.counts[place] ?? 0) + 1
    own.sums[place] = (own.sums[place] ?? 0) + Math.log(value)
  }
  for (const { counts, sums } of areas.values()) {
    for (let i = 1; i < counts.length; i++) {
      counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0)
      sums[i] = (sums[i] ?? 0) + (sums[i - 1] ?? 0)
    }
  }
  return { first, last: lastWeek, areas }
}

/** Weeks before and after, each from the first to before the second number. */
interface Span {
  readonly before: readonly [number, number]
  readonly after: readonly [number, number]
}

function spanOf(doneWeek: number, { first, last }: History): Span {
  const end = doneWeek + 1 - weeksLeftOut
  const start = doneWeek + 1 + weeksSkipped
  return {
    before: [Math.max(first, end - weeksBefore), end],
    after: [start, Math.max(start, Math.min(last + 1, start + weeksAfter))],
  }
}

function mean(
  history: History,
  areas: Iterable<string>,
  span: Span,
  side: keyof Span,
): { readonly mean: number; readonly tickets: number } | null {
  const [from, to] = span[side]
  const at = (values: Float64Array, week: number) =>
    values[Math.min(Math.max(0, week - history.first), values.length - 1)] ?? 0
  let tickets = 0
  let total = 0
  for (const area of areas) {
    const own = history.areas.get(area)
    if (!own) continue
    tickets += at(own.counts, to) - at(own.counts, from)
    total += at(own.sums, to) - at(own.sums, from)
  }
  return tickets === 0 ? null : { mean: total / tickets, tickets }
}

/** Change of the mean log value of some areas less the mean of the changes of others; null when there are no tickets. */
function changeAgainst(
  history: History,
  areas: readonly string[],
  others: readonly string[],
  span: Span,
): { readonly value: number; readonly controls: number } | null {
  const changeOf = (some: readonly string[]) => {
    const [before, after] = [mean(history, some, span, 'before'), mean(history, some, span, 'after')]
    return before && after ? after.mean - before.mean : null
  }
  const own = changeOf(areas)
  const controls = others.flatMap((area) => changeOf([area]) ?? [])
  if (own === null || controls.length === 0) return null
  return { value: own - controls.reduce((sum, one) => sum + one, 0) / controls.length, controls: controls.length }
}

/** The same comparison for every untouched area and date at which nothing was done, with as many weeks on both sides. */
function placebos(history: History, untouched: readonly string[], span: Span): number[] {
  const [before, after] = [span.before[1] - span.before[0], span.after[1] - span.after[0]]
  const found: number[] = []
  for (
    let done = history.first + before + weeksLeftOut - 1;
    done + weeksSkipped + after <= history.last;
    done += placeboEvery
  ) {
    const start = done + 1 + weeksSkipped
    const end = done + 1 - weeksLeftOut
    const there: Span = { before: [end - before, end], after: [start, start + after] }
    for (const area of untouched) {
      const change = changeAgainst(
        history,
        [area],
        untouched.filter((other) => other !== area),
        there,
      )
      if (change) found.push(change.value)
    }
  }
  return found
}

function quantile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? 0
  const high = sorted[Math.ceil(place)] ?? low
  return low + (place - Math.floor(place)) * (high - low)
}
