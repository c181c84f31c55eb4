import { suggestRules } from '@headroom/classification'
import { localDate, periodOf, type SplitRow, workTypes } from '@headroom/domain'
import { readFieldUsages, readPublishedRules, readRuleDraft } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { dateSchema } from '../common-schemas.ts'
import { invalidField } from '../problem.ts'
import { storedRules } from '../rules/checked-rules.ts'
import { previewRules } from '../rules/preview-rules.ts'
import { readReportChanges, readSplitChanges } from '../rules/preview-split.ts'
import { previewSchema, ruleSchema } from '../rules/rule-schemas.ts'

const dayMs = 86_400_000

/** What a draft of rules would change, and rules that the organisation's own words suggest. */
export function rulePreviewRoutes(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.post(
    '/rules/draft/preview',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['rules'],
        summary:
          'What publishing the draft would change: moved tickets, the split by quarter and team before and after, published reports, and what each rule does',
        body: z
          .strictObject({
            from: dateSchema.optional().meta({ description: 'First day of the splits; default four quarters back' }),
            to: dateSchema.optional().meta({ description: 'Last day, included; default today' }),
          })
          .nullish(),
        response: { 200: previewSchema },
      },
    },
    async (request) => {
      const range = rangeOf(deps.now(), request.body ?? {})
      const published = storedRules(await readPublishedRules(db))
      const draft = await readRuleDraft(db)
      const rules = storedRules({ version: published.version + 1, rules: draft.rules })
      const { supposed, moves, rules: hits, samples, tickets } = await previewRules(db, published, rules)
      const splits = await readSplitChanges(db, range, supposed, deps.model)
      const reports = await readReportChanges(db, supposed, deps.model)
      return {
        draftRevision: draft.revision,
        publishedVersion: published.version,
        tickets,
        moves: [...moves],
        rules: hits.map((hit) => ({ ...hit, hiddenBy: [...hit.hiddenBy] })),
        split: splits.map(({ before, after }) => ({
          period: before.period,
          team: before.group && { id: before.group.id, name: before.group.name },
          before: toMeasured(before),
          after: toMeasured(after),
        })),
        reports: reports.map(({ report, now, after }) => ({
          id: report.id,
          period: report.period.label,
          team: report.team,
          publishedAt: report.publishedAt,
          published: report.strategicShare,
          now,
          after,
        })),
        samples: samples.map(({ because, ...sample }) => ({
          ...sample,
          from: toLabel(sample.from),
          to: toLabel(sample.to),
          because: [...because],
        })),
      }
    },
  )
  suggestionRoute(app, deps)
}

const usageLimits = { ticketsMin: 5, valuesMax: 500 }

function suggestionRoute(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.get(
    '/rules/suggestions',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['rules'],
        summary: 'Rules that your own labels, components, types and epics suggest; none is applied by itself',
        response: {
          200: z.object({
            data: z.array(
              z.object({
                rule: ruleSchema.meta({ description: 'To be put into the draft as it is, or changed' }),
                tickets: z.int(),
                agreement: z.number().meta({
                  description: 'Share of these tickets that the model puts into the same category by their text',
                }),
                from: z
                  .enum(['name', 'model'])
                  .meta({ description: 'Whether its name says what it is, or only the model' }),
                reason: z.string(),
              }),
            ),
          }),
        },
      },
    },
    async () => {
      const existing = [await readPublishedRules(db), { version: 0, rules: (await readRuleDraft(db)).rules }]
      const usages = await readFieldUsages(db, usageLimits)
      const suggestions = suggestRules(
        usages,
        existing.flatMap((set) => storedRules(set).rules),
      )
      return { data: suggestions.map((s) => ({ ...s, rule: { ...s.rule, when: { ...s.rule.when } } })) }
    },
  )
}

/** The four quarters up to now, unless other days are asked for. */
function rangeOf(
  now: Date,
  given: { from?: string | undefined; to?: string | undefined },
): { from: string; to: string } {
  const to = given.to ?? now.toISOString().slice(0, 10)
  const from = given.from ?? periodOf(localDate(Math.floor(Date.parse(to) / dayMs) - 275), 'quarter').from
  if (from > to) throw invalidField('from', 'must not be after to')
  return { from, to }
}

function toMeasured({
  strategicShare,
  effortDays,
  verdict,
}: SplitRow): z.infer<typeof previewSchema>['split'][0]['before'] {
  return { strategicShare, effortDays: { ...effortDays }, verdict }
}

type Label = z.infer<typeof previewSchema>['samples'][0]['from']

function toLabel(label: { category: string; workType: string | null; decidedBy: string }): Label {
  return { ...label, workType: workTypes.find((type) => type === label.workType) ?? null } as Label
}
