import { readFeatureFactory } from '@headroom/measures'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { ticketLinkSchema, windowQuery } from '../common-schemas.ts'
import { requestedRange } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'

const signSchema = z
  .object({
    sign: z.string(),
    name: z.string(),
    definition: z.string(),
    mark: z.enum(['measured', 'proxy', 'not-measurable']).meta({
      description: 'Whether a tracker shows the sign itself, something that goes with it, or not at all',
    }),
    unit: z.enum(['share', 'count', 'days', 'ratio']),
    value: z.number().nullable(),
    healthy: z.number().meta({ description: 'Healthy up to here' }),
    alarming: z.number().meta({ description: 'A sign from here on. Both are rules of thumb that no study backs' }),
    state: z.enum(['healthy', 'watch', 'alarming', 'cannot-say']),
    why: z.string().nullable().meta({ description: 'What is missing where it can not be said' }),
    trend: z
      .array(z.number().nullable())
      .readonly()
      .meta({ description: 'Its value in the three windows of the same length before, oldest first' }),
    count: z.int().meta({ description: 'Tickets that show it' }),
    tickets: z.array(ticketLinkSchema).readonly().meta({ description: 'Those that weigh most, at most ten' }),
  })
  .meta({ id: 'FeatureFactorySign' })

/** `/v1/feature-factory`: the known signs, one by one; no index is made of them. */
export function featureFactoryRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/feature-factory',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['split'],
        summary: 'The signs of a feature factory: value, threshold, trend and the tickets that show each',
        querystring: z.strictObject(windowQuery),
        response: { 200: z.object({ data: z.array(signSchema), nextCursor: z.null() }) },
      },
    },
    async ({ query: { team, ...days } }) => {
      const range = await requestedRange(deps, days)
      const scope = team ? { teamId: (await resolveTeam(deps.store.db, team)).id } : {}
      return { data: await readFeatureFactory(deps.store.db, { ...range, ...scope }), nextCursor: null }
    },
  )
}
