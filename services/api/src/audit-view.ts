import { workTypes } from '@headroom/domain'
import type { AuditFindings } from '@headroom/measures'
import type { Audit, AuditItemView } from '@headroom/store'
import { z } from 'zod'
import { splitRowSchema } from './split-view.ts'
import { inDays } from './ticket-view.ts'

/** What a reader may say of a ticket. */
export const answerSchema = z.enum([...workTypes, 'unclear'])

const counts = z.object({ feature: z.int(), strategic: z.int(), sustaining: z.int() })

export const auditSchema = z
  .object({
    id: z.uuid(),
    period: splitRowSchema.shape.period,
    team: z.object({ id: z.string(), name: z.string() }).nullable().meta({ description: 'Null: all teams' }),
    state: z.enum(['reading', 'complete']).meta({ description: 'Complete once every ticket has a label' }),
    size: z.int().meta({ description: 'How many tickets were asked for' }),
    population: z
      .object({ tickets: z.int(), effortDays: z.number() })
      .meta({ description: 'What it was drawn from: tickets with effort in these days' }),
    progress: z.object({
      items: z.int(),
      labelled: z.int(),
      labelledTwice: z.int().meta({ description: 'By two readers or more' }),
      readers: z.int(),
    }),
    modelVersion: z.string().meta({ description: 'In use when it was drawn' }),
    ruleSetVersion: z.int(),
    drawnAt: z.date(),
    drawnBy: z.string().meta({ description: 'Id of the key' }),
    appliedAt: z.date().nullable().meta({ description: 'When its labels were made overrides' }),
    links: z.object({
      items: z.string(),
      next: z.string().nullable().meta({ description: 'The next ticket that this key has not labelled' }),
      labels: z.string(),
    }),
  })
  .meta({ id: 'Audit' })

export const auditResultSchema = auditSchema
  .extend({
    agreement: z
      .object({
        value: z.number().nullable().meta({ description: 'Share of pairs of readers who name the same category' }),
        pairs: z.int(),
        kappa: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
      })
      .meta({ description: 'How far readers agree with each other; null without tickets that two have read' }),
    confusion: z
      .object({ feature: counts, strategic: counts, sustaining: counts, unclear: counts })
      .meta({ description: 'Labelled tickets by what readers say (first) and what the machine had said (second)' }),
    strategicShare: z
      .object({
        corrected: splitRowSchema.shape.strategicShare,
        uncorrected: splitRowSchema.shape.strategicShare,
      })
      .meta({
        description: 'By what this audit found, beside what would be said without it; null before there is a label',
      }),
  })
  .meta({ id: 'AuditResult' })

export const auditItemSchema = z
  .object({
    ticketId: z.uuid(),
    key: z.string(),
    url: z.string(),
    title: z.string(),
    description: z.string(),
    type: z.string().nullable(),
    labels: z.array(z.string()),
    components: z.array(z.string()),
    parent: z.object({ key: z.string(), title: z.string().nullable() }).nullable(),
    label: z
      .object({ workType: answerSchema, note: z.string().nullable(), at: z.string() })
      .nullable()
      .meta({ description: 'Your own; those of other readers are not shown' }),
  })
  .meta({ id: 'AuditItem' })

/** The shown form of an audit; `isOpenFor` says whether the asking reader has a ticket left. */
export function toAuditView(
  audit: Audit,
  { teamName, isOpenFor }: { readonly teamName: string | null; readonly isOpenFor: boolean },
): z.infer<typeof auditSchema> {
  const { id, from, to, label, items, labelled, labelledTwice, readers } = audit
  const path = `/v1/audits/${id}`
  return {
    id,
    period: { from, to, label },
    team: audit.teamId === null ? null : { id: audit.teamId, name: teamName ?? audit.teamId },
    state: labelled === items ? 'complete' : 'reading',
    size: audit.size,
    population: { tickets: audit.population, effortDays: inDays(audit.populationUnits) },
    progress: { items, labelled, labelledTwice, readers },
    modelVersion: audit.modelVersion,
    ruleSetVersion: audit.ruleSetVersion,
    drawnAt: audit.drawnAt,
    drawnBy: audit.drawnBy,
    appliedAt: audit.appliedAt,
    links: {
      items: `${path}/items`,
      next: isOpenFor ? `${path}/items?open=true&limit=1` : null,
      labels: `${path}/labels`,
    },
  }
}

export function toAuditResult(
  view: z.infer<typeof auditSchema>,
  { agreement, corrected, uncorrected }: AuditFindings,
): z.infer<typeof auditResultSchema> {
  const { agreement: value, pairs, kappa, confusion } = agreement
  return { ...view, agreement: { value, pairs, kappa }, confusion, strategicShare: { corrected, uncorrected } }
}

export function toAuditItem({ ordinal: _, ownLabel, ...item }: AuditItemView): z.infer<typeof auditItemSchema> {
  return { ...item, labels: [...item.labels], components: [...item.components], label: ownLabel }
}
