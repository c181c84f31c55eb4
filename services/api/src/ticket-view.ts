import {
  type Category,
  type CategoryProbabilities,
  categoryOf,
  type DecidedBy,
  deciders,
  defaultEffortSettings,
  statusCategories,
  type WorkType,
  workTypes,
} from '@headroom/domain'
import type { TicketView } from '@headroom/store'
import { z } from 'zod'
import { categorySchema, probabilitiesSchema } from './common-schemas.ts'

/** The short form of a decision, as lists show it. */
export const decisionSchema = z.object({
  category: categorySchema,
  workType: z.enum(workTypes).nullable(),
  decidedBy: z.enum(deciders),
  confidence: z.number(),
  probabilities: probabilitiesSchema.meta({ description: 'Always given, summing to 1' }),
})

export const ticketSchema = z
  .object({
    id: z.uuid(),
    key: z.string(),
    previousKeys: z.array(z.string()),
    connectionId: z.uuid(),
    tracker: z.enum(['jira-cloud', 'jira-dc', 'linear']),
    url: z.string(),
    title: z.string(),
    type: z.string().nullable().meta({ description: 'The tracker’s own; null where it has none' }),
    status: z.string().meta({ description: 'The tracker’s own name' }),
    statusCategory: z.enum(statusCategories),
    project: z.object({ key: z.string(), name: z.string() }).nullable(),
    team: z.object({ id: z.string(), name: z.string() }).nullable(),
    parentKey: z.string().nullable(),
    sprint: z.object({ id: z.string(), name: z.string() }).nullable(),
    labels: z.array(z.string()),
    components: z.array(z.string()),
    estimate: z.number().nullable(),
    assigned: z.boolean(),
    createdAt: z.date(),
    startedAt: z.date().nullable(),
    completedAt: z.date().nullable(),
    updatedAt: z.date(),
    deletedAt: z.date().nullable(),
    classification: decisionSchema,
    effortDays: z.number().meta({ description: 'Person-days of all people together, not rounded' }),
  })
  .meta({ id: 'Ticket' })

/** The shown form of a ticket. */
export function toTicketView({ units, decision, overrideType, ...ticket }: TicketView): z.infer<typeof ticketSchema> {
  return {
    ...ticket,
    previousKeys: [...ticket.previousKeys],
    labels: [...ticket.labels],
    components: [...ticket.components],
    classification: decisionInForce(
      decision && {
        ...decision,
        probabilities: {
          feature: decision.pFeature,
          strategic: decision.pStrategic,
          sustaining: decision.pSustaining,
        },
      },
      overrideType,
    ),
    effortDays: inDays(units),
  }
}

/** Units of effort as person-days. */
export function inDays(units: number): number {
  return units / defaultEffortSettings.unitsPerDay
}

interface Decision {
  readonly category: Category | 'unclassified'
  readonly workType: WorkType | null
  readonly decidedBy: DecidedBy
  readonly confidence: number
  readonly probabilities: CategoryProbabilities
}

/**
 * What holds of a ticket at this moment: a person's judgement at once, though the decision made from it follows a little
 * later; and nothing of one that was taken back until the next decision is made.
 */
export function decisionInForce(decided: Decision | null, overrideType: WorkType | null): Decision {
  if (overrideType !== null) {
    if (decided?.decidedBy === 'override' && decided.workType === overrideType) return normalised(decided)
    const category = categoryOf(overrideType)
    const probabilities = { feature: 0, strategic: 0, sustaining: 0, [category]: 1 }
    return { category, workType: overrideType, decidedBy: 'override', confidence: 1, probabilities }
  }
  if (decided && decided.decidedBy !== 'override') return normalised(decided)
  const third = { feature: 1 / 3, strategic: 1 / 3, sustaining: 1 / 3 }
  return { category: 'unclassified', workType: null, decidedBy: 'none', confidence: 0, probabilities: third }
}

/** The store keeps single precision; the sum is made 1 again. */
function normalised({ category, workType, decidedBy, confidence, probabilities: p }: Decision): Decision {
  const sum = p.feature + p.strategic + p.sustaining
  return {
    category,
    workType,
    decidedBy,
    confidence,
    probabilities: { feature: p.feature / sum, strategic: p.strategic / sum, sustaining: p.sustaining / sum },
  }
}
