import type { SplitRow } from '@headroom/domain'
import { html, type Markup } from '../markup.ts'
import { formatDays, formatPercent, untrackedDays } from '../numbers.ts'
import { categoryWords } from '../words.ts'

/** The parts of capacity in the order in which they are drawn, strategic work first. */
export const capacityParts = ['strategic', 'feature', 'sustaining', 'unclassified', 'untracked'] as const
export type CapacityPart = (typeof capacityParts)[number]

/** A part with its person-days and its share of the whole bar. */
export interface CapacitySlice {
  readonly part: CapacityPart
  readonly word: string
  readonly days: number
  /** Share of tracked plus untracked time; 0 when there is none. */
  readonly share: number
}

/** Where the capacity of a row went, untracked time included. */
export function capacitySlices(row: SplitRow): readonly CapacitySlice[] {
  const days = { ...row.effortDays, untracked: untrackedDays(row) }
  const whole = capacityParts.reduce((sum, part) => sum + days[part], 0)
  return capacityParts.map((part) => ({
    part,
    word: part === 'untracked' ? 'Untracked' : categoryWords[part],
    days: days[part],
    share: whole > 0 ? days[part] / whole : 0,
  }))
}

/** The slices as one bar; texts beside it say the same. What is not known is hatched, so it differs without colour. */
export function capacityBar(row: SplitRow, id: string): Markup {
  const slices = capacitySlices(row)
  const label = slices.map((s) => `${s.word} ${formatDays(s.days)} person-days, ${formatPercent(s.share)}`).join('; ')
  let from = 0
  const rects = slices.map((slice) => {
    const start = from
    from += slice.share
    const fill =
      slice.part === 'unclassified' || slice.part === 'untracked' ? `url(#${id}-${slice.part})` : `var(--${slice.part})`
    return html`<rect x="${percent(start)}" width="${percent(slice.share)}" y="0" height="100%" fill="${fill}" stroke="var(--surface)" stroke-width="2"/>`
  })
  return html`<svg class="capacity-bar" role="img" width="100%" height="28" aria-label="${label}"><defs>${hatch(`${id}-unclassified`, 'var(--muted)', 2)}${hatch(`${id}-untracked`, 'var(--hatch)', 1)}</defs>${rects}</svg>`
}

/** The mark before a part's name in a list. */
export function capacitySwatch(part: CapacityPart, id: string): Markup {
  const fill = part === 'unclassified' || part === 'untracked' ? `url(#${id}-${part})` : `var(--${part})`
  return html`<svg class="swatch" width="12" height="12" aria-hidden="true"><rect width="12" height="12" rx="2" fill="${fill}"/></svg>`
}

function hatch(id: string, colour: string, weight: number): Markup {
  return html`<pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--wash)"/><rect width="${weight}" height="6" fill="${colour}"/></pattern>`
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`
}
