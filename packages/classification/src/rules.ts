import type { WorkType } from '@headroom/domain'
import type { Evidence } from './evidence.ts'
import {
  type OwnField,
  partsOf,
  type Relation,
  type RuleField,
  type RuleSubject,
  type RuleTicket,
  subjectsOf,
  valuesOf,
} from './rule-fields.ts'
import { compilePattern } from './safe-pattern.ts'

/**
 * How a field is compared; case never matters and white space counts as one blank. `contains`: the value anywhere.
 * `matches-words`: every word of the value occurs as a whole word. `matches`: a regular expression of the kind that
 * takes linear time. `at-least`, `at-most`: numbers, for `estimate`.
 */
export const ruleOperators = [
  'is',
  'contains',
  'starts-with',
  'matches-words',
  'matches',
  'at-least',
  'at-most',
] as const
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

/** The rule that decides, and why it matched. */
export interface RuleMatch {
  readonly rule: Rule
  readonly evidence: readonly Evidence[]
}

/** A rule set made ready for many tickets. */
export interface CompiledRules {
  readonly version: number
  /** Whether any rule reads descriptions, which are most of what there is to load. */
  readonly readsDescriptions: boolean
  /** The first rule that matches, with its reasons; null when none does. */
  first(ticket: RuleTicket): RuleMatch | null
  /** Every rule that matches, in their order. */
  all(ticket: RuleTicket): readonly Rule[]
}

/** Makes a checked rule set ready for use. */
export function compileRules({ version, rules }: RuleSet): CompiledRules {
  const compiled = rules.map((rule) => ({ rule, holds: compileCondition(rule.when) }))
  return {
    version,
    readsDescriptions: rules.some((rule) => readsDescription(rule.when)),
    first(ticket) {
      const read = reader(ticket)
      const match = compiled.find(({ holds }) => holds(read))
      return match ? { rule: match.rule, evidence: evidenceOf(match.rule, read) } : null
    },
    all(ticket) {
      const read = reader(ticket)
      return compiled.filter(({ holds }) => holds(read)).map(({ rule }) => rule)
    },
  }
}

/** The values of a ticket's fields in the form in which they are compared, each made once. */
interface Reader {
  readonly ticket: RuleTicket
  values(field: RuleField): readonly Value[]
}

interface Value {
  readonly text: string
  readonly subject: RuleSubject
  words: ReadonlySet<string> | null
}

function reader(ticket: RuleTicket): Reader {
  const known = new Map<RuleField, readonly Value[]>()
  return {
    ticket,
    values(field) {
      const values = known.get(field) ?? read(partsOf(field), ticket)
      known.set(field, values)
      return values
    },
  }
}

function read({ relation, own }: { relation: Relation | null; own: OwnField }, ticket: RuleTicket): Value[] {
  return subjectsOf(relation, ticket).flatMap((subject) =>
    valuesOf(own, subject).map((text) => ({ text: normalise(text), subject, words: null })),
  )
}

type Holds = (read: Reader) => boolean

function compileCondition(condition: Condition): Holds {
  if ('and' in condition) {
    const parts = condition.and.map(compileCondition)
    return (read) => parts.every((holds) => holds(read))
  }
  if ('or' in condition) {
    const parts = condition.or.map(compileCondition)
    return (read) => parts.some((holds) => holds(read))
  }
  if ('not' in condition) {
    const holds = compileCondition(condition.not)
    return (read) => !holds(read)
  }
  const passes = compileTest(condition)
  return (read) => read.values(condition.field).some(passes)
}

function compileTest({ op, value }: FieldTest): (value: Value) => boolean {
  const wanted = normalise(value)
  switch (op) {
    case 'is':
      return ({ text }) => text === wanted
    case 'contains':
      return ({ text }) => text.includes(wanted)
    case 'starts-with':
      return ({ text }) => text.startsWith(wanted)
    case 'matches-words': {
      const words = wordsOf(wanted)
      return (given) => {
        given.words ??= new Set(wordsOf(given.text))
        const { words: present } = given
        return words.every((word) => present.has(word))
      }
    }
    case 'matches': {
      const pattern = compilePattern(value)
      return pattern.ok ? ({ text }) => pattern.test(text) : () => false
    }
    case 'at-least':
      return ({ text }) => Number(text) >= Number(value)
    case 'at-most':
      return ({ text }) => Number(text) <= Number(value)
  }
}

function readsDescription(condition: Condition): boolean {
  if ('and' in condition) return condition.and.some(readsDescription)
  if ('or' in condition) return condition.or.some(readsDescription)
  if ('not' in condition) return readsDescription(condition.not)
  const { own } = partsOf(condition.field)
  return own === 'text' || own === 'description'
}

function evidenceOf(rule: Rule, read: Reader): Evidence[] {
  const texts = [`rule "${rule.name}"`, ...(reasons(rule.when, read) ?? [])]
  return texts.map((text) => ({ text, weight: null }))
}

/** The reasons for which a condition holds, or null when it does not. */
function reasons(condition: Condition, read: Reader): string[] | null {
  if ('and' in condition) {
    const parts = condition.and.map((part) => reasons(part, read))
    return parts.every((part) => part !== null) ? parts.flatMap((part) => part ?? []) : null
  }
  if ('or' in condition) {
    for (const part of condition.or) {
      const found = reasons(part, read)
      if (found) return found
    }
    return null
  }
  if ('not' in condition) return reasons(condition.not, read) ? null : [describeNot(condition.not)]
  const passed = read.values(condition.field).find(compileTest(condition))
  return passed ? [describe(condition, passed.subject)] : null
}

/** Lower case, composed, trimmed, runs of white space as one blank. */
function normalise(text: string): string {
  return text.normalize('NFC').toLowerCase().trim().replace(/\s+/g, ' ')
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? []
}

const operatorWords = {
  is: 'is',
  contains: 'contains',
  'starts-with': 'starts with',
  'matches-words': 'has the words',
  matches: 'matches the pattern',
  'at-least': 'is at least',
  'at-most': 'is at most',
} as const satisfies Record<RuleOperator, string>

/** With the ancestor that passed the test, where it was one. */
function describe(test: FieldTest, subject: RuleSubject | null): string {
  const { relation, own } = partsOf(test.field)
  const what = `${own.replace('-', ' ')} ${operatorWords[test.op]} "${test.value}"`
  if (!relation) return what
  return subject ? `${relation} ${subject.key} "${subject.title}": ${what}` : `${relation} ${what}`
}

function describeNot(condition: Condition): string {
  return 'field' in condition ? `not: ${describe(condition, null)}` : 'an excluded condition does not hold'
}
