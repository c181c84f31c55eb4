export type { Palette } from './chart/palette.ts'
export { pagePalette, paperPalette } from './chart/palette.ts'
export type { BarShare, ShareBarOptions } from './chart/share-bar.ts'
export { shareBar } from './chart/share-bar.ts'
export type { TrendChartOptions } from './chart/trend-chart.ts'
export { trendChart } from './chart/trend-chart.ts'
export type { CsvCell } from './csv-text.ts'
export { csvText } from './csv-text.ts'
export type { DigestLinks } from './mail/digest-links.ts'
export type { DigestMail } from './mail/digest-mail.ts'
export { digestMail } from './mail/digest-mail.ts'
export { chartCid } from './mail/digest-mjml.ts'
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
export { reportCsv, splitCsv } from './report-csv.ts'
export type { ReportLinks, ReportPageOptions } from './report-page.ts'
export { reportPage, reportPagePolicy } from './report-page.ts'
export type { ReportTextOptions } from './report-text.ts'
export { reportText } from './report-text.ts'
export { basisWords, categoryWords, headline, verdictWords, whatIsNeeded } from './words.ts'
