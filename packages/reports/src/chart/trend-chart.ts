import type { SplitRow } from '@headroom/domain'
import { scaleLinear } from 'd3-scale'
import { area, curveMonotoneX, curveStep, line } from 'd3-shape'
import { html, type Markup, raw } from '../markup.ts'
import { formatPercent, formatRange, formatTarget, monthNames } from '../numbers.ts'
import { type Palette, pagePalette } from './palette.ts'
import { type SmoothedShare, smoothedShares } from './smoothed.ts'

/** How a trend chart is drawn. `id` must be unique on its page. */
export interface TrendChartOptions {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly palette?: Palette
  /** Absent: the font of the place. An image needs one by name. */
  readonly fontFamily?: string
}

interface Frame {
  readonly rows: readonly SplitRow[]
  readonly smoothed: readonly SmoothedShare[]
  readonly x: (index: number) => number
  readonly y: (share: number) => number
  readonly ticks: readonly number[]
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly palette: Palette
}

/**
 * Weekly strategic shares as SVG: every week as a dot, their smoothed course as a line with its interval as a band, the
 * target as a dashed line, gaps where nothing was tracked. Title and description say the same in words.
 */
export function trendChart(rows: readonly SplitRow[], options: TrendChartOptions): string {
  const { id, width, height, palette = pagePalette, fontFamily } = options
  const frame = frameOf(rows, width, height, palette)
  return html`<svg class="trend-chart" role="img" aria-labelledby="${id}-title ${id}-about" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-size="12"${raw(fontFamily ? ` font-family="${fontFamily}"` : '')}><title id="${id}-title">Strategic share of tracked effort by week</title><desc id="${id}-about">${describe(frame)}</desc>${legend(frame, width)}${axes(frame)}${gaps(frame)}${course(frame)}</svg>`
    .markup
}

function frameOf(rows: readonly SplitRow[], width: number, height: number, palette: Palette): Frame {
  const smoothed = smoothedShares(rows)
  const seen = [
    ...rows.flatMap((row) => [row.strategicShare?.value ?? 0, row.target * 1.25]),
    ...smoothed.map((point) => point?.high ?? 0),
  ].filter(Number.isFinite)
  const end = Math.min(1, Math.max(0.1, ...seen))
  const [left, right, top, bottom] = [44, width - 8, legendLines(rows, width) * 20 + 14, height - 26]
  const y = scaleLinear([0, end], [bottom, top]).nice(4)
  const x = scaleLinear([0, Math.max(1, rows.length - 1)], [left + 8, right - 8])
  return { rows, smoothed, x, y: y.clamp(true), ticks: y.ticks(4), left, right, top, bottom, palette }
}

function describe({ rows, smoothed }: Frame): string {
  const first = rows.at(0)
  const last = rows.at(-1)
  if (!first || !last) return 'No weeks to show.'
  const newest = smoothed.findLast((point) => point !== null)
  const untracked = rows.filter((row) => !row.strategicShare).length
  const state = newest
    ? `The smoothed share ends at ${formatPercent(newest.value)}, interval ${formatRange(newest.low, newest.high)}.`
    : 'Nothing was tracked in these weeks.'
  const missing = newest && untracked > 0 ? ` Nothing was tracked in ${untracked} of ${rows.length} weeks.` : ''
  return `${first.period.label} to ${last.period.label}. ${state} The target is ${formatTarget(last.target)}.${missing}`
}

function axes(frame: Frame): Markup {
  const { rows, x, y, ticks, left, right, bottom, palette } = frame
  const lines = ticks.map(
    (tick) =>
      html`<line x1="${left}" x2="${right}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="${palette.rule}"/><text x="${left - 8}" y="${at(y(tick) + 4)}" text-anchor="end" fill="${palette.muted}">${formatPercent(tick)}</text>`,
  )
  const spacing = rows.length > 1 ? x(1) - x(0) : 0
  let free = left - 8
  const months = rows.map((row, index) => {
    const [year, month, day] = row.period.from.split('-').map(Number)
    const begins =
      index === 0 ? (day ?? 0) <= 7 : rows[index - 1]?.period.from.slice(0, 7) !== row.period.from.slice(0, 7)
    const name = monthNames[(month ?? 0) - 1]
    const text = month === 1 ? `${name} ${year}` : name
    const start = x(index) - spacing / 2
    if (!begins || !text || start < free || start + text.length * 7 > right) return html``
    free = start + text.length * 7 + 14
    return html`<line x1="${at(start)}" x2="${at(start)}" y1="${bottom}" y2="${bottom + 5}" stroke="${palette.muted}"/><text x="${at(start + 3)}" y="${bottom + 18}" fill="${palette.muted}">${text}</text>`
  })
  return html`<g>${lines}${months}</g>`
}

/** A week without tracked effort gets a shade of its own, so that a gap can't be taken for a zero. */
function gaps({ rows, x, top, bottom, palette }: Frame): Markup {
  const half = (x(1) - x(0)) / 2
  const shades = rows.map((row, index) =>
    row.strategicShare
      ? html``
      : html`<rect x="${at(x(index) - Math.min(half, 12))}" y="${top}" width="${at(Math.min(half, 12) * 2)}" height="${at(bottom - top)}" fill="${palette.rule}" fill-opacity="0.55"/>`,
  )
  return html`<g>${shades}</g>`
}

function course({ rows, smoothed, x, y, palette }: Frame): Markup {
  const band = area<SmoothedShare>()
    .defined((point) => point !== null)
    .x((_, index) => x(index))
    .y0((point) => y(point?.low ?? 0))
    .y1((point) => y(point?.high ?? 0))
    .curve(curveMonotoneX)(smoothed)
  const average = line<SmoothedShare>()
    .defined((point) => point !== null)
    .x((_, index) => x(index))
    .y((point) => y(point?.value ?? 0))
    .curve(curveMonotoneX)(smoothed)
  const target = line<SplitRow>()
    .x((_, index) => x(index))
    .y((row) => y(row.target))
    .curve(curveStep)(rows)
  const dots = rows.map((row, index) =>
    row.strategicShare
      ? html`<circle cx="${at(x(index))}" cy="${at(y(row.strategicShare.value))}" r="2.5" fill="${palette.surface}" stroke="${palette.muted}" stroke-width="1.25"/>`
      : html``,
  )
  return html`<path d="${band ?? ''}" fill="${palette.band}"/>${dots}<path d="${target ?? ''}" fill="none" stroke="${palette.target}" stroke-width="1.5" stroke-dasharray="5 4"/><path d="${average ?? ''}" fill="none" stroke="${palette.accent}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>`
}

interface LegendEntry {
  readonly text: string
  readonly mark: (x: number, y: number, palette: Palette) => Markup
}

function legendEntries(rows: readonly SplitRow[]): readonly LegendEntry[] {
  const level = rows.findLast((row) => row.strategicShare)?.strategicShare?.level ?? 0.9
  const last = rows.at(-1)
  const entries: LegendEntry[] = [
    {
      text: `smoothed, with ${formatPercent(level)} interval`,
      mark: (x, y, p) =>
        html`<rect x="${x}" y="${y - 9}" width="20" height="10" fill="${p.band}"/><line x1="${x}" x2="${x + 20}" y1="${y - 4}" y2="${y - 4}" stroke="${p.accent}" stroke-width="2.5"/>`,
    },
    {
      text: 'each week',
      mark: (x, y, p) =>
        html`<circle cx="${x + 10}" cy="${y - 4}" r="2.5" fill="${p.surface}" stroke="${p.muted}" stroke-width="1.25"/>`,
    },
  ]
  if (last) {
    entries.push({
      text: `target ${formatTarget(last.target)}`,
      mark: (x, y, p) =>
        html`<line x1="${x}" x2="${x + 20}" y1="${y - 4}" y2="${y - 4}" stroke="${p.target}" stroke-width="1.5" stroke-dasharray="5 4"/>`,
    })
  }
  if (rows.some((row) => !row.strategicShare)) {
    entries.push({
      text: 'nothing tracked',
      mark: (x, y, p) =>
        html`<rect x="${x}" y="${y - 10}" width="20" height="12" fill="${p.rule}" fill-opacity="0.55"/>`,
    })
  }
  return entries
}

/** Places the entries in lines by the estimated width of their texts; there is nothing to measure text with. */
function placedLegend(rows: readonly SplitRow[], width: number) {
  let [x, row] = [0, 0]
  return legendEntries(rows).map((entry) => {
    const needed = 28 + entry.text.length * 6.4 + 20
    if (x > 0 && x + needed - 20 > width) [x, row] = [0, row + 1]
    const place = { ...entry, x, row }
    x += needed
    return place
  })
}

function legendLines(rows: readonly SplitRow[], width: number): number {
  return (placedLegend(rows, width).at(-1)?.row ?? 0) + 1
}

function legend({ rows, palette }: Frame, width: number): Markup {
  const entries = placedLegend(rows, width).map(
    ({ text, mark, x, row }) =>
      html`${mark(Math.round(x), row * 20 + 14, palette)}<text x="${Math.round(x) + 28}" y="${row * 20 + 14}" fill="${palette.muted}">${text}</text>`,
  )
  return html`<g>${entries}</g>`
}

function at(position: number): number {
  return Math.round(position * 10) / 10
}
