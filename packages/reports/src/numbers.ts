import type { Period, Share, SplitRow } from '@headroom/domain'

const missing = '–'

/** A share as whole percent: `17 %`; a little that would round to nothing is `<1 %`. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.005) return '<1 %'
  return Number.isFinite(share) ? `${wholePercent(share)} %` : missing
}

/** A target as percent, with the decimal that it may have been set with: `20 %`, `17.5 %`. */
export function formatTarget(target: number): string {
  return Number.isFinite(target) ? `${Math.round(target * 1000) / 10} %` : missing
}

/** A range of shares: `13–21 %`; one number when both ends round to the same. */
export function formatRange(low: number, high: number): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return missing
  const [from, to] = [wholePercent(low), wholePercent(high)]
  return from === to ? `${from} %` : `${from}–${to} %`
}

/** The only way a share is printed: never without its interval. `17 % (13–21 %)`; `nothing tracked` for null. */
export function formatShare(share: Pick<Share, 'value' | 'low' | 'high'> | null): string {
  return share ? `${formatPercent(share.value)} (${formatRange(share.low, share.high)})` : 'nothing tracked'
}

/** Person-days: one decimal below ten, whole above, with thousands separators: `4.5`, `1,240`. */
export function formatDays(days: number): string {
  if (!Number.isFinite(days)) return missing
  const decimals = Math.abs(days) < 9.95 ? 1 : 0
  const rounded = Math.round(days * 10 ** decimals) / 10 ** decimals
  return grouped(rounded === 0 ? 0 : rounded)
}

/** A count with thousands separators. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? grouped(Math.round(count) || 0) : missing
}

/** A difference in percentage points with its sign: `+3`, `−4`, `0`. */
export function formatPoints(points: number): string {
  if (points === 0) return '0'
  return points > 0 ? `+${points}` : `−${-points}`
}

/** Both ends of a period as dates: `1 Jul – 30 Sep 2026`. */
export function formatDates(period: Period): string {
  const [from, to] = [dateParts(period.from), dateParts(period.to)]
  if (period.from === period.to) return `${to.dayAndMonth} ${to.year}`
  const start = from.year === to.year ? from.dayAndMonth : `${from.dayAndMonth} ${from.year}`
  return `${start} – ${to.dayAndMonth} ${to.year}`
}

/** A moment as `2026-10-02 06:00 UTC`. */
export function formatMoment(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d.*Z$/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso
}

/**
 * The change between two rows in the percentage points that the printed numbers show, and whether it is larger than the
 * doubt of both. The doubts are taken as independent, which is cautious: label error is largely shared by both periods.
 */
export function changeOf(
  row: SplitRow,
  previous: SplitRow | null | undefined,
): { readonly points: number; readonly clear: boolean; readonly since: string } | null {
  const [now, before] = [row.strategicShare, previous?.strategicShare]
  if (!now || !before || !previous) return null
  const doubt = Math.hypot((now.high - now.low) / 2, (before.high - before.low) / 2)
  return {
    points: wholePercent(now.value) - wholePercent(before.value),
    clear: Math.abs(now.value - before.value) > doubt,
    since: previous.period.label,
  }
}

/** Capacity that no active ticket accounts for, in person-days. */
export function untrackedDays(row: SplitRow): number {
  return Math.max(0, row.coverage.capacityDays - row.coverage.trackedDays)
}

function wholePercent(share: number): number {
  return Math.round(share * 100) || 0
}

function grouped(value: number): string {
  const [whole = '0', fraction] = String(value).split('.')
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction ? `${separated}.${fraction}` : separated
}

/** Short English names, January first. */
export const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

function dateParts(date: string): { readonly dayAndMonth: string; readonly year: string } {
  const [year = '', month = '', day = ''] = date.split('-')
  return { dayAndMonth: `${Number(day)} ${monthNames[Number(month) - 1] ?? month}`, year }
}
