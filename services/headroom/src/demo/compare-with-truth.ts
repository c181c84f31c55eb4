import { lastCompletePeriod, type Period, periodsBetween } from '@headroom/domain'
import { readSplit } from '@headroom/measures'
import { UserError } from '@headroom/runtime'
import { generateCompany, trueSplit, trueStrategicShare } from '@headroom/simulator'
import { readOrganisation } from '@headroom/store'
import type { Headroom } from '../open-headroom.ts'
import { readModel } from '../start-services.ts'
import { demoSeed } from './load-demo.ts'

/** One team in one quarter: what was measured, and what the generator of the company knows. */
interface Comparison {
  readonly team: string
  readonly quarter: string
  readonly measured: number
  readonly low: number
  readonly high: number
  readonly hardCount: number | null
  readonly truth: number
  readonly verdict: string
}

/**
 * The measured strategic share of the demo company by team and quarter against the true one, as a table. The measuring
 * side never sees the truth; only this table brings the two together.
 */
export async function compareWithTruth(headroom: Headroom): Promise<string> {
  const { demoUntil } = await readOrganisation(headroom.store.db)
  if (!demoUntil) throw new UserError('The demo company has not been loaded here yet. Start it with: npm start')
  const company = generateCompany({ seed: demoSeed, until: demoUntil.getTime() })
  const model = await readModel()
  const rows: Comparison[] = []
  for (const quarter of wholeQuarters(company.from, company.until)) {
    const measured = await readSplit(
      headroom.store.db,
      { ...quarter, grain: 'total', by: 'team', basis: 'effort' },
      model,
    )
    const finished = await readSplit(
      headroom.store.db,
      { ...quarter, grain: 'total', by: 'team', basis: 'tickets' },
      model,
    )
    for (const row of measured) {
      const team = company.teams.find((t) => t.name === row.group?.name)
      const truth = team ? trueStrategicShare(trueSplit(company, team.index, quarter.from, quarter.to)) : null
      if (!team || truth === null || !row.strategicShare) continue
      const { value, low, high } = row.strategicShare
      const hardCount = finished.find((f) => f.group?.id === row.group?.id)?.strategicShare?.value ?? null
      rows.push({
        team: team.name,
        quarter: quarter.label,
        measured: value,
        low,
        high,
        hardCount,
        truth,
        verdict: row.verdict,
      })
    }
  }
  return table(rows)
}

function wholeQuarters(from: number, until: number): Period[] {
  const date = (at: number) => new Date(at).toISOString().slice(0, 10)
  const last = lastCompletePeriod(date(until), 'quarter')
  return periodsBetween(date(from), last.to, 'quarter').filter((quarter) => quarter.from.endsWith('-01'))
}

function table(rows: readonly Comparison[]): string {
  const percent = (share: number | null) => (share === null ? '-' : `${(100 * share).toFixed(1)}`).padStart(6)
  const lines = rows.map(
    (r) =>
      `${r.quarter}  ${r.team.padEnd(24)}${percent(r.truth)}${percent(r.measured)}  ${percent(r.low)} to${percent(r.high)}  ${r.low <= r.truth && r.truth <= r.high ? 'inside ' : 'OUTSIDE'}${percent(r.hardCount)}  ${r.verdict}`,
  )
  return `${[
    `quarter  ${'team'.padEnd(24)}  true  meas.    90 % interval  truth is  tickets  verdict`,
    ...lines,
    '',
    `mean absolute error  effort ${meanError(rows, (r) => r.measured)} points, tickets done ${meanError(rows, (r) => r.hardCount)} points`,
    `intervals that hold the truth: ${rows.filter((r) => r.low <= r.truth && r.truth <= r.high).length} of ${rows.length}`,
    `verdicts that are wrong: ${rows.filter(isWrong).length} of ${rows.length}`,
  ].join('\n')}\n`
}

function meanError(rows: readonly Comparison[], of: (row: Comparison) => number | null): string {
  const errors = rows.flatMap((row) => {
    const share = of(row)
    return share === null ? [] : [Math.abs(share - row.truth)]
  })
  return ((100 * errors.reduce((sum, e) => sum + e, 0)) / Math.max(1, errors.length)).toFixed(1)
}

const target = 0.2

/** A verdict that says the opposite of what is true; to say nothing is never wrong. */
function isWrong({ verdict, truth }: Comparison): boolean {
  return (
    (verdict === 'below' && truth >= target) ||
    (verdict === 'above' && truth <= target) ||
    (verdict === 'on-target' && truth < target - 0.03)
  )
}
