import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toTicketView } from '@headroom/api'
import { lastCompletePeriod } from '@headroom/domain'
import { readSplit } from '@headroom/measures'
import { type CsvCell, csvText, splitCsv } from '@headroom/reports'
import { UserError } from '@headroom/runtime'
import { listTickets, type TicketPlace } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { dayOption } from '../day-option.ts'
import type { Headroom } from '../open-headroom.ts'
import { writeOutput } from '../output.ts'
import { readModel } from '../start-services.ts'

const tables = ['tickets', 'split'] as const
type Table = (typeof tables)[number]
const formats = ['csv', 'json'] as const
type Format = (typeof formats)[number]

interface ExportOptions {
  readonly format: string
  readonly from?: string
  readonly to?: string
  readonly output?: string
}

/** `export`: what was read and measured, for other programs. It names no person. */
export function addExportCommand(program: Command): void {
  program
    .command('export [table]')
    .description('tickets, and the split by team and month, for other programs; no person is named')
    .option('--format <format>', formats.join(', '), 'csv')
    .option('--from <day>', 'first day of the split, 2026-07-01; default: the last complete quarter')
    .option('--to <day>', 'last day of the split')
    .option('--output <directory>', 'write tickets and split there; without it the one table that is named is printed')
    .action(exportTables)
}

async function exportTables(name: string | undefined, options: ExportOptions): Promise<void> {
  const format = formats.find((f) => f === options.format)
  if (!format) throw new UserError(`There is no format ${options.format}. Choose from ${formats.join(', ')}.`)
  const table = tables.find((t) => t === name)
  if (name !== undefined && !table)
    throw new UserError(`There is nothing named ${name} to export. Choose from ${tables.join(', ')}.`)
  if (!table && !options.output)
    throw new UserError('Say what to print, tickets or split, or where to write both: --output DIRECTORY')
  const days = daysFrom(options)
  const wanted = table ? [table] : tables
  const texts = await withHeadroom(async (headroom) => {
    const written: { table: Table; text: string }[] = []
    for (const t of wanted)
      written.push({
        table: t,
        text: await (t === 'tickets' ? ticketsAs(headroom, format) : splitAs(headroom, format, days)),
      })
    return written
  })
  for (const { table: t, text } of texts) {
    if (!options.output) process.stdout.write(text)
    else {
      const file = join(options.output, `${t}.${format}`)
      await writeOutput(file, async () => {
        await mkdir(options.output ?? '', { recursive: true })
        await writeFile(file, text)
      })
      process.stdout.write(`${file}\n`)
    }
  }
}

function daysFrom({ from, to }: ExportOptions): { from: string; to: string } {
  const quarter = lastCompletePeriod(new Date().toISOString().slice(0, 10), 'quarter')
  const days = { from: from ? dayOption('--from', from) : quarter.from, to: to ? dayOption('--to', to) : quarter.to }
  if (days.from > days.to) throw new UserError(`--from ${days.from} is after --to ${days.to}. Turn them round.`)
  return days
}

const pageSize = 500

async function ticketsAs({ store }: Headroom, format: Format): Promise<string> {
  const views: ReturnType<typeof toTicketView>[] = []
  for (let after: TicketPlace | null = null; ; ) {
    const page = await listTickets(store.db, { filter: {}, limit: pageSize, after })
    views.push(...page.map(toTicketView))
    const last = page.at(-1)
    if (!last || page.length < pageSize) break
    after = { createdAt: last.createdAt, id: last.id }
  }
  if (format === 'json') return `${JSON.stringify(views, null, 2)}\n`
  return csvText([
    ticketColumns.map(([name]) => name),
    ...views.map((view) => ticketColumns.map(([, cell]) => cell(view))),
  ])
}

type View = ReturnType<typeof toTicketView>

const ticketColumns: readonly (readonly [string, (ticket: View) => CsvCell])[] = [
  ['id', (t) => t.id],
  ['key', (t) => t.key],
  ['tracker', (t) => t.tracker],
  ['url', (t) => t.url],
  ['title', (t) => t.title],
  ['type', (t) => t.type],
  ['status', (t) => t.status],
  ['status_category', (t) => t.statusCategory],
  ['project', (t) => t.project?.key ?? null],
  ['team', (t) => t.team?.name ?? null],
  ['parent_key', (t) => t.parentKey],
  ['sprint', (t) => t.sprint?.name ?? null],
  ['labels', (t) => t.labels.join(' ')],
  ['components', (t) => t.components.join(' ')],
  ['estimate', (t) => t.estimate],
  ['created_at', (t) => t.createdAt.toISOString()],
  ['started_at', (t) => t.startedAt?.toISOString() ?? null],
  ['completed_at', (t) => t.completedAt?.toISOString() ?? null],
  ['updated_at', (t) => t.updatedAt.toISOString()],
  ['deleted_at', (t) => t.deletedAt?.toISOString() ?? null],
  ['category', (t) => t.classification.category],
  ['work_type', (t) => t.classification.workType],
  ['decided_by', (t) => t.classification.decidedBy],
  ['confidence', (t) => t.classification.confidence],
  ['p_feature', (t) => t.classification.probabilities.feature],
  ['p_strategic', (t) => t.classification.probabilities.strategic],
  ['p_sustaining', (t) => t.classification.probabilities.sustaining],
  ['effort_days', (t) => t.effortDays],
]

async function splitAs({ store }: Headroom, format: Format, days: { from: string; to: string }): Promise<string> {
  const rows = await readSplit(store.db, { ...days, grain: 'month', by: 'team', basis: 'effort' }, await readModel())
  return format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : splitCsv(rows)
}
