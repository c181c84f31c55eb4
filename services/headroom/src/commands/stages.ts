import { randomUUID } from 'node:crypto'
import { UserError } from '@headroom/runtime'
import { addAllWork, inTransaction, listConnections, type Run, requestRun } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
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
    .action((options: { all?: boolean }) => work('classify', options.all ?? false))
  program
    .command('measure')
    .description('measure the effort of every ticket again')
    .action(() => work('measure', true))
}

async function sync(options: { connection?: string; full?: boolean; wait?: boolean }): Promise<void> {
  const runs = await withHeadroom(async (headroom, started) => {
    const connections = options.connection
      ? [await connectionNamed(headroom, options.connection)]
      : await listConnections(headroom.store.db)
    if (connections.length === 0)
      throw new UserError('There is nothing to sync. Connect a tracker with: headroom connections add')
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

async function work(stage: 'classify' | 'measure', everything: boolean): Promise<void> {
  await withHeadroom(async (headroom, started) => {
    if (everything) await inTransaction(headroom.store, (tx) => addAllWork(tx, stage))
    if (!headroom.served) await startStages(headroom, await readModel(), started)
    await headroom.queues.wake(stage, {})
    await settle(headroom, [])
  })
  process.stdout.write(stage === 'classify' ? 'Every ticket has its decision.\n' : 'Every ticket is measured.\n')
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
