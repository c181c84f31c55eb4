import {
  type Category,
  categoryOf,
  defaultEffortSettings,
  epochDay,
  type LeadershipReport,
  localDate,
  type Period,
  parsePeriod,
  periodOf,
  previousPeriod,
  type ReportTicket,
  type WorkType,
} from '@headroom/domain'
import {
  type Db,
  findLiveLayer,
  listConnectionHealth,
  readOrganisation,
  readReportTickets,
  readTeamRows,
  readTicketFacts,
  type TicketFact,
} from '@headroom/store'
import { readDataQuality } from './read-data-quality.ts'
import { readDrift } from './read-drift.ts'
import { type ModelDoubt, readSplit } from './read-split.ts'

export interface ReportQuery {
  readonly period: Period
  readonly teamId?: string
  readonly generatedAt: Date
  readonly model: ModelDoubt & { readonly version: string }
  readonly ruleSetVersion: number
}

/** The named team does not exist. */
export class UnknownTeamError extends Error {
  override name = 'UnknownTeamError'
}

/** Everything that a leadership report says, read from the store. Throws {@link UnknownTeamError}. */
export async function readLeadershipReport(db: Db, query: ReportQuery): Promise<LeadershipReport> {
  const { period, model } = query
  const scope = query.teamId ? { teamId: query.teamId } : {}
  const team = query.teamId ? ((await readTeamRows(db)).find((t) => t.id === query.teamId) ?? null) : null
  if (query.teamId && !team) throw new UnknownTeamError(`There is no team ${query.teamId}`)
  const effort = { basis: 'effort', ...scope } as const
  const total = async (range: Period) => {
    const [row] = await readSplit(
      db,
      { ...range, grain: 'total', by: query.teamId ? 'team' : 'none', ...effort },
      model,
    )
    return row ? { ...row, period: range } : null
  }
  const emptyTotal = async () => {
    const [row] = await readSplit(db, { ...period, grain: 'total', by: 'none', ...effort }, model)
    if (!row) throw new Error('A split without groups has a row for each of its periods')
    return { ...row, period }
  }
  const before = previous(period)
  const [organisation, teams, trend, facts, connections, quality, drift] = await Promise.all([
    readOrganisation(db),
    readSplit(db, { ...period, grain: 'total', by: 'team', ...effort }, model),
    readSplit(
      db,
      {
        from: localDate(epochDay(periodOf(period.to, 'week').from) - 52 * 7),
        to: period.to,
        grain: 'week',
        by: 'none',
        ...effort,
      },
      model,
    ),
    readTicketFacts(db, { periods: [period], by: 'none', ...effort }),
    listConnectionHealth(db),
    readDataQuality(db, { ...period, ...scope }),
    readDrift(db, { ...scope, today: localDate(epochDay(period.to) + 1), model }),
  ])
  return {
    period,
    generatedAt: query.generatedAt.toISOString(),
    organisation: organisation.name,
    team: team && { id: team.id, name: team.name },
    total: (await total(period)) ?? (await emptyTotal()),
    previous: before && (await total(before)),
    teams: teams.map((row) => ({ ...row, period })),
    previousTeams: before ? await readSplit(db, { ...before, grain: 'total', by: 'team', ...effort }, model) : [],
    trend,
    drift: drift.map(({ team: whose, state, since, size }) => ({ team: whose, state, since, size })),
    otherBases: await readOtherBases(db, query),
    workTypes: workTypesOf(facts),
    topTickets: await readTopTickets(db, facts, (f) => f.units, 10),
    dataQuality: quality.map(({ finding, count, what, movesShare, basis }) => ({
      finding,
      count,
      what,
      movesShare,
      basis,
    })),
    connections,
    method: {
      modelVersion: (await findLiveLayer(db, model.version))?.modelVersion ?? model.version,
      ruleSetVersion: String(query.ruleSetVersion),
      level: 0.9,
    },
  }
}

function previous(period: Period): Period | null {
  const parsed = parsePeriod(period.label)
  return parsed && previousPeriod(parsed)
}

async function readOtherBases(db: Db, { period, teamId, model }: ReportQuery): Promise<LeadershipReport['otherBases']> {
  const shares = []
  for (const basis of ['points', 'tickets'] as const) {
    const rows = await readSplit(
      db,
      { ...period, grain: 'total', by: 'none', basis, ...(teamId ? { teamId } : {}) },
      model,
    )
    shares.push({ basis, strategicShare: rows[0]?.strategicShare?.value ?? null })
  }
  return shares
}

/** Each ticket's effort counts for its decided work type, or by its category's share where nothing decided. */
function workTypesOf(facts: readonly TicketFact[]): LeadershipReport['workTypes'] {
  const days = new Map<WorkType, number>()
  for (const fact of facts) {
    if (fact.workType === null) continue
    const type = fact.workType as WorkType
    days.set(type, (days.get(type) ?? 0) + fact.units / defaultEffortSettings.unitsPerDay)
  }
  return [...days]
    .map(([workType, sum]) => ({ workType, category: categoryOf(workType), days: sum }))
    .sort((a, b) => b.days - a.days || (a.workType < b.workType ? -1 : 1))
}

/** The tickets that rank first by `rank`, largest first, with what a report says of them. */
export async function readTopTickets(
  db: Db,
  facts: readonly TicketFact[],
  rank: (fact: TicketFact) => number,
  count: number,
): Promise<ReportTicket[]> {
  const top = [...facts].sort((a, b) => rank(b) - rank(a) || (a.ticketId < b.ticketId ? -1 : 1)).slice(0, count)
  const texts = new Map(
    (
      await readReportTickets(
        db,
        top.map((f) => f.ticketId),
      )
    ).map((t) => [t.id, t]),
  )
  return top.flatMap((fact) => {
    const text = texts.get(fact.ticketId)
    if (!text) return []
    return {
      key: text.key,
      title: text.title,
      url: text.url,
      category: fact.category as Category | 'unclassified',
      workType: fact.workType,
      decidedBy: fact.decidedBy,
      confidence: fact.confidence,
      days: fact.units / defaultEffortSettings.unitsPerDay,
    }
  })
}
