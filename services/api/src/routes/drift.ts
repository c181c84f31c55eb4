import { driftStates } from '@headroom/domain'
import { type DriftReading, readDrift } from '@headroom/measures'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { pageOf } from '../paging.ts'
import { today } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'
import { inDays } from '../ticket-view.ts'

const driftSchema = z
  .object({
    team: z.object({ id: z.uuid(), name: z.string() }).nullable().meta({ description: 'Null: all teams together' }),
    target: z.number(),
    state: z.enum(driftStates),
    since: z.string().nullable().meta({ description: 'Monday of the first week of the fall; null on target' }),
    sinceStart: z.boolean().meta({ description: 'True when it reaches back to the first week that is known' }),
    alarmedIn: z.string().nullable().meta({ description: 'Monday of the week in which it became drifting' }),
    size: z
      .object({ value: z.number(), low: z.number(), high: z.number() })
      .nullable()
      .meta({ description: 'Share since then less the target, with its 90 % interval, in shares' }),
    evidence: z
      .object({
        sum: z.number().meta({ description: 'What the weeks add up to against the target' }),
        watchAt: z.number(),
        driftingAt: z.number(),
        weeks: z.number().int().meta({ description: 'Complete weeks that were looked at' }),
        movers: z
          .array(
            z.object({
              ticketId: z.uuid(),
              key: z.string(),
              title: z.string(),
              url: z.string(),
              change: z.number().meta({ description: 'Its part of the change of the share, in shares' }),
              daysBefore: z.number(),
              daysAfter: z.number(),
            }),
          )
          .meta({ description: 'What changed most from as many weeks before to the weeks since, the largest first' }),
      })
      .meta({ id: 'DriftEvidence' }),
    silent: z
      .array(z.object({ week: z.string(), why: z.enum(['coverage-moved', 'decided-anew', 'nothing-tracked']) }))
      .meta({ description: 'Weeks of the last thirteen that count for nothing, with the reason' }),
    alarms: z.array(z.string()).meta({ description: 'Mondays of the weeks in which an alarm began, also past ones' }),
    smoothed: z
      .array(z.object({ week: z.string(), share: z.number().nullable() }))
      .meta({ description: 'Weekly strategic share, smoothed, for a chart' }),
  })
  .meta({ id: 'Drift' })

/** `/v1/drift`: whether a team's strategic share has fallen below its target for good. */
export function driftRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/drift',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['split'],
        summary: 'State, since when, size and evidence of the drift; of the organisation and every team without a team',
        querystring: z.strictObject({ team: z.string().optional().meta({ description: 'Id or name' }) }),
        response: { 200: pageOf(driftSchema) },
      },
    },
    async ({ query: { team } }) => {
      const { db } = deps.store
      const teamId = team === undefined ? {} : { teamId: (await resolveTeam(db, team)).id }
      const readings = await readDrift(db, { today: await today(deps), model: deps.model, ...teamId })
      return { data: readings.map(toDrift), nextCursor: null }
    },
  )
}

function toDrift({ evidence, weeks, movers, ...drift }: DriftReading): z.infer<typeof driftSchema> {
  const shown = movers.map(({ unitsBefore, unitsAfter, ...mover }) => ({
    ...mover,
    daysBefore: inDays(unitsBefore),
    daysAfter: inDays(unitsAfter),
  }))
  return {
    ...drift,
    alarms: [...drift.alarms],
    silent: [...drift.silent],
    smoothed: [...drift.smoothed],
    evidence: { ...evidence, weeks, movers: shown },
  }
}
