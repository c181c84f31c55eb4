import { writeFile } from 'node:fs/promises'
import { type LeadershipReport, lastCompletePeriod, type Period, parsePeriod } from '@headroom/domain'
import { readLeadershipReport } from '@headroom/measures'
import { reportCsv, reportPage, reportText } from '@headroom/reports'
import { UserError } from '@headroom/runtime'
import { readPublishedRules, readTeamRows } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import type { Headroom } from '../open-headroom.ts'
import { writeOutput } from '../output.ts'
import { readModel } from '../start-services.ts'

const formats = ['text', 'json', 'csv', 'html'] as const
type Format = (typeof formats)[number]

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('the split of a period, by team')
    .option('--period <period>', '2026-Q3, 2026-09, 2026-W37 or 2026-09-01; default: the last complete quarter')
    .option('--team <name>', 'only this team')
    .option('--format <format>', formats.join(', '), 'text')
    .option('--output <file>', 'write to a file instead of the terminal')
    .action(async (options: { period?: string; team?: string; format: string; output?: string }) => {
      const format = formatFrom(options.format)
      const period = periodFrom(options.period)
      const report = await withHeadroom((headroom) => readReport(headroom, { ...options, period }))
      await putReport(report, format, options.output)
    })
}

export function formatFrom(name: string): Format {
  const format = formats.find((f) => f === name)
  if (name === 'pdf')
    throw new UserError('There is no PDF yet. Write a page with --format html --output FILE and print that to PDF.')
  if (!format) throw new UserError(`There is no format ${name}. Choose from ${formats.join(', ')}.`)
  return format
}

/** Writes a report to a file, or to the terminal when none is named. */
export async function putReport(report: LeadershipReport, format: Format, output: string | undefined): Promise<void> {
  const text = render(report, format, output === undefined)
  if (output) await writeOutput(output, () => writeFile(output, text))
  else process.stdout.write(text)
}

export function periodFrom(label: string | undefined): Period {
  if (label === undefined) return lastCompletePeriod(new Date().toISOString().slice(0, 10), 'quarter')
  const parsed = parsePeriod(label)
  if (!parsed) throw new UserError(`"${label}" is no period. Write it like 2026-Q3, 2026-09, 2026-W37 or 2026-09-01.`)
  return parsed.period
}

/** The report of a period, the last complete quarter by default, and of a team as a person names it. */
export async function readReport(
  headroom: Pick<Headroom, 'store'>,
  options: { readonly period?: Period; readonly team?: string; readonly at?: Date },
): Promise<LeadershipReport> {
  const period = options.period ?? periodFrom(undefined)
  const teams = options.team ? await readTeamRows(headroom.store.db) : []
  const team = teams.find((t) => t.name.toLowerCase() === options.team?.toLowerCase() || t.id === options.team)
  if (options.team && !team)
    throw new UserError(
      teams.length === 0
        ? `There is no team "${options.team}", nor any other yet. Connect a tracker with: npm run headroom -- connections add`
        : `There is no team "${options.team}". There is ${teams.map((t) => `"${t.name}"`).join(', ')}.`,
    )
  const { version } = await readPublishedRules(headroom.store.db)
  return readLeadershipReport(headroom.store.db, {
    period,
    ...(team ? { teamId: team.id } : {}),
    generatedAt: options.at ?? new Date(),
    model: await readModel(),
    ruleSetVersion: version,
  })
}

function render(report: LeadershipReport, format: Format, toTerminal: boolean): string {
  switch (format) {
    case 'text':
      return terminalReport(report, toTerminal)
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`
    case 'csv':
      return reportCsv(report)
    case 'html':
      return reportPage(report, { links: {}, generatedBy: 'headroom report' })
  }
}

/** The report as text, as wide and colourful as the terminal bears. */
export function terminalReport(report: LeadershipReport, toTerminal = true): string {
  const { isTTY, columns } = process.stdout
  return reportText(report, { width: columns ?? 100, colour: toTerminal && isTTY === true })
}
