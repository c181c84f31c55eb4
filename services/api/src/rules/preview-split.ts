import type { Period, SplitRow } from '@headroom/domain'
import { type ModelDoubt, readSplit, type SupposedDecisions } from '@headroom/measures'
import { type Db, readTouchedReports, type TouchedReport } from '@headroom/store'

/** The split of a quarter, for all and for each team, as it is and as it would be. */
export interface SplitChange {
  readonly before: SplitRow
  readonly after: SplitRow
}

/** A published report that would no longer be what it was. */
export interface ReportChange {
  readonly report: TouchedReport
  /** The strategic share as measured now, and as it would be; null without effort. */
  readonly now: number | null
  readonly after: number | null
}

/** Published reports are measured again one by one; more than these are not asked about at once. */
const reportsMax = 20

/** The splits of the quarters in a range, total and by team, before and after what is supposed. */
export async function readSplitChanges(
  db: Db,
  range: Pick<Period, 'from' | 'to'>,
  supposed: SupposedDecisions,
  model: ModelDoubt,
): Promise<SplitChange[]> {
  const changes: SplitChange[] = []
  for (const by of ['none', 'team'] as const) {
    const query = { from: range.from, to: range.to, grain: 'quarter', by, basis: 'effort' } as const
    const before = await readSplit(db, query, model)
    const after = await readSplit(db, query, model, supposed)
    const byPlace = new Map(after.map((row) => [placeOf(row), row]))
    for (const row of before) changes.push({ before: row, after: byPlace.get(placeOf(row)) ?? row })
  }
  return changes
}

function placeOf({ period, group }: SplitRow): string {
  return `${period.from} ${group?.id ?? ''}`
}

/** The published reports that rest on any of the tickets, newest first, with what they would say. */
export async function readReportChanges(
  db: Db,
  supposed: SupposedDecisions,
  model: ModelDoubt,
): Promise<ReportChange[]> {
  const changes: ReportChange[] = []
  for (const report of await readTouchedReports(db, [...supposed.keys()], reportsMax)) {
    const { from, to } = report.period
    const scope = report.team ? { teamId: report.team.id } : {}
    const query = { from, to, grain: 'total', by: 'none', basis: 'effort', ...scope } as const
    const [now] = await readSplit(db, query, model)
    const [after] = await readSplit(db, query, model, supposed)
    changes.push({ report, now: now?.strategicShare?.value ?? null, after: after?.strategicShare?.value ?? null })
  }
  return changes
}
