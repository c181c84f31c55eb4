import { randomUUID } from 'node:crypto'
import { UserError } from '@headroom/runtime'
import { approveMissing, inTransaction, requestRun, writeAudit } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { connectionNamed } from '../stored-connections.ts'

/** `connections confirm-deletions`: a person says that the many tickets that a tracker no longer shows are really gone. */
export function addConfirmDeletionsCommand(connections: Command): void {
  connections
    .command('confirm-deletions <name>')
    .description('say that the tickets that a tracker no longer shows are really deleted there')
    .action(async (name: string) => {
      const approved = await withHeadroom(async (headroom) => {
        const { id: connectionId } = await connectionNamed(headroom, name)
        const { tickets, runId } = await inTransaction(headroom.store, async (tx) => {
          const tickets = await approveMissing(tx, connectionId)
          if (tickets === 0) throw new UserError(`No missing tickets of ${name} wait for a decision.`)
          await writeAudit(tx, {
            actor: 'connections confirm-deletions',
            action: 'connection.confirm-deletions',
            target: connectionId,
            detail: { tickets },
          })
          return { tickets, runId: await requestRun(tx, { id: randomUUID(), connectionId, mode: 'incremental' }) }
        })
        await headroom.queues.wake('sync', { runId })
        return tickets
      })
      process.stdout.write(`${approved} tickets of ${name} are looked up once more and then count as deleted.\n`)
    })
}
