import type { Service } from '@headroom/runtime'
import { readReport, terminalReport } from '../commands/report.ts'
import type { Headroom } from '../open-headroom.ts'
import { progressDisplay } from '../progress-display.ts'
import { untilSettled } from '../settled.ts'
import { connectDemo, demoSeed, demoUntil, registerDemoWebhooks } from './load-demo.ts'
import { startSimulators } from './simulators.ts'

/** Starts the demo company's trackers, reads them like any others, and prints the last quarter's split. */
export async function runDemo(headroom: Headroom, address: string, started: (service: Service) => void): Promise<void> {
  const until = await demoUntil(headroom, new Date())
  process.stdout.write(
    '  The demo company Larkspur: 7 teams on a simulated Jira and Linear, spoken to like real ones.\n',
  )
  const simulators = await startSimulators({ kind: 'company', seed: demoSeed, until })
  started(simulators)
  const runIds = await connectDemo(headroom, simulators)
  await registerDemoWebhooks(headroom, simulators, address)
  if (runIds.length > 0) {
    const display = progressDisplay(process.stderr)
    await untilSettled(headroom.store, runIds, (progress) => display.show(progress)).finally(() => display.end())
  }
  process.stdout.write(`\n${terminalReport(await readReport(headroom, {}))}`)
}
