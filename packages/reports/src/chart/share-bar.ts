import { html } from '../markup.ts'
import { formatPercent, formatRange, formatShare, formatTarget } from '../numbers.ts'
import { type Palette, pagePalette } from './palette.ts'
import { shareAt } from './share-scale.ts'

/** An interval and its value; a range alone has no value. */
export interface BarShare {
  readonly value: number | null
  readonly low: number
  readonly high: number
}

/** How a share bar is drawn. */
export interface ShareBarOptions {
  readonly target: number
  /** Upper end of the axis, a share; the same for bars that are compared. */
  readonly end: number
  readonly palette?: Palette
}

/**
 * A share as a small SVG: the interval as a bar, the value as a dot, the target as a line over the full height. As wide
 * as its place. Only the line for null.
 */
export function shareBar(share: BarShare | null, options: ShareBarOptions): string {
  const { target, end, palette = pagePalette } = options
  const x = (value: number) => shareAt(value, end)
  return html`<svg class="share-bar" role="img" width="100%" height="22" aria-label="${labelOf(share)}; target ${formatTarget(target)}; the axis ends at ${formatPercent(end)}"><line x1="0" x2="100%" y1="11" y2="11" stroke="${palette.rule}" stroke-width="2" stroke-linecap="round"/>${
    share &&
    html`<line x1="${x(share.low)}" x2="${x(share.high)}" y1="11" y2="11" stroke="${palette.accent}" stroke-opacity="0.38" stroke-width="8" stroke-linecap="butt"/>${share.value !== null && html`<circle cx="${x(share.value)}" cy="11" r="5" fill="${palette.accent}" stroke="${palette.surface}" stroke-width="2"/>`}`
  }<line x1="${x(target)}" x2="${x(target)}" y1="1" y2="21" stroke="${palette.target}" stroke-width="2"/></svg>`.markup
}

function labelOf(share: BarShare | null): string {
  if (!share) return formatShare(null)
  return share.value === null ? formatRange(share.low, share.high) : formatShare({ ...share, value: share.value })
}
