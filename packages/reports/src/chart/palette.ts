/** The colours of a chart: hex on paper and in mail, the page's custom properties on the page. */
export interface Palette {
  readonly muted: string
  readonly rule: string
  readonly surface: string
  readonly accent: string
  readonly band: string
  readonly target: string
}

/** Follows the page's light or dark colours. */
export const pagePalette: Palette = {
  muted: 'var(--muted)',
  rule: 'var(--rule)',
  surface: 'var(--surface)',
  accent: 'var(--accent)',
  band: 'var(--band)',
  target: 'var(--target)',
}

/** Dark on white, for images that can't follow anything. The same values as the page's light colours. */
export const paperPalette: Palette = {
  muted: '#565e6c',
  rule: '#e3e6eb',
  surface: '#ffffff',
  accent: '#3451d1',
  band: '#d5dcfa',
  target: '#a8470f',
}
