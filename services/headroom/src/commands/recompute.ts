import { measureAll } from '@headroom/analytics'
import { type LeadershipReport, lastCompletePeriod, type Period } from '@headroom/domain'
import { replayConnection } from '@headroom/ingest'
import { UserError } from '@headroom/runtime'
import { AsOfBusyError, listConnections, type Store, withStoreAsOf } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import type { Headroom } from '../open-headroom.ts'
import { type StepDisplay, stepDisplay } from '../progress-display.ts'
import { formatFrom, periodFrom, putReport, readReport } from './report.ts'

interface RecomputeOptions {
  readonly asOf: string
  readonly period?: string
  readonly team?: string
  readonly format: string
  readonly output?: string
}

/** `recompute`: a report as it was at some time, made anew from what was known then. */
export function addRecomputeCommand(program: Command): void {
  program
    .command('recompute')
    .description('a report made anew from what was known at some time, by the rules of this version')
    .requiredOption('--as-of <time>', 'like 2026-10-01T08:00:00Z')
    .option('--period <period>', '2026-Q3, 2026-09, 2026-W37 or 2026-09-01; default: the last complete quarter then')
    .option('--team <name>', 'only this team, by its name then')
    .option('--format <format>', 'text, json, csv, html', 'text')
    .option('--output <file>', 'write to a file instead of the terminal')
    .addHelpText(
      'after',
      '\nConnections that were removed since are not in it. The state of connections and the count of unreadable tickets are no part of what is remembered.',
    )
    .action(recompute)
}

async function recompute(options: RecomputeOptions): Promise<void> {
  const at = timeFrom(options.asOf)
  const format = formatFrom(options.format)
  const period = options.period
    ? periodFrom(options.period)
    : lastCompletePeriod(at.toISOString().slice(0, 10), 'quarter')
  const wanted = { period, ...(options.team ? { team: options.team } : {}) }
  const report = await withHeadroom((headroom, started) => {
    const stopping = new AbortController()
    started({ stop: async () => stopping.abort() })
    return reportAsOf(headroom, { ...wanted, at, stopping: stopping.signal })
  })
  await putReport(report, format, options.output)
}

function timeFrom(text: string): Date {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : null
  if (!at || Number.isNaN(at.getTime()))
    throw new UserError(`--as-of ${text} is no time. Write it with its zone, like 2026-10-01T08:00:00Z.`)
  if (at.getTime() > Date.now()) throw new UserError(`--as-of ${text} is still to come. Choose a time that has passed.`)
  return at
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const insufficientPrivilege = '42501'

interface PastReport {
  readonly at: Date
  readonly period: Period
  readonly team?: string
  readonly stopping: AbortSignal
}

async function reportAsOf(headroom: Headroom, wanted: PastReport): Promise<LeadershipReport> {
  const display = stepDisplay(process.stderr)
  try {
    return await withStoreAsOf(headroom.databaseUrl, wanted.at, async (past) => {
      await rebuild(headroom, past, wanted, display)
      return readReport({ store: past }, wanted)
    })
  } catch (error) {
    if (error instanceof AsOfBusyError) throw new UserError(error.message, { cause: error })
    const { code } = error as { code?: unknown }
    if (code === insufficientPrivilege)
      throw new UserError('The database account may not create a schema. Grant it CREATE on the database.', {
        cause: error,
      })
    throw error
  } finally {
    display.end()
  }
}

/** Walks the usual way once more: payloads to tickets, tickets to effort. Decisions were taken then. */
async function rebuild(
  { metrics }: Headroom,
  past: Store,
  { at, stopping }: PastReport,
  display: StepDisplay,
): Promise<void> {
  for (const connection of await listConnections(past.db)) {
    const label = `Reading ${connection.name}`
    const tell = ({ done, total }: { done: number; total: number }) => {
      if (total > 0) display.show([{ label, done, total }])
    }
    await replayConnection({ store: past }, { connection, tell, stopping })
  }
  await measureAll({ store: past, metrics, now: () => at.getTime() }, stopping)
  stopping.throwIfAborted()
}
