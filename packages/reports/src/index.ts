export type { Palette } from './chart/palette.ts'
export { pagePalette, paperPalette } from './chart/palette.ts'
export type { ShareBarOptions } from './chart/share-bar.ts'
export { shareBar } from './chart/share-bar.ts'
export type { TrendChartOptions } from './chart/trend-chart.ts'
export { trendChart } from './chart/trend-chart.ts'
export {
  formatCount,
  formatDates,
  formatDays,
  formatPercent,
  formatPoints,
  formatRange,
  formatShare,
  formatTarget,
} from './numbers.ts'
export type { ReportLinks, ReportPageOptions } from './report-page.ts'
export { reportPage, reportPagePolicy } from './report-page.ts'
export { basisWords, categoryWords, headline, verdictWords, whatIsNeeded } from './words.ts'
