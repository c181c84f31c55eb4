import { randomUUID } from 'node:crypto'
import { UserError } from '@headroom/runtime'
import { type Connection, inTransaction, listConnections, type Run, requestRun } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { isDemo } from '../demo/demo-connections.ts'
import type { Headroom } from '../open-headroom.ts'
import { settle } from '../settle.ts'
import { readModel, startIngesting, startStages } from '../start-services.ts'
import { connectionNamed } from '../stored-connections.ts'

/** `sync`: has the trackers read, and says what came of it when somebody waits. */
export function addSyncCommand(program: Command): void {
  program
    .command('sync')
    .description('read what changed in the trackers')
    .option('--connection <name>', 'only this connection')
    .option('--full', 'read everything again, not just what changed')
    .option('--wait', 'stay until it is read, classified and measured')
    .action(sync)
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
    if (!headroom.served) {
      await startIngesting(headroom, started)
      await startStages(headroom, await readModel(), started)
    }
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
    throw new UserError('There is nothing to sync. Connect a tracker with: npm run headroom -- connections add')
  if (headroom.served || headroom.config.databaseUrl) return connections
  const reachable = connections.filter((connection) => !isDemo(connection))
  if (reachable.length === 0)
    throw new UserError('The trackers of the demo company run only while the server runs. Start it with: npm start')
  return reachable
}

function summary(run: Run): string {
  const { status, seen, created, updated, unchanged, deleted, failed } = run
  return `${status}: ${seen} seen, ${created} new, ${updated} changed, ${unchanged} unchanged, ${deleted} deleted, ${failed} unreadable`
}
