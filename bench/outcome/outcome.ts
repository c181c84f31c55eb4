import { measureOutcome, type Outcome, type OutcomeTicket, poolOutcomes } from '@headroom/domain'
import { writeDocsTable } from '../docs-table.ts'
import { type Chance, chance } from '../random.ts'
import { type BenchOptions, type BenchResult, round } from '../results.ts'

const areas = 15
const weeks = 156
const ticketsPerWeek = 8
const ticketSd = 0.9
/** Good and bad spells of an area: an autoregressive process. */
const spellSd = 0.3
const spellMemory = 0.8
const spellWeeks = 6
const [earliest, latest] = [45, 125]
const pooled = 8

type When = 'a random week' | 'after the worst spell'

/**
 * What the verdict on a finished investment is worth: areas whose tickets take longer and shorter by spells, an investment that does
 * nothing or makes its area faster, at a random week or (as managers do) when its area has had its worst six weeks. Seeds are fixed.
 */
export async function benchOutcome({ rounds = 400 }: BenchOptions): Promise<BenchResult> {
  const cases = [0, -0.2, -0.35, -0.5].flatMap((effect) =>
    (['a random week', 'after the worst spell'] as const).map((when) => study(effect, when, rounds)),
  )
  const falseSingle = cases.filter(({ effect }) => effect === 0)
  const small = cases.filter(({ effect }) => effect === -0.2)
  writeDocsTable(
    'outcome',
    [
      'true change',
      'invested',
      'estimate',
      'one: realised',
      'not realised',
      'cannot say',
      'eight together: realised',
      'plain before/after says better',
    ],
    cases.map((one) => [
      `${round(100 * one.effect, 0)} %`,
      one.when,
      `${one.estimate} %`,
      `${one.realised} %`,
      `${one.notRealised} %`,
      `${one.cannotSay} %`,
      `${one.pooledRealised} %`,
      `${one.rawBetter} %`,
    ]),
  )
  return {
    figures: Object.fromEntries(
      cases.map((one) => [
        `true change ${round(100 * one.effect, 0)} %, ${one.when}`,
        `estimate ${one.estimate} %; realised ${one.realised} %, not realised ${one.notRealised} %, cannot say ${one.cannotSay} %; eight together realised ${one.pooledRealised} %`,
      ]),
    ),
    targets: {
      'at most 8 % falsely realised, also after a bad spell': falseSingle.every(({ realised }) => realised <= 8),
      'at most 8 % falsely realised by eight together, also after a bad spell': falseSingle.every(
        ({ pooledRealised }) => pooledRealised <= 8,
      ),
      'of a change of 20 %, one is never called in more than 25 %': small.every(({ realised }) => realised <= 25),
      'eight together see a change of 20 % more often than one': small.every(
        (one) => one.pooledRealised > one.realised,
      ),
    },
    details: { cases },
  }
}

function study(effect: number, when: When, rounds: number) {
  const outcomes = Array.from({ length: rounds }, (_, i) => invested(effect, when, chance(i * 6151 + 17)))
  const part = (count: number, of: number) => round((100 * count) / of, 1)
  const share = (test: (one: Outcome) => boolean) => part(outcomes.filter(test).length, rounds)
  // Every eight in a row, each starting one later: more pools than studies, since these cost a second each.
  const pools = Array.from({ length: rounds - pooled }, (_, i) => poolOutcomes(outcomes.slice(i, i + pooled)))
  const logs = outcomes.flatMap(({ effect: found }) => (found ? [Math.log1p(found.value)] : []))
  return {
    effect,
    when,
    estimate: round(100 * Math.expm1(logs.reduce((sum, log) => sum + log, 0) / logs.length), 0),
    realised: share(({ verdict }) => verdict === 'realised'),
    notRealised: share(({ verdict }) => verdict === 'not-realised'),
    cannotSay: share(({ verdict }) => verdict === 'cannot-say'),
    pooledRealised: part(pools.filter(({ verdict }) => verdict === 'realised').length, pools.length),
    rawBetter: share(({ rawChange }) => (rawChange ?? 0) <= -0.1),
  }
}

function invested(effect: number, when: When, source: Chance): Outcome {
  const spells = Array.from({ length: areas }, () => spell(source))
  const touched = spells[0] ?? []
  const doneWeek =
    when === 'a random week' ? earliest + Math.floor(source.uniform() * (latest - earliest)) : worstSpell(touched)
  const tickets: OutcomeTicket[] = spells.flatMap((shocks, area) =>
    shocks.flatMap((shock, week) =>
      Array.from({ length: ticketsPerWeek }, () => {
        const gain = area === 0 && week > doneWeek ? Math.log1p(effect) : 0
        return { area: `area-${area}`, week, value: Math.exp(1 + shock + gain + ticketSd * source.normal()) }
      }),
    ),
  )
  return measureOutcome(tickets, { areas: ['area-0'], doneWeek }, weeks - 1)
}

function spell(source: Chance): number[] {
  let shock = spellSd * source.normal()
  return Array.from({ length: weeks }, () => {
    shock = spellMemory * shock + Math.sqrt(1 - spellMemory ** 2) * spellSd * source.normal()
    return shock
  })
}

/** The week that ends the worst six. */
function worstSpell(shocks: readonly number[]): number {
  let [worst, at] = [Number.NEGATIVE_INFINITY, earliest]
  for (let end = earliest; end < latest; end++) {
    const sum = shocks.slice(end - spellWeeks + 1, end + 1).reduce((total, shock) => total + shock, 0)
    if (sum > worst) [worst, at] = [sum, end]
  }
  return at
}
