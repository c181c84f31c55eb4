import { bases, grains, groupings, type SplitRow } from '@headroom/domain'
import { readSplit } from '@headroom/measures'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { windowQuery } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { requestedRange } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'
import { splitRowSchema } from '../split-view.ts'

/** What a split is asked for, but its grain. */
export const splitQuery = {
  ...windowQuery,
  by: z.enum(groupings).default('none'),
  basis: z.enum(bases).default('effort'),
}

/** `/v1/split`: what the work of a period went into. */
export function splitRoutes(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.get(
    '/split',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['split'],
        summary: 'The split by period and group, oldest first, with interval, verdict and coverage',
        querystring: z.strictObject({ ...splitQuery, grain: z.enum(grains).default('total'), ...pageQuery }),
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
