import type { SplitRow } from '@headroom/domain'

/** Weight of the newest week. 0.2 is the chart for humans that the drift methods recommend. */
export const smoothingWeight = 0.2

/** A week's smoothed share and interval; null for a week in which nothing was tracked. */
export type SmoothedShare = { readonly value: number; readonly low: number; readonly high: number } | null

/**
 * Exponentially weighted average of weekly strategic shares, each week weighted by its tracked effort (Roberts 1959, with
 * weights). Both ends of the interval are averaged alike, which takes the weeks' label errors as fully shared: the
 * cautious assumption. A week without a share leaves a gap and changes nothing.
 */
export function smoothedShares(rows: readonly SplitRow[]): readonly SmoothedShare[] {
  let effort = 0
  let sums = { value: 0, low: 0, high: 0 }
  return rows.map((row) => {
    const share = row.strategicShare
    const tracked = row.coverage.trackedDays
    if (!share || !(tracked > 0)) return null
    const decay = (old: number, now: number) => (1 - smoothingWeight) * old + smoothingWeight * now * tracked
    effort = decay(effort, 1)
    sums = {
      value: decay(sums.value, share.value),
      low: decay(sums.low, share.low),
      high: decay(sums.high, share.high),
    }
    // Effort so small that its weights vanish says nothing about a share.
    if (effort === 0) return null
    return { value: sums.value / effort, low: sums.low / effort, high: sums.high / effort }
  })
}
