import { UserError } from '@headroom/runtime'
import { addAllWork, addMeasureWorkOfDays, type Db, inTransaction } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { dayOption } from '../day-option.ts'
import { settle } from '../settle.ts'
import { readModel, startStages } from '../start-services.ts'

/** `classify`: decides about what waits, or about everything again. */
export function addClassifyCommand(program: Command): void {
  program
    .command('classify')
    .description('decide about the tickets that wait for it')
    .option('--all', 'decide about every ticket again')
    .action(classify)
}

/** `measure`: measures everything again, or what somebody was active on in some days. */
export function addMeasureCommand(program: Command): void {
  program
    .command('measure')
    .description('measure the effort of every ticket again, or of those with activity in some days')
    .option('--from <day>', 'first of these days, like 2026-09-01')
    .option('--to <day>', 'last of these days')
    .action(measure)
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
