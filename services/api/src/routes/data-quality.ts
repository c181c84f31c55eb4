import { dataFindingKinds } from '@headroom/domain'
import { readDataQuality } from '@headroom/measures'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { ticketLinkSchema, windowQuery } from '../common-schemas.ts'
import { requestedRange } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'

const findingSchema = z
  .object({
    finding: z.enum([...dataFindingKinds, 'unreadable']),
    count: z.int().meta({ description: 'Tickets that it concerns' }),
    what: z.string().meta({ description: 'What is wrong, and how to mend it' }),
    movesShare: z.number().nullable().meta({
      description:
        'How far the strategic share would move (0.01 is a point) if this were mended, an estimate; null: nobody can say. Findings overlap, so these do not add up',
    }),
    basis: z.enum(['effort', 'points']).meta({ description: 'Which share would move' }),
    tickets: z.array(ticketLinkSchema).readonly().meta({ description: 'Those with most effect first, at most ten' }),
  })
  .meta({ id: 'DataQualityFinding' })

/** `/v1/data-quality`: what in the trackers bends the number, and by how much. */
export function dataQualityRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/data-quality',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['split'],
        summary: 'What is wrong with the data, with how far each finding could move the strategic share',
        querystring: z.strictObject(windowQuery),
        response: { 200: z.object({ data: z.array(findingSchema), nextCursor: z.null() }) },
      },
    },
    async ({ query: { team, ...days } }) => {
      const range = await requestedRange(deps, days)
      const scope = team ? { teamId: (await resolveTeam(deps.store.db, team)).id } : {}
      return { data: await readDataQuality(deps.store.db, { ...range, ...scope }), nextCursor: null }
    },
  )
}
