import { type WorkType, workTypes } from '@headroom/domain'
import { placeOf, type ReviewItem, type ReviewPlace, readReviewQueue } from '@headroom/measures'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { categorySchema } from '../common-schemas.ts'
import { cursorAfter, pageOf, pageQuery, readPage } from '../paging.ts'
import { requestedPeriod } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'
import { decisionInForce, decisionSchema, inDays } from '../ticket-view.ts'

const reviewQuery = z.strictObject({
  ...pageQuery,
  period: z.string().optional().meta({ description: 'Default the last complete quarter' }),
  team: z.string().optional().meta({ description: 'Id or name; default all teams' }),
})

const itemSchema = z
  .object({
    ticket: z.object({
      id: z.uuid(),
      key: z.string(),
      title: z.string(),
      url: z.string(),
      description: z.string(),
      type: z.string().nullable(),
      labels: z.array(z.string()).readonly(),
      components: z.array(z.string()).readonly(),
      parent: z.object({ key: z.string(), title: z.string() }).nullable(),
    }),
    days: z.number().meta({ description: 'Person-days in the period' }),
    shareAtStake: z.number().meta({
      description: 'How far this label alone may move the strategic share: standard deviation, 0.01 is a point',
    }),
    decision: decisionSchema,
    evidence: z.array(z.unknown()).readonly(),
    question: z.string().meta({ description: 'What the codebook asks to tell the two most probable categories apart' }),
    choices: z
      .array(
        z.object({
          key: z.string().meta({ description: 'What to press for it' }),
          workType: z.enum(workTypes),
          category: categorySchema,
          probability: z.number(),
        }),
      )
      .meta({ description: 'Probable answers, the most probable first; any other work type may be the answer too' }),
    links: z.object({
      answer: z.string().meta({ description: 'PUT { "workType" } here' }),
      next: z.string().meta({ description: 'The ticket after this one, answered or not' }),
    }),
  })
  .meta({ id: 'ReviewItem' })

/** `/v1/review`: what a person should look at first, one minute a ticket. */
export function reviewRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/review',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['tickets'],
        summary: 'Tickets whose label would move the split most, first; an answered one leaves the queue at once',
        querystring: reviewQuery,
        response: { 200: pageOf(itemSchema) },
      },
    },
    async (request) => {
      const { db } = deps.store
      const { period, team } = request.query
      const scope = team === undefined ? {} : { teamId: (await resolveTeam(db, team)).id }
      const query = { period: await requestedPeriod(deps, period), ...scope }
      const page = await readPage<ReviewItem, ReviewPlace>({
        query: request.query,
        place: z.tuple([z.number(), z.uuid()]),
        placeOf: ({ fact }) => placeOf(fact),
        read: (limit, after) => readReviewQueue(db, { ...query, limit, after }),
      })
      return { ...page, data: page.data.map((item) => toItem(item, request.query)) }
    },
  )
}

function toItem({ ticket, fact, shareAtStake, question }: ReviewItem, query: z.infer<typeof reviewQuery>) {
  const { workTypeProbabilities: _, evidence, ...shown } = ticket
  const { limit: __, cursor: ___, ...list } = query
  const after = { limit: '1', cursor: cursorAfter(placeOf(fact), list) }
  const next = new URLSearchParams({ ...(list as Record<string, string>), ...after })
  return {
    ticket: shown,
    days: inDays(fact.units),
    shareAtStake,
    decision: decisionInForce(
      {
        ...fact,
        workType: fact.workType as WorkType | null,
        probabilities: { feature: fact.pFeature, strategic: fact.pStrategic, sustaining: fact.pSustaining },
      },
      null,
    ),
    evidence,
    question: question.text,
    choices: [...question.choices],
    links: { answer: `/v1/tickets/${ticket.id}/classification`, next: `/v1/review?${next}` },
  }
}
