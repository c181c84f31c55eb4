import { categoryOf, type WorkType, workTypes } from '@headroom/domain'
import type { Condition, Rule } from './rules.ts'

/** How often a value of a field occurs, and what the model thinks of the tickets that have it. */
export interface FieldUsage {
  readonly field: 'label' | 'component' | 'type' | 'epic-key'
  readonly value: string
  /** What people call it: an epic's title; else the value. */
  readonly title: string
  readonly tickets: number
  /** Tickets by the model's own most probable work type. */
  readonly byWorkType: Readonly<Partial<Record<WorkType, number>>>
}

/** A rule that somebody may want, and why. Never in force by itself. */
export interface RuleSuggestion {
  readonly rule: Rule
  readonly tickets: number
  /** Share of these tickets that the model, without the rule, puts into the rule's category; 0 to 1. */
  readonly agreement: number
  /** Whether its name says what it is, or only the model does. */
  readonly from: 'name' | 'model'
  readonly reason: string
}

const ticketsMin = 5
/** Where the model says otherwise of more than these, the name means something else here. */
const agreementMin = 0.3
/** Without a telling name the model must be nearly of one mind about enough tickets. */
const modelAgreementMin = 0.85
const modelTicketsMin = 20
const suggestionsMax = 50

/**
 * Rules that the organisation's own labels, components, types and epics suggest, the most useful first. What a rule
 * looks at already is left out.
 */
export function suggestRules(usages: readonly FieldUsage[], existing: readonly Rule[]): RuleSuggestion[] {
  const covered = new Set(existing.flatMap(({ when }) => testsOf(when)))
  return usages
    .filter((usage) => usage.tickets >= ticketsMin && !covered.has(nameOf(usage.field, usage.value)))
    .flatMap((usage) => suggestion(usage) ?? [])
    .sort((a, b) => b.tickets * b.agreement - a.tickets * a.agreement || (a.rule.id < b.rule.id ? -1 : 1))
    .slice(0, suggestionsMax)
}

function suggestion(usage: FieldUsage): RuleSuggestion | null {
  const named = workTypeNamed(usage.title)
  const workType = named ?? mostFrequent(usage)
  if (!workType) return null
  const agreement = shareOf(usage, (type) => categoryOf(type) === categoryOf(workType))
  if (named ? agreement < agreementMin : agreement < modelAgreementMin || usage.tickets < modelTicketsMin) return null
  const shown = usage.field === 'epic-key' ? `epic "${usage.title}"` : `${usage.field} "${usage.value}"`
  const percent = Math.round(agreement * 100)
  return {
    rule: {
      id: nameOf(usage.field, usage.value)
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '-'),
      name: shown.charAt(0).toUpperCase() + shown.slice(1),
      when: { field: usage.field, op: 'is', value: usage.value },
      workType,
    },
    tickets: usage.tickets,
    agreement,
    from: named ? 'name' : 'model',
    reason: named
      ? `${usage.tickets} tickets have the ${shown}, whose name says ${named.replace('-', ' ')}; the model puts ${percent} % of them into ${categoryOf(workType)} by their text.`
      : `The model puts ${percent} % of the ${usage.tickets} tickets with the ${shown} into ${categoryOf(workType)}, most of them as ${workType.replace('-', ' ')}.`,
  }
}

/** Words by which teams name kinds of work, from the codebook's terms and common labels. Longer names come first. */
const words: readonly (readonly [WorkType, string])[] = [
  ['debt', 'tech debt|technical debt|techdebt|debt|refactor|refactoring|cleanup|clean up|deprecation|dead code'],
  ['discovery', 'user research|ux research|market research|discovery'],
  ['quality', 'flaky|test automation|tests|testing|e2e|unit test|test coverage|coverage|lint|static analysis'],
  ['performance', 'performance|perf|scalability|latency'],
  ['security', 'security hardening|hardening|security'],
  ['exploration', 'spike|poc|proof of concept|prototype|rfc|investigation'],
  ['architecture', 'architecture|platform|replatforming|modularization|modularisation|decoupling|migration'],
  ['tooling', 'tooling|developer experience|devex|dx|ci|cd|ci cd|build|infra|infrastructure|devops|observability'],
  ['incident', 'incident|outage|postmortem|post mortem|escalation'],
  ['defect', 'bug|bugfix|bug fix|hotfix|defect|regression|crash'],
  ['support', 'support|customer support|question|helpdesk'],
  ['documentation', 'documentation|docs|translation|translations'],
  ['compliance', 'gdpr|compliance|legal|privacy|soc2|soc 2|iso 27001'],
  ['operations', 'ops|operations|maintenance|chore|dependencies|dependabot|upkeep'],
  ['new-capability', 'new feature|feature|new capability'],
  ['enhancement', 'enhancement|improvement|accessibility|a11y'],
]

const patterns = words.map(([workType, names]) => [workType, new RegExp(`(?:^| )(?:${names})(?: |$)`)] as const)

/** The work type that a label, component, type or epic is named after, or null. */
function workTypeNamed(name: string): WorkType | null {
  const plain = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return patterns.find(([, pattern]) => pattern.test(plain))?.[0] ?? null
}

function mostFrequent({ byWorkType }: FieldUsage): WorkType | null {
  const present = workTypes.filter((type) => (byWorkType[type] ?? 0) > 0)
  return present.reduce<WorkType | null>(
    (best, type) => (best === null || (byWorkType[type] ?? 0) > (byWorkType[best] ?? 0) ? type : best),
    null,
  )
}

function shareOf({ byWorkType }: FieldUsage, counts: (type: WorkType) => boolean): number {
  const sum = (types: readonly WorkType[]) => types.reduce((total, type) => total + (byWorkType[type] ?? 0), 0)
  const all = sum(workTypes)
  return all === 0 ? 0 : sum(workTypes.filter(counts)) / all
}

/** What a condition asks for by name, wherever in it. */
function testsOf(condition: Condition): string[] {
  if ('and' in condition) return condition.and.flatMap(testsOf)
  if ('or' in condition) return condition.or.flatMap(testsOf)
  if ('not' in condition) return testsOf(condition.not)
  return condition.op === 'is' ? [nameOf(condition.field, condition.value)] : []
}

function nameOf(field: string, value: string): string {
  return `${field} ${value.toLowerCase()}`
}
