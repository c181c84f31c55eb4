import { checkRuleSet, type RuleSet } from '@headroom/classification'
import type { FieldProblem } from '../problem.ts'
import { ProblemError } from '../problem.ts'

/** The rules that somebody sent, with ids; throws a problem that names every place that is wrong. */
export function checkedRules(sent: readonly unknown[]): RuleSet {
  const checked = checkRuleSet({ version: 0, rules: withIds(sent) })
  if (checked.ok) return checked.ruleSet
  const errors = checked.problems.map((message): FieldProblem => ({ field: fieldOf(message), message }))
  const shown = checked.problems.slice(0, 3).join(' ')
  const more = checked.problems.length > 3 ? ` And ${checked.problems.length - 3} more.` : ''
  throw new ProblemError('invalid-request', `${shown}${more}`, { errors })
}

/** Rules from the store, which were checked when they came in. */
export function storedRules({ version, rules }: { readonly version: number; readonly rules: unknown }): RuleSet {
  const checked = checkRuleSet({ version, rules })
  if (!checked.ok) throw new Error(`The stored rule set ${version} is broken: ${checked.problems.join('; ')}`)
  return checked.ruleSet
}

function fieldOf(problem: string): string {
  const [, number] = /^Rule (\d+)/.exec(problem) ?? []
  return number ? `rules.${Number(number) - 1}` : 'rules'
}

/** An id is for machines: who writes a rule by hand may leave it out. */
function withIds(rules: readonly unknown[]): unknown[] {
  const taken = new Set(rules.flatMap((rule) => (isRecord(rule) && typeof rule.id === 'string' ? [rule.id] : [])))
  return rules.map((rule) => {
    if (!isRecord(rule) || rule.id !== undefined) return rule
    const base = slug(typeof rule.name === 'string' ? rule.name : '')
    let id = base
    for (let i = 2; taken.has(id); i++) id = `${base}-${i}`
    taken.add(id)
    return { id, ...rule }
  })
}

function slug(name: string): string {
  const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.join('-').slice(0, 60) || 'rule'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
