import { type BenchOptions, type BenchResult, round } from '../results.ts'
import { alternating, type IngestionReport, measureRestart, measureSite, ratesOf, withBench } from './backfill.ts'

/** What the tracker shows on a page, and so the most that a restart may store again. */
const pageSize = 100

/**
 * The backfill of 100,000 issues with six histories each: its rate against the bare loop's in the same run, whether memory
 * stays flat while it goes on, and what a process that follows a killed one does again.
 */
export async function benchLargeBackfill({
  size = 100_000,
  rounds = 1,
  profileDir,
}: BenchOptions): Promise<BenchResult> {
  let restart: IngestionReport | undefined
  const measured = await withBench(profileDir, (bench) =>
    measureSite(bench, size, alternating(rounds), async (trackerUrl) => {
      restart = await measureRestart(bench, size, trackerUrl)
    }),
  )
  const rates = ratesOf(measured, size)
  const ratio = rates.headroom / rates.baseline
  const halves = measured.flatMap((r) => (r.halvesRssMb ? [r.halvesRssMb] : []))
  const growth = Math.max(...halves.map(([first, second]) => second / first))
  const stored = restart?.tickets ?? 0
  const repeated = restart?.repeated ?? 0
  return {
    figures: {
      'tickets a second': `Headroom ${round(rates.headroom, 0)}, bare loop ${round(rates.baseline, 0)} (${size} tickets, ${rounds} alternating rounds)`,
      "of the bare loop's rate": String(round(ratio)),
      'memory (RSS), first and second half of the tickets': halves
        .map(([first, second]) => `${round(first, 0)} MB and ${round(second, 0)} MB`)
        .join(', '),
      'killed with SIGKILL at half of the tickets, and gone on': `${stored} stored, ${repeated} of them twice`,
    },
    targets: {
      "at least 0.5 of the bare loop's rate": ratio >= 0.5,
      'memory of the second half within 10 % of the first': growth <= 1.1,
      'a restart repeats at most one page': stored === size && repeated <= pageSize,
    },
    details: { rounds: measured, restart },
  }
}
