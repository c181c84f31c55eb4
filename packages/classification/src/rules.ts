import type { WorkType } from '@headroom/domain'
import type { Evidence } from './evidence.ts'

/** The fields that a rule may look at. `text` is title and description; `epic-...` and `parent-...` look at ancestors. */
export const ruleFields = [
  'key',
  'type',
  'title',
  'description',
  'text',
  'label',
  'component',
  'project',
  'team',
  'sprint',
  'priority',
  'parent-key',
  'parent-type',
  'parent-title',
  'parent-label',
  'epic-key',
  'epic-title',
  'epic-label',
] as const
export type RuleField = (typeof ruleFields)[number]

/**
 * How a field is compared; case never matters. `contains`: the value anywhere. `matches-words`: every word of the value
 * occurs as a whole word. There are no patterns on purpose: a rule must be readable and always quick.
 */
export const ruleOperators = ['is', 'contains', 'starts-with', 'matches-words'] as const
export type RuleOperator = (typeof ruleOperators)[number]

/** A test on one field. Where a field has several values (labels), one that passes is enough. */
export interface FieldTest {
  readonly field: RuleField
  readonly op: RuleOperator
  readonly value: string
}

/** When a rule applies. */
export type Condition =
  | FieldTest
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }

/** One rule of the organisation: tickets that pass `when` are of `workType`. */
export interface Rule {
  readonly id: string
  readonly name: string
  readonly when: Condition
  readonly workType: WorkType
}

/** The organisation's rules in their order; the first that matches decides. */
export interface RuleSet {
  readonly version: number
  readonly rules: readonly Rule[]
}

/** What rules can see of one ticket. */
export interface RuleSubject {
  readonly key: string
  readonly type: string | null
  readonly isEpic: boolean
  readonly title: string
  readonly description: string
  readonly labels: readonly string[]
  readonly components: readonly string[]
  /** Key of the tracker's project. */
  readonly project: string | null
  /** Key of the tracker's team. */
  readonly trackerTeam: string | null
  /** Names of the sprints that the ticket is in. */
  readonly sprints: readonly string[]
  readonly priority: string | null
}

/** A ticket with its ancestors, the parent first. */
export interface RuleTicket {
  readonly ticket: RuleSubject
  readonly ancestors: readonly RuleSubject[]
}

/** The rule that decides, and why it matched. */
export interface RuleMatch {
  readonly rule: Rule
  readonly evidence: readonly Evidence[]
}

/** Applies the rules in their order; null when none matches. */
export function applyRules(ruleSet: RuleSet, ticket: RuleTicket): RuleMatch | null {
  for (const rule of ruleSet.rules) {
    const reasons = satisfied(rule.when, ticket)
    if (reasons) {
      const texts = [`rule "${rule.name}"`, ...reasons]
      return { rule, evidence: texts.map((text) => ({ text, weight: null })) }
    }
  }
  return null
}

/** The reasons for which a condition holds, or null when it does not. */
function satisfied(condition: Condition, ticket: RuleTicket): string[] | null {
  if ('and' in condition) {
    const parts = condition.and.map((part) => satisfied(part, ticket))
    return parts.every((part) => part !== null) ? parts.flatMap((part) => part ?? []) : null
  }
  if ('or' in condition) {
    for (const part of condition.or) {
      const reasons = satisfied(part, ticket)
      if (reasons) return reasons
    }
    return null
  }
  if ('not' in condition) return satisfied(condition.not, ticket) ? null : [describeNot(condition.not)]
  const wanted = normalise(condition.value)
  const found = valuesOf(condition.field, ticket).find((value) => passes(condition.op, normalise(value), wanted))
  return found === undefined ? null : [describe(condition)]
}

function passes(op: RuleOperator, value: string, wanted: string): boolean {
  switch (op) {
    case 'is':
      return value === wanted
    case 'contains':
      return value.includes(wanted)
    case 'starts-with':
      return value.startsWith(wanted)
    case 'matches-words': {
      const words = new Set(wordsOf(value))
      return wordsOf(wanted).every((word) => words.has(word))
    }
  }
}

function valuesOf(field: RuleField, ticket: RuleTicket): readonly string[] {
  if (field.startsWith('parent-')) return ticket.ancestors.slice(0, 1).flatMap((a) => ownValues(field.slice(7), a))
  if (field.startsWith('epic-')) return epicOf(ticket).flatMap((a) => ownValues(field.slice(5), a))
  return ownValues(field, ticket.ticket)
}

/** The nearest ancestor that is an epic. */
function epicOf(ticket: RuleTicket): RuleSubject[] {
  const epic = ticket.ancestors.find((ancestor) => ancestor.isEpic)
  return epic ? [epic] : []
}

function ownValues(field: string, subject: RuleSubject): readonly string[] {
  switch (field) {
    case 'key':
      return [subject.key]
    case 'type':
      return present(subject.type)
    case 'title':
      return [subject.title]
    case 'description':
      return [subject.description]
    case 'text':
      return [`${subject.title}\n${subject.description}`]
    case 'label':
      return subject.labels
    case 'component':
      return subject.components
    case 'project':
      return present(subject.project)
    case 'team':
      return present(subject.trackerTeam)
    case 'sprint':
      return subject.sprints
    default:
      return present(subject.priority)
  }
}

function present(value: string | null): string[] {
  return value === null ? [] : [value]
}

/** Lower case, trimmed, runs of white space as one blank. */
function normalise(text: string): string {
  return text.toLowerCase().trim().replace(/\s+/g, ' ')
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? []
}

const operatorWords = {
  is: 'is',
  contains: 'contains',
  'starts-with': 'starts with',
  'matches-words': 'has the words',
} as const satisfies Record<RuleOperator, string>

function describe(test: FieldTest): string {
  return `${test.field.replace('-', ' ')} ${operatorWords[test.op]} "${test.value}"`
}

function describeNot(condition: Condition): string {
  return 'field' in condition ? `not: ${describe(condition)}` : 'an excluded condition does not hold'
}
