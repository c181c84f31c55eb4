import type { LeadershipReport, SplitRow } from '@headroom/domain'
import { type CsvCell, csvText } from './csv-text.ts'

const columns: readonly (readonly [string, (row: SplitRow) => CsvCell])[] = [
  ['period', (row) => row.period.label],
  ['from', (row) => row.period.from],
  ['to', (row) => row.period.to],
  ['group_id', (row) => row.group?.id ?? null],
  ['group_name', (row) => row.group?.name ?? null],
  ['feature_days', (row) => row.effortDays.feature],
  ['strategic_days', (row) => row.effortDays.strategic],
  ['sustaining_days', (row) => row.effortDays.sustaining],
  ['unclassified_days', (row) => row.effortDays.unclassified],
  ['tracked_days', (row) => row.coverage.trackedDays],
  ['capacity_days', (row) => row.coverage.capacityDays],
  ['coverage', (row) => row.coverage.share],
  ['strategic_share', (row) => row.strategicShare?.value ?? null],
  ['low', (row) => row.strategicShare?.low ?? null],
  ['high', (row) => row.strategicShare?.high ?? null],
  ['level', (row) => row.strategicShare?.level ?? null],
  ['audited', (row) => row.strategicShare?.audited ?? null],
  ['bound_low', (row) => row.strategicShare?.bounds[0] ?? null],
  ['bound_high', (row) => row.strategicShare?.bounds[1] ?? null],
  ['method_low', (row) => row.strategicShare?.methodRange[0] ?? null],
  ['method_high', (row) => row.strategicShare?.methodRange[1] ?? null],
  ['target', (row) => row.target],
  ['verdict', (row) => row.verdict],
  ['revision', (row) => row.revision],
]

/**
 * Every split row of the report as CSV (RFC 4180): the total, the period before, the teams, the weeks. Shares are
 * fractions and numbers are not rounded. An empty cell is a value that does not exist. Texts that a spreadsheet would
 * run as a formula get an apostrophe in front.
 */
export function reportCsv(report: LeadershipReport): string {
  const rows: readonly (readonly [string, SplitRow])[] = [
    ['total', report.total],
    ...(report.previous ? [['previous', report.previous] as const] : []),
    ...report.teams.map((row) => ['team', row] as const),
    ...(report.previousTeams ?? []).map((row) => ['previous-team', row] as const),
    ...report.trend.map((row) => ['week', row] as const),
  ]
  return csvText([
    ['row', ...columns.map(([name]) => name)],
    ...rows.map(([kind, row]) => [kind, ...columns.map(([, value]) => value(row))]),
  ])
}

/** Rows of a split as CSV, in the columns and the form of {@link reportCsv}. */
export function splitCsv(rows: readonly SplitRow[]): string {
  return csvText([columns.map(([name]) => name), ...rows.map((row) => columns.map(([, value]) => value(row)))])
}
