import { answerCases } from './cases-answers.ts'
import { killCases } from './cases-kill.ts'
import { timeCases } from './cases-time.ts'
import { trackerCases } from './cases-tracker.ts'
import { webhookCases } from './cases-webhooks.ts'
import { workerCases } from './cases-workers.ts'
import type { FaultCase } from './fault-case.ts'

/** Everything that goes wrong inside of one process's view. What takes processes and servers of their own is tested beside it. */
export const cases: readonly FaultCase[] = [
  ...killCases,
  ...workerCases,
  ...webhookCases,
  ...answerCases,
  ...trackerCases,
  ...timeCases,
]
