import { workTypes } from '@headroom/domain'
import { expect, test } from 'vitest'
import { checkRuleSet } from './check-rule-set.ts'
import { type FieldUsage, suggestRules } from './suggest-rules.ts'

const usage = (field: FieldUsage['field'], value: string, byWorkType: FieldUsage['byWorkType'], title = value) => ({
  field,
  value,
  title,
  tickets: Object.values(byWorkType).reduce((sum, n) => sum + n, 0),
  byWorkType,
})

test.each<[string, FieldUsage, string | null]>([
  ['a label named debt', usage('label', 'tech-debt', { debt: 6, quality: 2, defect: 2 }), 'debt'],
  ['the type Bug', usage('type', 'Bug', { defect: 9, enhancement: 1 }), 'defect'],
  ['a component of infrastructure', usage('component', 'infra', { tooling: 8, operations: 2 }), 'tooling'],
  ['an epic by its title', usage('epic-key', 'A-1', { architecture: 9, defect: 1 }, 'Platform 2.0'), 'architecture'],
  ['a name that is not a whole word says nothing', usage('label', 'debtors', { enhancement: 3, defect: 3 }), null],
  ['too few tickets', usage('label', 'tech-debt', { debt: 4 }), null],
  ['a name that the model contradicts', usage('label', 'security', { 'new-capability': 18, security: 2 }), null],
  ['no telling name, but the model is of one mind', usage('label', 'q-wing', { quality: 15, debt: 5 }), 'quality'],
  ['no telling name, and the model is not', usage('label', 'q3', { quality: 10, defect: 10 }), null],
  ['the name of every object', usage('label', 'constructor', { quality: 10, defect: 10 }), null],
])('%s', (_, given, workType) => {
  expect(suggestRules([given], [])[0]?.rule.workType ?? null).toBe(workType)
})

test('a suggestion says how many tickets it is about and how far the model agrees, and is a rule as it stands', () => {
  const [suggestion] = suggestRules([usage('label', 'Tech_Debt', { debt: 7, quality: 1, defect: 2 })], [])

  expect(suggestion).toMatchObject({ tickets: 10, agreement: 0.8, from: 'name' })
  expect(suggestion?.reason).toBe(
    '10 tickets have the label "Tech_Debt", whose name says debt; the model puts 80 % of them into strategic by their text.',
  )
  expect(checkRuleSet({ version: 0, rules: [suggestion?.rule] }).ok).toBe(true)
})

test('what a rule looks at already is not suggested again, in whatever case and depth', () => {
  const when = { or: [{ not: { field: 'label', op: 'is', value: 'TECH-DEBT' } }] } as const
  const existing = [{ id: 'a', name: 'A', when, workType: 'debt' }] as const

  expect(suggestRules([usage('label', 'tech-debt', { debt: 10 })], existing)).toEqual([])
})

test('the most useful come first', () => {
  const values = ['spike', 'docs', 'flaky']
  const usages = values.map((value, i) => usage('label', value, Object.fromEntries(workTypes.map((t) => [t, i + 1]))))

  const suggested = suggestRules(usages, []).map(({ tickets, agreement }) => tickets * agreement)

  expect(suggested).toEqual(suggested.toSorted((a, b) => b - a))
})
