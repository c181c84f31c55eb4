import type { ProcessFrame } from '@headroom/runtime'
import { listOpenRuns } from '@headroom/store'
import type { Headroom } from '../open-headroom.ts'
import { progressDisplay } from '../progress-display.ts'
import { untilSettled } from '../settled.ts'
import { connectDemo, demoSeed, demoUntil, registerDemoWebhooks } from './load-demo.ts'
import { startSimulators } from './simulators.ts'

/**
 * Starts the demo company's trackers and connects them like any others. Answers the runs that are to be waited for: the
 * first ones, also when an earlier start was broken off before they had ended.
 */
export async function startDemo(
  headroom: Headroom,
  address: string,
  { started, stopping }: Pick<ProcessFrame, 'started' | 'stopping'>,
): Promise<string[]> {
  process.stdout.write(
    '  The demo company Larkspur: 7 teams on a simulated Jira and Linear, spoken to like real ones.\n',
  )
  const until = await demoUntil(headroom, new Date())
  const simulators = await startSimulators({ kind: 'company', seed: demoSeed, until }, stopping)
  started(simulators)
  await connectDemo(headroom, simulators)
  await registerDemoWebhooks(headroom, simulators, address)
  return (await listOpenRuns(headroom.store.db)).filter((run) => run.mode === 'full').map((run) => run.id)
}

/** Shows how far reading, classifying and measuring the demo company are, until all of it is done. */
export async function awaitDemo(headroom: Headroom, runIds: readonly string[], stopping: AbortSignal): Promise<void> {
  const display = progressDisplay(process.stderr)
  await untilSettled(headroom.store, runIds, (progress) => display.show(progress), { stopping }).finally(() =>
    display.end(),
  )
}
