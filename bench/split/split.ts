import type { SplitMeasure } from '@headroom/domain'
import { generateCompany } from '@headroom/simulator'
import { ownCpuSeconds } from '../cpu-seconds.ts'
import { type BenchOptions, type BenchResult, median, round } from '../results.ts'
import { companyFacts } from './company-facts.ts'
import { splitByDomain } from './domain-split.ts'
import { type DuckdbSplit, openDuckdb, splitByDuckdb } from './duckdb-split.ts'

interface Time {
  readonly seconds: number
  readonly cpuSeconds: number
}

/**
 * All effort of the demo company from scratch and the split of each team and quarter, by the domain and by DuckDB in SQL
 * over the same rows. DuckDB uses every core, the domain one. Both must say the same, or the comparison is void.
 */
export async function benchSplit({ rounds = 5 }: BenchOptions): Promise<BenchResult> {
  const company = generateCompany({ seed: 'larkspur', until: Date.UTC(2026, 8, 30, 12) })
  const facts = companyFacts(company)
  const connection = await openDuckdb(facts)
  const domain: Time[] = []
  const duckdb: Time[] = []
  let worst = 0
  // One round more than is counted: in the first, code is compiled and time zones are asked for.
  for (let i = 0; i <= rounds; i += 1) {
    const [ours, domainTime] = await timed(async () => splitByDomain(facts))
    const [theirs, duckdbTime] = await timed(() => splitByDuckdb(connection, facts))
    domain.push(domainTime)
    duckdb.push(duckdbTime)
    worst = Math.max(worst, largestDifference(ours, theirs))
  }
  connection.closeSync()
  const of = (times: readonly Time[], figure: (time: Time) => number) => median(times.slice(1).map(figure))
  const [seconds, cpu] = [(t: Time) => t.seconds, (t: Time) => t.cpuSeconds]
  const ratio = of(domain, seconds) / of(duckdb, seconds)
  const cold = domain[0]?.seconds ?? 0
  return {
    figures: {
      'effort and split of': `${facts.tickets.length} tickets, ${facts.people.length} people, ${facts.from} to ${facts.asOf}, by team and quarter`,
      seconds: `domain ${round(of(domain, seconds))} (first run ${round(cold)}), DuckDB ${round(of(duckdb, seconds))} (median of ${rounds} alternating rounds)`,
      "of DuckDB's time": String(round(ratio)),
      'CPU seconds': `domain ${round(of(domain, cpu))}, DuckDB ${round(of(duckdb, cpu))}: ${round(of(domain, cpu) / of(duckdb, cpu))}`,
      'largest difference between a strategic share by the domain and by DuckDB': worst.toExponential(1),
    },
    targets: { "within 3 times DuckDB's time": ratio <= 3, 'the same strategic shares within 0.00001': worst <= 1e-5 },
    details: { domain, duckdb },
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, Time]> {
  const [began, cpuBefore] = [performance.now(), ownCpuSeconds()]
  const result = await work()
  return [result, { seconds: (performance.now() - began) / 1000, cpuSeconds: ownCpuSeconds() - cpuBefore }]
}

/** Of the shares by all three effort rules and their error; effort and capacity must agree to a thousandth of a day. */
function largestDifference(ours: ReadonlyMap<string, SplitMeasure>, theirs: readonly DuckdbSplit[]): number {
  if (ours.size !== theirs.length) throw new Error(`The domain has ${ours.size} splits, DuckDB ${theirs.length}.`)
  const differences = theirs.map((row) => {
    const measure = ours.get(`${row.team} ${row.quarter}`)
    if (!measure) throw new Error(`The domain has no split of team ${row.team} in ${row.quarter}.`)
    const { coverage, strategicShare, doubt } = measure
    if (
      Math.abs(coverage.trackedDays - row.trackedDays) > 1e-3 ||
      Math.abs(coverage.capacityDays - row.capacityDays) > 1e-3
    )
      throw new Error(
        `Team ${row.team} in ${row.quarter}: ${JSON.stringify(coverage)} by the domain, ${JSON.stringify(row)} by DuckDB.`,
      )
    if (!strategicShare || !doubt) return 0
    const shares = [row.share, row.shareEqual, row.sharePoints]
    return Math.max(
      Math.abs(strategicShare.value - row.share),
      Math.abs(strategicShare.methodRange[0] - Math.min(...shares)),
      Math.abs(strategicShare.methodRange[1] - Math.max(...shares)),
      Math.abs(Math.max(0.006, Math.hypot(doubt.labels, doubt.model, doubt.method)) - row.error),
    )
  })
  return Math.max(...differences)
}
