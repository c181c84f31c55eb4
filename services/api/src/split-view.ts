import { groupings, verdicts } from '@headroom/domain'
import { z } from 'zod'

const period = z.object({ from: z.string(), to: z.string(), label: z.string() })
const pair = z.tuple([z.number(), z.number()]).readonly()

/** One row of a split: what a group's effort in a period went into. */
export const splitRowSchema = z
  .object({
    period,
    group: z.object({ kind: z.enum(groupings), id: z.string(), name: z.string() }).nullable(),
    effortDays: z
      .object({ feature: z.number(), strategic: z.number(), sustaining: z.number(), unclassified: z.number() })
      .meta({ description: 'Person-days; points or tickets on those bases' }),
    strategicShare: z
      .object({
        value: z.number(),
        low: z.number(),
        high: z.number(),
        level: z.number().meta({ description: 'Confidence level of [low, high]' }),
        audited: z.boolean(),
        bounds: pair.meta({ description: 'What holds whatever the untracked and unclassified time was' }),
        methodRange: pair.meta({ description: 'Lowest and highest value over the effort rules' }),
      })
      .nullable()
      .meta({ description: 'Null when nothing was tracked' }),
    target: z.number(),
    verdict: z.enum(verdicts),
    coverage: z.object({
      capacityDays: z.number(),
      trackedDays: z.number(),
      share: z.number().nullable(),
    }),
    revision: z.string().meta({ description: 'Changes whenever a fact under the row does' }),
  })
  .meta({ id: 'SplitRow' })
