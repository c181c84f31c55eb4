import { deciders, workTypes } from '@headroom/domain'
import { readBridge } from '@headroom/measures'
import { readReportTickets, readTicketFacts, type TicketFact } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { categorySchema, probabilitiesSchema } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { periodField, requestedRange } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'
import { inDays } from '../ticket-view.ts'
import { splitQuery } from './split.ts'

const behindSchema = z
  .object({
    ticketId: z.uuid(),
    key: z.string(),
    title: z.string(),
    url: z.string(),
    group: z.string().nullable().meta({ description: 'Id of the row’s group' }),
    days: z.number().meta({ description: 'Person-days; points or tickets on those bases' }),
    category: categorySchema,
    workType: z.enum(workTypes).nullable(),
    decidedBy: z.enum(deciders),
    confidence: z.number(),
    probabilities: probabilitiesSchema,
  })
  .meta({ id: 'TicketBehindSplit' })

const bridgeSchema = z
  .object({
    before: z.number().meta({ description: 'The earlier period’s share as it was decided then' }),
    after: z.number().meta({ description: 'The share of these days as it is decided now' }),
    realChange: z.number().meta({ description: 'People work on other things than they did' }),
    relabelling: z.number().meta({ description: 'People decided otherwise about the earlier tickets since' }),
    rules: z.number().meta({ description: 'Rules or the model say something else of them' }),
    coverage: z.number().meta({ description: 'Some people’s time is tracked more, or less, than it was' }),
    people: z.number().meta({ description: 'People joined, left, or gave more or less of their time' }),
  })
  .meta({ id: 'Bridge', description: 'The parts add up to after - before' })

/** `/v1/split/explain`: the tickets behind a row, and how the share came from that of another period. */
export function splitExplainRoutes(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.get(
    '/split/explain',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['split'],
        summary: 'The tickets behind a row, largest first, and the bridge from another period',
        querystring: z.strictObject({
          ...splitQuery,
          group: z.string().optional().meta({ description: 'Only the row of this group id' }),
          since: z.string().optional().meta({
            description:
              'A period like `2026-Q2`: adds the bridge from its strategic share (by effort) to that of these days',
          }),
          ...pageQuery,
        }),
        response: {
          200: pageOf(behindSchema).extend({
            bridge: bridgeSchema
              .nullable()
              .meta({ description: 'Null unless `since` is given, or without tracked effort' }),
          }),
        },
      },
    },
    async (request) => {
      const { by, basis, team, group, since } = request.query
      const range = await requestedRange(deps, request.query)
      const teamId = team ? { teamId: (await resolveTeam(db, team)).id } : {}
      const bridge =
        since === undefined
          ? null
          : await readBridge(db, { earlier: periodField('since', since), later: range, ...teamId })
      const page = await readPage<TicketFact, BehindPlace>({
        query: request.query,
        place: z.tuple([z.number(), z.string(), z.string()]),
        placeOf: placeOfFact,
        read: async (limit, after) => {
          const periods = [{ ...range, label: `${range.from}/${range.to}` }]
          const facts = await readTicketFacts(db, { periods, by, basis, ...teamId })
          return facts
            .filter((f) => group === undefined || (f.groupId ?? 'none') === group)
            .sort((a, b) => compareFacts(placeOfFact(a), placeOfFact(b)))
            .filter((f) => after === null || compareFacts(placeOfFact(f), after) > 0)
            .slice(0, limit)
        },
      })
      const texts = await readReportTickets(
        db,
        page.data.map((f) => f.ticketId),
      )
      const byId = new Map(texts.map((t) => [t.id, t]))
      return { ...page, bridge, data: page.data.map((f) => toBehind(f, byId.get(f.ticketId), basis === 'effort')) }
    },
  )
}

type BehindPlace = [units: number, ticketId: string, groupId: string]

function placeOfFact({ units, ticketId, groupId }: TicketFact): BehindPlace {
  return [units, ticketId, groupId ?? '']
}

function compareFacts(a: BehindPlace, b: BehindPlace): number {
  if (a[0] !== b[0]) return b[0] - a[0]
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1
  return a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0
}

function toBehind(
  fact: TicketFact,
  text: { readonly key: string; readonly title: string; readonly url: string } | undefined,
  isEffort: boolean,
): z.infer<typeof behindSchema> {
  const { ticketId, groupId, units, category, workType, decidedBy, confidence } = fact
  return {
    ticketId,
    // A connection may have been removed since the facts were read.
    key: text?.key ?? '',
    title: text?.title ?? '',
    url: text?.url ?? '',
    group: groupId,
    days: isEffort ? inDays(units) : units,
    category,
    workType: workType as z.infer<typeof behindSchema>['workType'],
    decidedBy,
    confidence,
    probabilities: { feature: fact.pFeature, strategic: fact.pStrategic, sustaining: fact.pSustaining },
  }
}
