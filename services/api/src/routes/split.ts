import { bases, deciders, grains, groupings, type SplitRow, workTypes } from '@headroom/domain'
import { readSplit } from '@headroom/measures'
import { readReportTickets, readTicketFacts, type TicketFact } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { categorySchema, probabilitiesSchema, windowQuery } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { requestedRange } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'
import { splitRowSchema } from '../split-view.ts'
import { inDays } from '../ticket-view.ts'

const rangeQuery = {
  ...windowQuery,
  by: z.enum(groupings).default('none'),
  basis: z.enum(bases).default('effort'),
}

/** `/v1/split`: what the work of a period went into, and what is behind it. */
export function splitRoutes(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.get(
    '/split',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['split'],
        summary: 'The split by period and group, oldest first, with interval, verdict and coverage',
        querystring: z.strictObject({ ...rangeQuery, grain: z.enum(grains).default('total'), ...pageQuery }),
        response: { 200: pageOf(splitRowSchema) },
      },
    },
    async (request) => {
      const { grain, by, basis, team } = request.query
      const range = await requestedRange(deps, request.query)
      const query = { ...range, grain, by, basis, ...(team ? { teamId: (await resolveTeam(db, team)).id } : {}) }
      return readPage<SplitRow, SplitPlace>({
        query: request.query,
        place: z.tuple([z.string(), z.string(), z.string(), z.string()]),
        placeOf: placeOfRow,
        read: async (limit, after) => {
          const rows = (await readSplit(db, query, deps.model)).sort((a, b) => compare(placeOfRow(a), placeOfRow(b)))
          return rows.filter((row) => after === null || compare(placeOfRow(row), after) > 0).slice(0, limit)
        },
      })
    },
  )
  explainRoute(app, deps)
}

type SplitPlace = [from: string, label: string, name: string, id: string]

function placeOfRow({ period, group }: SplitRow): SplitPlace {
  return [period.from, period.label, group?.name ?? '', group?.id ?? '']
}

function compare(a: SplitPlace, b: SplitPlace): number {
  for (let i = 0; i < a.length; i++) {
    const [x = '', y = ''] = [a[i], b[i]]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

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

function explainRoute(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.get(
    '/split/explain',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['split'],
        summary: 'The tickets behind a row, largest first',
        querystring: z.strictObject({
          ...rangeQuery,
          group: z.string().optional().meta({ description: 'Only the row of this group id' }),
          ...pageQuery,
        }),
        response: { 200: pageOf(behindSchema) },
      },
    },
    async (request) => {
      const { by, basis, team, group } = request.query
      const range = await requestedRange(deps, request.query)
      const page = await readPage<TicketFact, BehindPlace>({
        query: request.query,
        place: z.tuple([z.number(), z.string(), z.string()]),
        placeOf: placeOfFact,
        read: async (limit, after) => {
          const periods = [{ ...range, label: `${range.from}/${range.to}` }]
          const teamId = team ? { teamId: (await resolveTeam(db, team)).id } : {}
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
      return { ...page, data: page.data.map((f) => toBehind(f, byId.get(f.ticketId), basis === 'effort')) }
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
