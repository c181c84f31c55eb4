import { type Digest, epochDay, localDate, type Period, periodOf, previousPeriod } from '@headroom/domain'
import { type Db, listConnectionHealth, readOrganisation, readTicketFacts } from '@headroom/store'
import { readTopTickets } from './read-report.ts'
import { type ModelDoubt, readSplit } from './read-split.ts'
import { mostDecisive, reviewWeight } from './review-queue.ts'

export interface DigestQuery {
  readonly week: Period
  /** Empty: all teams. */
  readonly teamIds: readonly string[]
  readonly model: ModelDoubt
}

/** What the weekly email says, read from the store. */
export async function readDigest(db: Db, { week, teamIds, model }: DigestQuery): Promise<Digest> {
  // With a single team the whole mail is about it; with several the headline stays the organisation's.
  const only = teamIds.length === 1 && teamIds[0] ? { teamId: teamIds[0] } : {}
  const effort = { basis: 'effort', ...only } as const
  const total = async (period: Period) => {
    const [row] = await readSplit(db, { ...period, grain: 'total', by: 'none', ...effort }, model)
    if (!row) throw new Error('A split without groups has a row for each of its periods')
    return { ...row, period }
  }
  const before = previousPeriod({ grain: 'week', period: week })
  const teamsIn = async (period: Period) => {
    const rows = await readSplit(db, { ...period, grain: 'total', by: 'team', basis: 'effort' }, model)
    return rows
      .filter((row) => teamIds.length === 0 || teamIds.includes(row.group?.id ?? ''))
      .map((row) => ({ ...row, period }))
  }
  const facts = await readTicketFacts(db, { periods: [week], by: 'none', ...effort })
  const connections = await listConnectionHealth(db)
  return {
    week,
    organisation: (await readOrganisation(db)).name,
    total: await total(week),
    previous: await total(before),
    teams: await teamsIn(week),
    previousTeams: await teamsIn(before),
    trend: await readSplit(
      db,
      {
        from: localDate(epochDay(periodOf(week.to, 'week').from) - 26 * 7),
        to: week.to,
        grain: 'week',
        by: 'none',
        ...effort,
      },
      model,
    ),
    toReview: await readTopTickets(db, await mostDecisive(db, facts), reviewWeight, 5),
    connections,
  }
}
