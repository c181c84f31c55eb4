import { bases, categories, driftStates } from '@headroom/domain'
import { z } from 'zod'
import { categorySchema } from './common-schemas.ts'
import { splitRowSchema } from './split-view.ts'

/** What a report may be asked for. */
export const reportQuery = z.strictObject({
  period: z
    .string()
    .optional()
    .meta({ description: '`2026-Q3`, `2026-09`, `2026-W37`; default the last complete quarter' }),
  team: z.string().optional().meta({ description: 'Id or name; default all teams' }),
})

/** A leadership report as JSON. */
export const reportSchema = z
  .object({
    period: splitRowSchema.shape.period,
    generatedAt: z.string().meta({ format: 'date-time' }),
    organisation: z.string(),
    team: z.object({ id: z.string(), name: z.string() }).nullable(),
    total: splitRowSchema,
    previous: splitRowSchema.nullable(),
    teams: z.array(splitRowSchema).readonly(),
    previousTeams: z.array(splitRowSchema).readonly().optional(),
    trend: z.array(splitRowSchema).readonly(),
    drift: z
      .array(
        z.object({
          team: z.object({ id: z.string(), name: z.string() }).nullable(),
          state: z.enum(driftStates),
          since: z.string().nullable(),
          size: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
        }),
      )
      .readonly()
      .meta({ description: 'As the detector said at the end of the period; the whole first' }),
    otherBases: z.array(z.object({ basis: z.enum(bases), strategicShare: z.number().nullable() })).readonly(),
    workTypes: z.array(z.object({ workType: z.string(), category: z.enum(categories), days: z.number() })).readonly(),
    topTickets: z
      .array(
        z.object({
          key: z.string(),
          title: z.string(),
          url: z.string(),
          category: categorySchema,
          workType: z.string().nullable(),
          decidedBy: z.string(),
          confidence: z.number(),
          days: z.number(),
        }),
      )
      .readonly(),
    dataQuality: z
      .array(
        z.object({
          finding: z.string(),
          count: z.int(),
          what: z.string(),
          movesShare: z.number().nullable(),
          basis: z.enum(['effort', 'points']),
        }),
      )
      .readonly(),
    connections: z.array(z.object({ name: z.string(), state: z.string(), problem: z.string().nullable() })).readonly(),
    method: z.object({ modelVersion: z.string(), ruleSetVersion: z.string(), level: z.number() }),
  })
  .meta({ id: 'LeadershipReport' })
