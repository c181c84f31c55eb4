import { workTypes } from '@headroom/domain'
import { ownFields, partsOf, relations, ruleFields } from './rule-fields.ts'
import { type Condition, type FieldTest, type Rule, type RuleSet, ruleOperators } from './rules.ts'
import { compilePattern } from './safe-pattern.ts'

/** A rule set that can be used, or everything that is wrong with it, in words for the person who wrote it. */
export type RuleSetCheck =
  | { readonly ok: true; readonly ruleSet: RuleSet }
  | { readonly ok: false; readonly problems: readonly string[] }

const rulesMax = 500
const depthMax = 8
const partsMax = 50
const textMax = 500

/** Checks what somebody sent as a rule set. Names every problem, not just the first; unknown keys are problems too. */
export function checkRuleSet(value: unknown): RuleSetCheck {
  const problems: string[] = []
  const ruleSet = readRuleSet(value, problems)
  if (ruleSet && problems.length === 0) return { ok: true, ruleSet }
  return { ok: false, problems: problems.slice(0, 50) }
}

function readRuleSet(value: unknown, problems: string[]): RuleSet | null {
  if (!isObject(value)) return complain(problems, 'The rule set must be an object with "version" and "rules".')
  refuseOtherKeys(value, ['version', 'rules'], 'The rule set', problems)
  const { version, rules } = value
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    return complain(problems, 'The rule set\'s "version" must be a whole number, 0 or more.')
  }
  if (!Array.isArray(rules)) return complain(problems, 'The rule set\'s "rules" must be a list.')
  if (rules.length > rulesMax)
    return complain(problems, `A rule set has at most ${rulesMax} rules; this has ${rules.length}.`)
  const ids = new Set<string>()
  const read = rules.map((rule: unknown, i) => readRule(rule, i + 1, ids, problems))
  return { version, rules: read.filter((rule) => rule !== null) }
}

function readRule(value: unknown, number: number, ids: Set<string>, problems: string[]): Rule | null {
  const where = `Rule ${number}`
  if (!isObject(value))
    return complain(problems, `${where} must be an object with "id", "name", "when" and "workType".`)
  refuseOtherKeys(value, ['id', 'name', 'when', 'workType'], where, problems)
  const id = readText(value.id, `${where}: "id"`, problems)
  const name = readText(value.name, `${where}: "name"`, problems)
  const workType = workTypes.find((type) => type === value.workType)
  if (!workType) complain(problems, `${where}: "workType" must be one of ${workTypes.join(', ')}.`)
  if (id !== null && ids.has(id)) complain(problems, `${where}: the id "${id}" is used twice.`)
  if (id !== null) ids.add(id)
  const when = readCondition(value.when, `${where}, "when"`, 1, problems)
  return id !== null && name !== null && when && workType ? { id, name, when, workType } : null
}

function readCondition(value: unknown, where: string, depth: number, problems: string[]): Condition | null {
  if (!isObject(value)) {
    return complain(
      problems,
      `${where} must be a test {"field","op","value"}, or {"and":[...]}, {"or":[...]}, {"not":...}.`,
    )
  }
  if (depth > depthMax) return complain(problems, `${where} is nested more than ${depthMax} deep.`)
  if ('and' in value) {
    const parts = readParts(value, 'and', where, depth, problems)
    return parts && { and: parts }
  }
  if ('or' in value) {
    const parts = readParts(value, 'or', where, depth, problems)
    return parts && { or: parts }
  }
  if ('not' in value) {
    refuseOtherKeys(value, ['not'], where, problems)
    const not = readCondition(value.not, `${where}, "not"`, depth + 1, problems)
    return not && { not }
  }
  return readTest(value, where, problems)
}

function readParts(value: Fields, key: 'and' | 'or', where: string, depth: number, problems: string[]) {
  refuseOtherKeys(value, [key], where, problems)
  const parts = value[key]
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > partsMax) {
    return complain(problems, `${where}: "${key}" must be a list of 1 to ${partsMax} conditions.`)
  }
  const read = parts.map((part: unknown, i) => readCondition(part, `${where}, "${key}" ${i + 1}`, depth + 1, problems))
  return read.filter((part) => part !== null)
}

function readTest(value: Fields, where: string, problems: string[]): Condition | null {
  refuseOtherKeys(value, ['field', 'op', 'value'], where, problems)
  const field = ruleFields.find((name) => name === value.field)
  const op = ruleOperators.find((name) => name === value.op)
  if (!field) {
    const before = relations.map((relation) => `${relation}-`).join(', ')
    complain(problems, `${where}: "field" must be one of ${ownFields.join(', ')}, or one of them after ${before}.`)
  }
  if (!op) complain(problems, `${where}: "op" must be one of ${ruleOperators.join(', ')}.`)
  const text = readText(value.value, `${where}: "value"`, problems)
  if (!field || !op || text === null) return null
  const test = { field, op, value: text }
  const problem = problemOfValue(test)
  return problem === null ? test : complain(problems, `${where}: ${problem}`)
}

/** What is wrong with a value for its operator and field, or null. */
function problemOfValue({ field, op, value }: FieldTest): string | null {
  switch (op) {
    case 'matches-words':
      return /[\p{L}\p{N}]/u.test(value) ? null : '"value" needs at least one word for "matches-words".'
    case 'matches': {
      const pattern = compilePattern(value)
      return pattern.ok ? null : `"value" is not a pattern, at its character ${pattern.at}: ${pattern.problem}.`
    }
    case 'at-least':
    case 'at-most':
      if (partsOf(field).own !== 'estimate') return `"op" ${op} works on estimates only.`
      return /^-?\d+(\.\d+)?$/.test(value.trim()) ? null : `"value" must be a number like "5" for "${op}".`
    default:
      return null
  }
}

function readText(value: unknown, what: string, problems: string[]): string | null {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= textMax) return value
  return complain(problems, `${what} must be a text of 1 to ${textMax} characters.`)
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuseOtherKeys(value: Fields, known: readonly string[], where: string, problems: string[]): void {
  const others = Object.keys(value).filter((key) => !known.includes(key))
  if (others.length > 0) problems.push(`${where} has the unknown key "${others[0]}"; known are ${known.join(', ')}.`)
}

function complain(problems: string[], problem: string): null {
  problems.push(problem)
  return null
}
