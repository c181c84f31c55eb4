import {
  type Drift,
  type DriftWeek,
  detectDrift,
  epochDay,
  type LocalDate,
  localDate,
  type Mover,
  movers,
  periodOf,
  pooledOverdispersion,
  previousPeriod,
  type SplitRow,
} from '@headroom/domain'
import {
  type Db,
  listRuleSetVersions,
  type ReportTicketRow,
  readOrganisation,
  readReportTickets,
  readTeamRows,
  readTicketFacts,
  readWeeklyModels,
} from '@headroom/store'
import { type ModelDoubt, readSplit } from './read-split.ts'

export interface DriftQuery {
  /** Weeks that are not over by this day are left out. */
  readonly today: LocalDate
  readonly teamId?: string
  readonly model: ModelDoubt
}

/** A ticket's part in the change since the drift began, in shares, with what a reader knows it by. */
export type DriftMover = Mover & Pick<ReportTicketRow, 'key' | 'title' | 'url'>

/** The drift of one team, or of the whole organisation. */
export interface DriftReading extends Drift {
  /** Null: all teams together. */
  readonly team: { readonly id: string; readonly name: string } | null
  readonly target: number
  /** Weeks that were looked at. */
  readonly weeks: number
  /** What changed most from as many weeks before to the weeks since; empty on target. */
  readonly movers: readonly DriftMover[]
}

const weeksBack = 104
/** After new rules, evidence from before them counts again once everybody has seen what they changed. */
const rulesSettleDays = 28
const moversMax = 5

/** Drift of every team by name and, without a team, of the organisation first. A team without any effort has none. */
export async function readDrift(db: Db, query: DriftQuery): Promise<DriftReading[]> {
  const last = previousPeriod({ grain: 'week', period: periodOf(query.today, 'week') })
  const range = { from: localDate(epochDay(last.from) - 7 * (weeksBack - 1)), to: last.to }
  const split = { ...range, grain: 'week', basis: 'effort' } as const
  const [organisation, teams, byTeam, whole, decidedWith] = await Promise.all([
    readOrganisation(db),
    readTeamRows(db),
    readSplit(db, { ...split, by: 'team' }, query.model),
    query.teamId ? [] : readSplit(db, { ...split, by: 'none' }, query.model),
    readDeciders(db, range),
  ])
  const rowsByTeam = Map.groupBy(byTeam, ({ group }) => group?.id ?? 'none')
  const series = new Map(
    teams
      .map(({ id }) => [id, toWeeks(rowsByTeam.get(id) ?? [], range, decidedWith)] as const)
      .filter(([, w]) => w.length > 0),
  )
  const overdispersion = pooledOverdispersion([...series.values()])
  const readings: Omit<DriftReading, 'movers'>[] = []
  const wholeWeeks = toWeeks(whole, range, decidedWith)
  if (wholeWeeks.length > 0) {
    const drift = detectDrift(wholeWeeks, { target: organisation.target, overdispersion, teams: 1 })
    readings.push({ team: null, target: organisation.target, weeks: wholeWeeks.length, ...drift })
  }
  for (const { id, name, target: own } of teams) {
    const weeks = series.get(id)
    if (!weeks || (query.teamId && query.teamId !== id)) continue
    const target = own ?? organisation.target
    const drift = detectDrift(weeks, { target, overdispersion, teams: series.size })
    readings.push({ team: { id, name }, target, weeks: weeks.length, ...drift })
  }
  return Promise.all(readings.map(async (reading) => ({ ...reading, movers: await readMovers(db, reading, range.to) })))
}

/** What decided the work of a week: the model version by Monday, and the rule sets that were published just now. */
async function readDeciders(db: Db, range: { from: LocalDate; to: LocalDate }): Promise<(week: LocalDate) => string> {
  const [models, versions] = await Promise.all([
    readWeeklyModels(db, range),
    listRuleSetVersions(db, { limit: 50, before: null }),
  ])
  const modelOf = new Map(models.map(({ week, modelVersion }) => [week, modelVersion]))
  const settled = localDate(epochDay(range.to) - rulesSettleDays)
  const recent = versions
    .map(({ version, publishedAt }) => ({ version, day: publishedAt.toISOString().slice(0, 10) }))
    .filter(({ day }) => day > settled)
  return (week) => {
    const end = localDate(epochDay(week) + 6)
    const rules = recent.filter(({ day }) => day <= end).map(({ version }) => version)
    return `${modelOf.get(week) ?? ''} ${rules.join(',')}`
  }
}

/** Every week from the first with effort to the last. */
function toWeeks(
  rows: readonly SplitRow[],
  range: { from: LocalDate; to: LocalDate },
  decidedWith: (week: LocalDate) => string,
): DriftWeek[] {
  const byWeek = new Map(rows.map((row) => [row.period.from, row]))
  const weeks = Array.from({ length: weeksBack }, (_, i) => localDate(epochDay(range.from) + 7 * i))
  const first = weeks.findIndex((week) => (byWeek.get(week)?.coverage.trackedDays ?? 0) > 0)
  let decider = ''
  return (first < 0 ? [] : weeks.slice(first)).map((from) => {
    const row = byWeek.get(from)
    // A week without work is decided by nothing new.
    if (row && row.coverage.trackedDays > 0) decider = decidedWith(from)
    return {
      from,
      trackedDays: row?.coverage.trackedDays ?? 0,
      strategicShare: row?.strategicShare?.value ?? null,
      coverage: row?.coverage.share ?? null,
      decidedWith: decider,
    }
  })
}

/** The tickets that changed the share most from as many weeks before the drift began to the weeks since. */
async function readMovers(
  db: Db,
  { team, since }: Pick<DriftReading, 'team' | 'since'>,
  to: LocalDate,
): Promise<DriftMover[]> {
  if (since === null) return []
  const days = epochDay(to) - epochDay(since) + 1
  const before = { from: localDate(epochDay(since) - days), to: localDate(epochDay(since) - 1), label: 'before' }
  const facts = await readTicketFacts(db, {
    periods: [before, { from: since, to, label: 'since' }],
    by: 'none',
    basis: 'effort',
    ...(team ? { teamId: team.id } : {}),
  })
  const side = (period: number) =>
    facts
      .filter((fact) => fact.period === period)
      .map(({ ticketId, units, category, pStrategic }) => ({
        ticketId,
        units,
        strategic: category === 'unclassified' ? 0 : pStrategic,
      }))
  const top = movers(side(0), side(1)).slice(0, moversMax)
  const texts = await readReportTickets(
    db,
    top.map(({ ticketId }) => ticketId),
  )
  const textOf = new Map(texts.map((text) => [text.id, text]))
  return top.flatMap((mover) => {
    const text = textOf.get(mover.ticketId)
    return text ? { ...mover, key: text.key, title: text.title, url: text.url } : []
  })
}
