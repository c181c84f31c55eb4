import {
  type AuditedTicket,
  type Category,
  type CategoryProbabilities,
  categoryOf,
  defaultEffortSettings,
  type LocalDate,
  localDate,
  measureEffort,
  measureSplit,
  milestones,
  type TicketEffort,
} from '@headroom/domain'
import { type Company, trueSplit, trueStrategicShare } from '@headroom/simulator'
import { isWrong } from '../audits/audits.ts'
import { readAudit } from '../audits/population.ts'
import { writeDocsTable } from '../docs-table.ts'
import { type BenchOptions, type BenchResult, round } from '../results.ts'
import { companyFacts } from '../split/company-facts.ts'
import { drawCompany, type HabitRegime, habitRegimes } from './companies.ts'
import { predict } from './predict.ts'

const target = 0.2
/** What the shipped model's card says of its error on projects that it never saw. */
const modelShareErrorSd = 0.075
const quarters = [
  { from: '2026-04-01', to: '2026-06-30' },
  { from: '2026-07-01', to: '2026-09-30' },
] as const
const auditSizes = [0, 20, 40]

/** What is said of one team and quarter, in shares. */
export interface TeamQuarter {
  readonly regime: HabitRegime
  readonly truth: number
  /** With every label known: what effort alone gets wrong. */
  readonly known: number
  /** Part of the finished tickets that the model holds for strategic. */
  readonly naive: number
  readonly byAudits: readonly {
    readonly size: number
    readonly value: number
    readonly covered: boolean
    readonly width: number
    readonly isWrong: boolean
    readonly cannotSay: boolean
  }[]
}

/**
 * The whole pure walk against a truth that the generator knows: companies whose teams, sizes, shares and habits are drawn at random; effort
 * from what their trackers show, a model that errs by company and by team, and audits by readers who err in 1 of 100.
 */
export async function benchTruth({ size = 200 }: BenchOptions): Promise<BenchResult> {
  const rows: TeamQuarter[] = []
  for (let number = 0; number < size; number++) rows.push(...measureCompany(number))
  const byRegime = habitRegimes.map((regime) => ({ regime, ...summary(rows.filter((row) => row.regime === regime)) }))
  const all = summary(rows)
  writeDocsTable(
    'truth',
    [
      'habits',
      'team-quarters',
      'error with labels known',
      'model alone',
      '20 audits',
      '40 audits',
      'covers (0, 20, 40 audits)',
      'wrong verdicts',
      'naive count',
    ],
    [...byRegime, { regime: 'all', ...all }].map(({ regime, n, known, naive, bySize }) => [
      regime,
      n,
      `${known}`,
      ...bySize.map(({ rmse }) => `${rmse}`),
      bySize.map(({ coverage }) => `${coverage} %`).join(', '),
      bySize.map(({ wrong }) => `${wrong} %`).join(', '),
      `${naive}`,
    ]),
  )
  const [, twenty, forty] = all.bySize
  const ordinary = byRegime.find(({ regime }) => regime === 'ordinary')
  return {
    figures: {
      companies: `${size}, ${rows.length} team-quarters`,
      'mean absolute error with labels known, points': byRegime
        .map(({ regime, known }) => `${regime} ${known}`)
        .join(', '),
      ...Object.fromEntries(
        all.bySize.map((one) => [
          one.size === 0 ? 'with the model alone' : `with ${one.size} audits`,
          `RMSE ${one.rmse} points, covers ${one.coverage} %, width ${one.width}, wrong verdicts ${one.wrong} %, cannot say ${one.cannotSay} %`,
        ]),
      ),
      'naive count of finished tickets': `RMSE ${all.naive} points`,
    },
    targets: {
      'labels known: at most 1.5 points at ordinary habits': (ordinary?.known ?? 9) <= 1.5,
      'labels known: at most 2.5 points in every dirty regime': byRegime.every(({ known }) => known <= 2.5),
      'model and 40 audits: RMSE at most 3 points': (forty?.rmse ?? 9) <= 3,
      'the 90 % interval covers 87 to 97 % at 20 and at 40 audits': [twenty, forty].every(
        (one) => one && one.coverage >= 87 && one.coverage <= 97,
      ),
      'verdicts wrong in at most 5 % of team-quarters': all.bySize.every(({ wrong }) => wrong <= 5),
    },
    details: { byRegime },
  }
}

/** Every team and quarter of one drawn company. */
export function measureCompany(number: number): TeamQuarter[] {
  const { company, regime, source } = drawCompany(number)
  const facts = companyFacts(company)
  const people = facts.people.map((person) => person.forEffort)
  const { cells, personDays } = measureEffort(facts.tickets, people, defaultEffortSettings, facts.asOf)
  const teamOf = new Map(facts.people.map(({ id, team }) => [id, team]))
  const predictions = predict(
    company,
    facts.tickets.map(({ id }) => id),
    source,
  )
  const ended = new Map(facts.tickets.map((ticket) => [ticket.id, endOf(ticket)]))
  const numbers = new Map(facts.tickets.map(({ id }) => [id, source.uniform()]))
  const rows = company.teams.flatMap(({ index: team }) =>
    quarters.flatMap((days): Row[] => {
      const truth = trueStrategicShare(trueSplit(company, team, days.from, days.to))
      const inQuarter = <T extends { readonly personId: string; readonly day: LocalDate }>(list: readonly T[]) =>
        list.filter(({ personId, day }) => teamOf.get(personId) === team && days.from <= day && day <= days.to)
      const effort = sumByTicket(inQuarter(cells))
      if (truth === null || effort.length === 0) return []
      const capacityUnits = inQuarter(personDays).reduce((sum, day) => sum + day.capacityUnits, 0)
      const finished = facts.tickets.filter(({ id }) => {
        const end = ended.get(id) ?? ''
        return company.tickets[indexOf(id)]?.team === team && days.from <= end && end <= days.to
      })
      const hard = finished.filter(({ id }) => isStrategic(predictions.get(id)))
      const naive = hard.length / Math.max(1, finished.length) - truth
      return [{ team, days, truth, naive, effort, capacityUnits }]
    }),
  )
  const predictionOf = (id: string) => predictions.get(id) ?? oneHot('feature')
  const auditsBySize = auditSizes.map((size) =>
    rows.flatMap(({ team, days, effort }) => {
      const population = effort.map(({ ticketId, units }) => ({
        ticketId,
        units,
        truth: truthOf(company, ticketId),
        probabilities: predictionOf(ticketId),
        permanentNumber: numbers.get(ticketId) ?? 0.5,
      }))
      const audit = { id: `${team} ${days.from}`, teamId: `team-${team}`, ...days }
      return size === 0
        ? []
        : readAudit(population, { chance: source, size, readerError: 0.01, doubleRead: 0.2, audit })
    }),
  )
  return rows.map((row) => ({
    regime,
    truth: row.truth,
    naive: row.naive,
    known: split(row, (id) => oneHot(truthOf(company, id)), 'override', []).share.value - row.truth,
    byAudits: auditSizes.map((size, i) => audited(row, size, predictionOf, auditsBySize[i] ?? [])),
  }))
}

/** A team's quarter, as it was and as it was measured. */
interface Row {
  readonly team: number
  readonly days: (typeof quarters)[number]
  readonly truth: number
  readonly naive: number
  readonly effort: readonly UnitsOfTicket[]
  readonly capacityUnits: number
}

function audited(
  row: Row,
  size: number,
  predictionOf: (ticketId: string) => CategoryProbabilities,
  audits: readonly AuditedTicket[],
): TeamQuarter['byAudits'][number] {
  const { truth } = row
  const { share, verdict } = split(row, predictionOf, 'model', audits)
  return {
    size,
    value: share.value - truth,
    covered: share.low <= truth && truth <= share.high,
    width: share.high - share.low,
    isWrong: isWrong({ verdict, target }, truth),
    cannotSay: verdict === 'cannot-say',
  }
}

function split(
  { days, effort, capacityUnits }: Pick<Row, 'days' | 'effort' | 'capacityUnits'>,
  probabilitiesOf: (ticketId: string) => CategoryProbabilities,
  decidedBy: 'model' | 'override',
  audits: readonly AuditedTicket[],
) {
  const measure = measureSplit({
    tickets: effort.map((units): TicketEffort => {
      const probabilities = probabilitiesOf(units.ticketId)
      // Below this the model stays silent, as the product's does.
      const unclassified = Math.max(probabilities.feature, probabilities.strategic, probabilities.sustaining) < 0.45
      return { ...units, classification: { probabilities, unclassified, decidedBy } }
    }),
    unitsPerDay: defaultEffortSettings.unitsPerDay,
    capacityUnits,
    target,
    modelShareErrorSd,
    audits: { audited: audits, days },
  })
  if (!measure.strategicShare) throw new Error('Effort has a share.')
  return { share: measure.strategicShare, verdict: measure.verdict }
}

interface UnitsOfTicket {
  readonly ticketId: string
  units: number
  unitsEqual: number
  unitsPoints: number
}

function sumByTicket(cells: readonly UnitsOfTicket[]): UnitsOfTicket[] {
  const sums = new Map<string, UnitsOfTicket>()
  for (const { ticketId, units, unitsEqual, unitsPoints } of cells) {
    const sum = sums.get(ticketId) ?? { ticketId, units: 0, unitsEqual: 0, unitsPoints: 0 }
    sum.units += units
    sum.unitsEqual += unitsEqual
    sum.unitsPoints += unitsPoints
    sums.set(ticketId, sum)
  }
  return [...sums.values()]
}

function indexOf(ticketId: string): number {
  return Number(ticketId.slice('ticket-'.length))
}

function truthOf(company: Company, ticketId: string): Category {
  return categoryOf(company.truth.workTypes[indexOf(ticketId)] ?? 'enhancement')
}

function oneHot(category: Category): CategoryProbabilities {
  return { feature: 0, strategic: 0, sustaining: 0, [category]: 1 }
}

function isStrategic(p: CategoryProbabilities | undefined): boolean {
  return p !== undefined && p.strategic > Math.max(p.feature, p.sustaining)
}

function endOf(ticket: Parameters<typeof milestones>[0] & { readonly isEpic: boolean }): LocalDate | null {
  const { completedAt } = milestones(ticket)
  return completedAt === null || ticket.isEpic ? null : localDate(Math.floor(completedAt / 86_400_000))
}

function summary(rows: readonly TeamQuarter[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const rms = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => value ** 2)))
  const percent = (values: readonly boolean[]) => round(100 * mean(values.map(Number)), 1)
  return {
    n: rows.length,
    known: round(100 * mean(rows.map(({ known }) => Math.abs(known))), 2),
    naive: round(100 * rms(rows.map(({ naive }) => naive)), 1),
    bySize: auditSizes.map((size, i) => {
      const own = rows.flatMap(({ byAudits }) => byAudits[i] ?? [])
      return {
        size,
        rmse: round(100 * rms(own.map(({ value }) => value)), 1),
        coverage: percent(own.map(({ covered }) => covered)),
        width: round(100 * mean(own.map(({ width }) => width)), 1),
        wrong: percent(own.map((one) => one.isWrong)),
        cannotSay: percent(own.map(({ cannotSay }) => cannotSay)),
      }
    }),
  }
}
