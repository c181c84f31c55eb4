import { decisionSources, ownFields, type Rule, relations, ruleOperators } from '@headroom/classification'
import { workTypes } from '@headroom/domain'
import { z } from 'zod'
import { categorySchema } from '../common-schemas.ts'
import { splitRowSchema } from '../split-view.ts'

const help = `A test is \`{ "field", "op", "value" }\`; tests are joined by \`{ "and": [...] }\`, \`{ "or": [...] }\` and \`{ "not": ... }\`.

Fields: ${ownFields.map((field) => `\`${field}\``).join(', ')}; and each of them after ${relations.map((relation) => `\`${relation}-\``).join(', ')} for those above the ticket (\`epic-label\`, \`ancestor-title\`). \`text\` is title and description; \`project\` and \`team\` are the tracker’s, by key or name; \`reporter-kind\` and \`assignee-kind\` are \`human\`, \`bot\` or \`nobody\`.

Operators: ${ruleOperators.map((op) => `\`${op}\``).join(', ')}. Case never matters. Where a field has several values, one that passes is enough. \`matches\` takes a regular expression without backreferences and lookaround, so that it always takes linear time; \`at-least\` and \`at-most\` compare estimates.`

/** Rules as somebody would write them, for each kind of tracker. */
export const ruleExamples = [
  {
    id: 'debt-label',
    name: 'Jira: what the teams call debt',
    when: {
      or: [
        { field: 'label', op: 'is', value: 'tech-debt' },
        { and: [{ field: 'component', op: 'is', value: 'infra' }, { not: { field: 'type', op: 'is', value: 'Bug' } }] },
      ],
    },
    workType: 'debt',
  },
  {
    id: 'platform-epic',
    name: 'Jira: everything below the epic "Platform"',
    when: { field: 'ancestor-title', op: 'starts-with', value: 'Platform' },
    workType: 'architecture',
  },
  {
    id: 'spikes',
    name: 'Linear: spikes by their title',
    when: { field: 'title', op: 'matches', value: '^\\[?(spike|poc)\\b' },
    workType: 'exploration',
  },
  {
    id: 'reliability',
    name: 'Linear: larger work of the project "Reliability 2026"',
    when: {
      and: [
        { field: 'project', op: 'is', value: 'Reliability 2026' },
        { field: 'estimate', op: 'at-least', value: '3' },
      ],
    },
    workType: 'architecture',
  },
  {
    id: 'bots',
    name: 'Version bumps by a bot',
    when: {
      and: [
        { field: 'reporter-kind', op: 'is', value: 'bot' },
        { field: 'title', op: 'matches-words', value: 'bump' },
      ],
    },
    workType: 'operations',
  },
] as const satisfies readonly Rule[]

const condition = z
  .record(z.string(), z.unknown())
  .meta({ id: 'RuleCondition', description: help, examples: ruleExamples.map(({ when }) => when) })

export const ruleSchema = z
  .object({
    id: z.string().meta({ description: 'Stays the same when the rule is renamed' }),
    name: z.string(),
    when: condition,
    workType: z.enum(workTypes),
  })
  .meta({ id: 'Rule', examples: [...ruleExamples] })

/** Rules as they are sent; checked by the classification, which names the place of every problem. */
export const draftBody = z.strictObject({
  rules: z.array(z.unknown()).meta({
    description: `In their order; the first that matches decides. Each has \`name\`, \`when\`, \`workType\` and an \`id\`, which is made from the name when it is absent. ${help}`,
    examples: [ruleExamples],
  }),
})

export const draftSchema = z
  .object({
    revision: z.int().meta({ description: 'Rises with every change; send it as `If-Match: "3"`' }),
    basedOn: z.int().meta({ description: 'The published version it began from; 0 without one' }),
    rules: z.array(ruleSchema),
    updatedAt: z.date().nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'RuleDraft' })

const versionFields = {
  version: z.int(),
  basedOn: z.int().nullable().meta({ description: 'The version whose draft it was, or which it repeats' }),
  note: z.string().nullable(),
  publishedAt: z.date().nullable(),
  publishedBy: z.string().nullable(),
}

/** A published rule set without its rules. */
export const versionSchema = z.object({ ...versionFields, ruleCount: z.int() }).meta({ id: 'RuleSetVersion' })

export const ruleSetSchema = z.object({ ...versionFields, rules: z.array(ruleSchema) }).meta({ id: 'RuleSet' })

const label = z.object({
  category: categorySchema,
  workType: z.enum(workTypes).nullable(),
  decidedBy: z.enum(decisionSources),
})
const measured = splitRowSchema.pick({ strategicShare: true, effortDays: true, verdict: true })

export const previewSchema = z
  .object({
    draftRevision: z.int().meta({ description: 'What was looked at; send it as `If-Match` when you publish it' }),
    publishedVersion: z.int(),
    tickets: z.object({
      total: z.int(),
      decidedAnew: z.int().meta({ description: 'Of which the rules say something else, if only the reason' }),
      movedCategory: z.int(),
      movedWorkType: z.int(),
      undecided: z.int().meta({ description: 'Wait for their first decision and were left out' }),
    }),
    moves: z.array(z.object({ from: categorySchema, to: categorySchema, tickets: z.int() })),
    rules: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        workType: z.enum(workTypes),
        matches: z.int(),
        decides: z.int().meta({ description: 'Tickets of which it is the first rule that matches' }),
        state: z.enum(['in-use', 'never-matches', 'shadowed']),
        hiddenBy: z.array(z.object({ id: z.string(), name: z.string(), tickets: z.int() })),
      }),
    ),
    split: z.array(
      z.object({
        period: z.object({ from: z.string(), to: z.string(), label: z.string() }),
        team: z.object({ id: z.string(), name: z.string() }).nullable().meta({ description: 'Null: all teams' }),
        before: measured,
        after: measured,
      }),
    ),
    reports: z
      .array(
        z.object({
          id: z.uuid(),
          period: z.string(),
          team: z.object({ id: z.string(), name: z.string() }).nullable(),
          publishedAt: z.date(),
          published: z.number().nullable().meta({ description: 'Strategic share in the report; it stays' }),
          now: z.number().nullable(),
          after: z.number().nullable(),
        }),
      )
      .meta({ description: 'Published reports that would be restated, the newest 20' }),
    samples: z.array(
      z.object({
        ticketId: z.uuid(),
        key: z.string(),
        title: z.string(),
        from: label,
        to: label,
        because: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'RulePreview' })
