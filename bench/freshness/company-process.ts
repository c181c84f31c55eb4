import { defaultTeams, demoCredentials, generateCompany, startJiraSimulator, toJiraSite } from '@headroom/simulator'
import { answerOrder } from '../child.ts'

// A tracker on another machine: one team over three months.
answerOrder(async ({ until }: { until: number }) => {
  const company = generateCompany({ seed: 'freshness', until, months: 3, teams: defaultTeams.slice(0, 1) })
  const site = toJiraSite(company, { serverTime: Date.now })
  const { url } = await startJiraSimulator({ site, accounts: [demoCredentials.jira] })
  return { url, from: company.from }
})
