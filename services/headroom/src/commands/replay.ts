import { forgetReplay, replayConnection } from '@headroom/ingest'
import { UserError } from '@headroom/runtime'
import { inTransaction, listConnections } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import type { Headroom } from '../open-headroom.ts'
import { stepDisplay } from '../progress-display.ts'
import { settle } from '../settle.ts'
import { readModel, startStages } from '../start-services.ts'
import { connectionNamed } from '../stored-connections.ts'

interface ReplayOptions {
  readonly connection?: string
  readonly again?: boolean
}

/** `replay`: makes everything anew from the payloads that are kept, as after an update with a better converter. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('make tickets and their histories anew from what was read before, without asking a tracker')
    .option('--connection <name>', 'only this connection')
    .option('--again', 'from the beginning, also where a replay was broken off')
    .action(replay)
}

async function replay({ connection, again }: ReplayOptions): Promise<void> {
  const failed = await withHeadroom(async (headroom, started) => {
    const stopping = new AbortController()
    // Ctrl-C ends it after the page in hand; the next replay goes on there.
    started({ stop: async () => stopping.abort(new UserError('Stopped. What was done until now is kept.')) })
    const { store } = headroom
    const connections = connection ? [await connectionNamed(headroom, connection)] : await listConnections(store.db)
    let problems = 0
    let changed = 0
    for (const one of connections) {
      if (again) await inTransaction(store, (tx) => forgetReplay(tx, one.id))
      const result = await shown(one.name, (tell) =>
        replayConnection(headroom, { connection: one, tell, stopping: stopping.signal }),
      )
      process.stdout.write(`${one.name}: ${result ? said(result) : 'nothing was read yet'}\n`)
      problems += result?.failed ?? 0
      changed += result?.changed ?? 0
    }
    if (changed > 0) await followUp(headroom, started)
    return problems
  })
  if (failed > 0)
    throw new UserError(
      `${failed} tickets are not understood. Their payloads are kept; a sync reads them again: npm run headroom -- sync --wait`,
    )
}

type Result = NonNullable<Awaited<ReturnType<typeof replayConnection>>>

async function shown<T>(
  name: string,
  work: (tell: (progress: { done: number; total: number }) => void) => Promise<T>,
): Promise<T> {
  const display = stepDisplay(process.stderr)
  try {
    return await work(({ done, total }) => {
      if (total > 0) display.show([{ label: `Replaying ${name}`, done, total }])
    })
  } finally {
    display.end()
  }
}

function said({ done, changed, failed }: Result): string {
  return `${done} tickets made anew, ${changed} say something else than before, ${failed} not understood`
}

/** Has the stages take up what changed, here when no server does. */
async function followUp(headroom: Headroom, started: Parameters<typeof startStages>[2]): Promise<void> {
  if (!headroom.served) await startStages(headroom, await readModel(), started)
  await headroom.queues.wake('classify', {})
  await headroom.queues.wake('measure', {})
  await settle(headroom, [])
}
