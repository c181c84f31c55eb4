import { readLlmReport } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'

const reportSchema = z
  .object({
    standing: z
      .object({
        asker: z.string().meta({ description: 'The language model and the version of the prompt' }),
        counts: z.boolean().meta({ description: 'False: its answers are kept and shown, and decide nothing' }),
        audited: z.int().meta({ description: 'Audited tickets that it answered' }),
        llmRight: z.int(),
        modelRight: z.int(),
      })
      .nullable()
      .meta({ description: 'Null until it was judged' }),
    usage: z.array(
      z.object({
        day: z.string(),
        tokens: z.number(),
        requests: z.int(),
        answered: z.int(),
        discarded: z.int(),
        failed: z.int(),
      }),
    ),
    outcomes: z.record(z.string(), z.int()).meta({
      description: 'Tickets by what became of the answer: `answered`, or why it was discarded',
    }),
  })
  .meta({ id: 'LlmReport' })

/** `/v1/llm`: what the optional language model was asked, what it cost, and whether it counts. */
export function llmRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/llm',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['rules'],
        summary: 'The optional language model: whether its answers count, what it was asked and what that cost',
        response: { 200: reportSchema },
      },
    },
    async () => {
      const report = await readLlmReport(deps.store.db)
      return { ...report, usage: [...report.usage], outcomes: { ...report.outcomes } }
    },
  )
}
