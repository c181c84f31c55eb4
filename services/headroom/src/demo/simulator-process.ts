import {
  demoCredentials,
  generateCompany,
  type JiraSite,
  loadReplay,
  startJiraSimulator,
  startLinearSimulator,
  toJiraSite,
  toLinearWorkspace,
} from '@headroom/simulator'
import type { SimulatorOrder, SimulatorReady } from './simulators.ts'

// A process of its own: a tracker is another machine's work, and this one's second core is free.

const { jira, linear } = demoCredentials

async function start(order: SimulatorOrder): Promise<SimulatorReady> {
  if (order.kind === 'replay') {
    const jiraSimulator = await startJiraSimulator({
      site: await loadReplay(order.file, order.as),
      accounts: [jira, { token: jira.apiToken }],
    })
    return { jiraUrl: jiraSimulator.url, linearUrl: null }
  }
  // What is changed from here on is changed now.
  const serverTime = () => Math.max(order.until, Date.now())
  const company = generateCompany({ seed: order.seed, until: order.until })
  const site: JiraSite = toJiraSite(company, { serverTime })
  const jiraSimulator = await startJiraSimulator({ site, accounts: [jira] })
  const linearSimulator = await startLinearSimulator({
    workspace: toLinearWorkspace(company, { serverTime }),
    apiKeys: [linear.apiKey],
  })
  return { jiraUrl: jiraSimulator.url, linearUrl: linearSimulator.url }
}

// A terminal's Ctrl-C reaches this process too; the one that started it says when to end.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))
process.once('message', (order: SimulatorOrder) => {
  start(order).then(
    (ready) => process.send?.(ready),
    (error: unknown) => process.send?.({ problem: error instanceof Error ? error.message : String(error) }),
  )
})
