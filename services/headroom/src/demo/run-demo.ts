import type { Service } from '@headroom/runtime'
import type { Headroom } from '../open-headroom.ts'
import { progressDisplay } from '../progress-display.ts'
import { untilSettled } from '../settled.ts'
import { connectDemo, demoSeed, demoUntil, registerDemoWebhooks } from './load-demo.ts'
import { startSimulators } from './simulators.ts'

/**
 * Starts the demo company's trackers and connects them like any others. Answers the first runs that are to be waited for;
 * none when it was loaded by an earlier start.
 */
export async function startDemo(
  headroom: Headroom,
  address: string,
  started: (service: Service) => void,
): Promise<string[]> {
  process.stdout.write(
    '  The demo company Larkspur: 7 teams on a simulated Jira and Linear, spoken to like real ones.\n',
  )
  const until = await demoUntil(headroom, new Date())
  const simulators = await startSimulators({ kind: 'company', seed: demoSeed, until })
  started(simulators)
  const runIds = await connectDemo(headroom, simulators)
  await registerDemoWebhooks(headroom, simulators, address)
  return runIds
}

/** Shows how far the first runs of the demo are, until everything is read, classified and measured. */
export async function awaitDemo(headroom: Headroom, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return
  const display = progressDisplay(process.stderr)
  await untilSettled(headroom.store, runIds, (progress) => display.show(progress)).finally(() => display.end())
}
