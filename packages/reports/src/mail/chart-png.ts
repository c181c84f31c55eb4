import { createRequire } from 'node:module'
import type { SplitRow } from '@headroom/domain'
import { Resvg } from '@resvg/resvg-js'
import { paperPalette } from '../chart/palette.ts'
import { trendChart } from '../chart/trend-chart.ts'
import { printable } from '../markup.ts'

// resvg draws no text at all where it has no font, and servers often have none: the font comes with us.
const fontFile = createRequire(import.meta.url).resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')

/** The weekly trend as a PNG, 552 points wide in twice the pixels, for places that show no SVG: mail. */
export function trendPng(rows: readonly SplitRow[]): Uint8Array {
  const svg = trendChart(rows, { id: 'trend', width: 552, height: 230, palette: paperPalette, fontFamily: 'Inter' })
  const standalone = printable(svg).replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
  const image = new Resvg(standalone, {
    fitTo: { mode: 'width', value: 1104 },
    background: paperPalette.surface,
    font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: 'Inter' },
  })
  return image.render().asPng()
}
