import type { LeadershipReport, SplitRow } from '@headroom/domain'
import { shareScaleEnd } from './chart/share-scale.ts'
import { printable } from './markup.ts'
import { formatDates, formatPercent, formatRange, formatTarget } from './numbers.ts'
import { columnsOf, fitted, padded, wrapped } from './terminal.ts'
import { changeSentence, driftSentences, headline, trackedSentence, verdictWords, whatIsNeeded } from './words.ts'

/** How a text for the terminal is printed. */
export interface ReportTextOptions {
  /** Columns of the terminal; lines stay within them. At least 40 are used. */
  readonly width: number
  /** Whether ANSI colours are understood. They never carry anything that the words do not. */
  readonly colour: boolean
  /** False for a terminal that shows ASCII alone. */
  readonly unicode?: boolean
}

type Style = 'bold' | 'dim' | 'warn' | 'good'

const ansi = { bold: [1, 22], dim: [2, 22], warn: [33, 39], good: [32, 39] } as const satisfies Record<Style, unknown>

interface Pen {
  readonly width: number
  readonly unicode: boolean
  readonly paint: (style: Style, text: string) => string
}

/** The report for a terminal: the answer in words, then a line per team with share, interval, target, verdict, coverage. */
export function reportText(report: LeadershipReport, options: ReportTextOptions): string {
  const pen: Pen = {
    width: Math.max(40, Math.floor(options.width)),
    unicode: options.unicode ?? true,
    paint: (style, text) =>
      options.colour && text ? `\u001b[${ansi[style][0]}m${text}\u001b[${ansi[style][1]}m` : text,
  }
  const { total, previous, team, organisation, period } = report
  const change = changeSentence(total, previous)
  const paragraphs = [
    wrapped(`${organisation}${team ? `, ${team.name}` : ''}, ${period.label} (${formatDates(period)})`, pen.width).map(
      (line) => pen.paint('dim', line),
    ),
    wrapped(headline(total, team?.name), pen.width).map((line) => pen.paint('bold', line)),
    wrapped(`${change ? `${change} ` : ''}${trackedSentence(total)}`, pen.width),
    whatIsNeeded(total).flatMap((step) => wrapped(step, pen.width, '- ')),
    teamLines(report, pen),
    driftSentences(report).flatMap((text) => wrapped(text, pen.width)),
    connectionLines(report, pen),
  ]
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
  return pen.unicode ? text : ascii(text)
}

interface Column {
  readonly title: string
  readonly right: boolean
  readonly text: (row: SplitRow) => string
  readonly paint?: (row: SplitRow, text: string, pen: Pen) => string
}

const columns: readonly Column[] = [
  {
    title: 'Strategic',
    right: true,
    text: (row) => (row.strategicShare ? formatPercent(row.strategicShare.value) : '–'),
    paint: (_, text, pen) => pen.paint('bold', text),
  },
  {
    title: 'Interval',
    right: true,
    text: (row) => (row.strategicShare ? formatRange(row.strategicShare.low, row.strategicShare.high) : '–'),
  },
  { title: 'Target', right: true, text: (row) => formatTarget(row.target) },
  {
    title: 'Verdict',
    right: false,
    text: (row) => `${verdictWords[row.verdict].sign} ${verdictWords[row.verdict].word}`,
    paint: (row, text, pen) =>
      row.verdict === 'cannot-say'
        ? pen.paint('dim', text)
        : pen.paint(row.verdict === 'below' ? 'warn' : 'good', text),
  },
  {
    title: 'Coverage',
    right: true,
    text: (row) => (row.coverage.share === null ? 'no capacity' : formatPercent(row.coverage.share)),
  },
]

function teamLines(report: LeadershipReport, pen: Pen): readonly string[] {
  const rows = [
    { name: report.team?.name ?? 'All teams', row: report.total },
    ...report.teams.map((row) => ({ name: row.group?.name ?? 'No team', row })),
  ].map(({ name, row }) => ({ name: printable(name), row, cells: columns.map((column) => column.text(row)) }))
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((line) => line.cells[index]?.length ?? 0)),
  )
  const fixed = widths.reduce((sum, width) => sum + width + 2, 0)
  if (pen.width - fixed < 12) return rows.flatMap(({ name, row }) => narrowLines(name, row, pen))
  const nameWidth = Math.min(Math.max(4, ...rows.map((line) => columnsOf(line.name))), pen.width - fixed)
  const barWidth = Math.min(30, pen.width - fixed - nameWidth - 2)
  const end = shareScaleEnd(rows.map((line) => line.row))
  const withBar = barWidth >= 12
  const title = `${'Team'.padEnd(nameWidth)}${columns.map((column, index) => `  ${padded(column.title, widths[index] ?? 0, column.right)}`).join('')}${withBar ? `  0 to ${formatPercent(end)}` : ''}`
  return [
    pen.paint('dim', title),
    ...rows.map(({ name, row, cells }) => {
      const line = columns.map((column, index) => {
        const text = padded(cells[index] ?? '', widths[index] ?? 0, column.right)
        return `  ${column.paint ? column.paint(row, text, pen) : text}`
      })
      return `${fitted(name, nameWidth)}${line.join('')}${withBar ? `  ${bar(row, barWidth, end, pen)}` : ''}`.trimEnd()
    }),
  ]
}

/** A terminal that is too narrow for a table gets two lines a team. */
function narrowLines(name: string, row: SplitRow, pen: Pen): readonly string[] {
  const [share, interval, target, verdict, coverage] = columns.map((column) => column.text(row))
  return [
    pen.paint('bold', fitted(name, pen.width).trimEnd()),
    ...wrapped(`${share} (${interval}), target ${target}, ${verdict}, coverage ${coverage}`, pen.width, '  '),
  ]
}

/** The interval with its value on a line, the target as an upright. */
function bar(row: SplitRow, width: number, end: number, { unicode, paint }: Pen): string {
  const cell = (share: number) => Math.min(width - 1, Math.max(0, Math.round((share / end) * (width - 1))))
  const [track, span, dot, upright] = unicode ? ['·', '━', '●', '│'] : ['.', '=', 'o', '|']
  const share = row.strategicShare
  return Array.from({ length: width }, (_, index) => {
    if (share && index === cell(share.value)) return paint('bold', dot)
    if (index === cell(row.target)) return upright
    return share && index >= cell(share.low) && index <= cell(share.high) ? span : track
  }).join('')
}

function connectionLines(report: LeadershipReport, pen: Pen): readonly string[] {
  return report.connections.flatMap(({ name, problem }) =>
    problem ? wrapped(`${name}: ${problem}`, pen.width, '! ').map((line) => pen.paint('warn', line)) : [],
  )
}

const asciiFor: Readonly<Record<string, string>> = {
  '–': '-',
  '−': '-',
  '±': '+/-',
  '…': '~',
  '▼': 'v',
  '▲': '^',
  '●': '=',
}

function ascii(text: string): string {
  return text.replace(/\P{ASCII}/gu, (character) => asciiFor[character] ?? '?')
}
