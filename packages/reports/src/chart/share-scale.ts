import type { SplitRow } from '@headroom/domain'

const ends = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1]

/** The upper end of an axis on which all these rows' intervals and targets can be seen: a round share, at most 1. */
export function shareScaleEnd(rows: readonly SplitRow[], more: readonly number[] = []): number {
  const shown = rows.flatMap((row) => [row.target * 1.5, row.strategicShare?.high ?? 0, row.strategicShare?.value ?? 0])
  const highest = Math.max(0, ...[...shown, ...more].filter(Number.isFinite))
  return ends.find((end) => highest <= end) ?? 1
}

/** A position on an axis from 0 to `end`, as a percentage of its width that SVG takes. Stays inside the axis. */
export function shareAt(share: number, end: number): string {
  const position = Math.min(1, Math.max(0, Number.isFinite(share) ? share / end : 0))
  return `${Math.round(position * 10_000) / 100}%`
}
