import { randomUUID } from 'node:crypto'
import { UserError } from '@headroom/runtime'
import {
  addAllWork,
  addMeasureWorkOfDays,
  type Connection,
  type Db,
  inTransaction,
  listConnections,
  type Run,
  requestRun,
} from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { dayOption } from '../day-option.ts'
import { isDemo } from '../demo/load-demo.ts'
import type { Headroom } from '../open-headroom.ts'
import { progressDisplay } from '../progress-display.ts'
import { untilSettled } from '../settled.ts'
import { readModel, startStages } from '../start-services.ts'
import { connectionNamed } from './connections.ts'

/** Commands that ask a stage for work: `sync`, `classify`, `measure`. */
export function addStageCommands(program: Command): void {
  program
    .command('sync')
    .description('read what changed in the trackers')
    .option('--connection <name>', 'only this connection')
    .option('--full', 'read everything again, not just what changed')
    .option('--wait', 'stay until it is read, classified and measured')
    .action(sync)
  program
    .command('classify')
    .description('decide about the tickets that wait for it')
    .option('--all', 'decide about every ticket again')
    .action(classify)
  program
    .command('measure')
    .description('measure the effort of every ticket again, or of those with activity in some days')
    .option('--from <day>', 'first of these days, like 2026-09-01')
    .option('--to <day>', 'last of these days')
    .action(measure)
}

async function sync(options: { connection?: string; full?: boolean; wait?: boolean }): Promise<void> {
  const runs = await withHeadroom(async (headroom, started) => {
    const connections = await connectionsToSync(headroom, options.connection)
    const mode = options.full ? 'full' : 'incremental'
    const runIds: string[] = []
    for (const { id } of connections) {
      const runId = await inTransaction(headroom.store, (tx) =>
        requestRun(tx, { id: randomUUID(), connectionId: id, mode }),
      )
      await headroom.queues.wake('sync', { runId })
      runIds.push(runId)
    }
    // With nobody else to do it, asking and leaving would do nothing.
    if (!options.wait && (headroom.served || headroom.config.databaseUrl)) return null
    if (!headroom.served) await startStages(headroom, await readModel(), started)
    return settle(headroom, runIds)
  })
  if (runs === null) process.stdout.write('The sync was asked for; the running server does it.\n')
  for (const run of runs ?? []) process.stdout.write(`${summary(run)}\n`)
  const failed = runs?.filter((run) => run.status === 'failed') ?? []
  if (failed.length > 0) throw new UserError(failed.flatMap((run) => run.problems.map((p) => p.problem)).join('\n'))
}

async function connectionsToSync(headroom: Headroom, name: string | undefined): Promise<Connection[]> {
  const connections = name ? [await connectionNamed(headroom, name)] : await listConnections(headroom.store.db)
  if (connections.length === 0)
    throw new UserError('There is nothing to sync. Connect a tracker with: headroom connections add')
  if (headroom.served || headroom.config.databaseUrl) return connections
  const reachable = connections.filter((connection) => !isDemo(connection))
  if (reachable.length === 0)
    throw new UserError('The trackers of the demo company run only while the server runs. Start it with: npm start')
  return reachable
}

async function classify({ all }: { all?: boolean }): Promise<void> {
  await doWork('classify', async (tx) => {
    if (all) await addAllWork(tx, 'classify')
  })
  process.stdout.write('Every ticket has its decision.\n')
}

async function measure({ from, to }: { from?: string; to?: string }): Promise<void> {
  const days = {
    from: from ? dayOption('--from', from) : firstDay,
    to: to ? dayOption('--to', to) : lastDay,
  }
  if (days.from > days.to) throw new UserError(`--from ${from} is after --to ${to}. Turn them round.`)
  const some = from !== undefined || to !== undefined
  let count = 0
  await doWork('measure', async (tx) => {
    if (some) count = await addMeasureWorkOfDays(tx, days)
    else await addAllWork(tx, 'measure')
  })
  process.stdout.write(
    some
      ? `The ${count} tickets with activity in these days are measured, and whatever else waited.\n`
      : 'Every ticket is measured.\n',
  )
}

const firstDay = '0001-01-01'
const lastDay = '9999-12-31'

/** Adds work to a stage and stays until nothing waits, doing it here when no server does. */
async function doWork(stage: 'classify' | 'measure', add: (tx: Db) => Promise<void>): Promise<void> {
  await withHeadroom(async (headroom, started) => {
    await inTransaction(headroom.store, add)
    if (!headroom.served) await startStages(headroom, await readModel(), started)
    await headroom.queues.wake(stage, {})
    await settle(headroom, [])
  })
}

async function settle(headroom: Headroom, runIds: readonly string[]): Promise<readonly Run[]> {
  const display = progressDisplay(process.stderr)
  try {
    return await untilSettled(headroom.store, runIds, (progress) => display.show(progress))
  } finally {
    display.end()
  }
}

function summary(run: Run): string {
  const { status, seen, created, updated, unchanged, deleted, failed } = run
  return `${status}: ${seen} seen, ${created} new, ${updated} changed, ${unchanged} unchanged, ${deleted} deleted, ${failed} unreadable`
}
