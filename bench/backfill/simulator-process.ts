import { type JiraAccount, startJiraSimulator } from '@headroom/simulator'
import { answerOrder } from '../child.ts'
import { makeSite } from './make-site.ts'

// A process of its own, as a tracker is another machine's work.
answerOrder(async ({ size, account }: { size: number; account: JiraAccount }) => {
  const { url } = await startJiraSimulator({ site: makeSite(size), accounts: [account] })
  return { url }
})
