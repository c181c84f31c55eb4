import { categories, categoryOf, type WorkType, type WorkTypeProbabilities, workTypes } from '@headroom/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide, inheritFrom, type Ladder } from './ladder.ts'

function probabilities(given: Partial<Record<WorkType, number>>): WorkTypeProbabilities {
  return Object.fromEntries(workTypes.map((type) => [type, given[type] ?? 0])) as Record<WorkType, number>
}

const ladder: Ladder = {
  override: null,
  ruleMatch: null,
  inherited: null,
  prediction: {
    probabilities: probabilities({ defect: 0.6, enhancement: 0.3, debt: 0.1 }),
    evidence: [{ text: 'title says "crash"', weight: 1 }],
  },
  modelVersion: '2026.11-00000000',
  ruleSetVersion: 4,
}
const override = { workType: 'debt', note: 'paid back' } as const
const ruleMatch = {
  rule: { id: 'r', name: 'R', when: { field: 'key', op: 'is', value: 'A-1' }, workType: 'quality' },
  evidence: [{ text: 'rule "R"', weight: null }],
} as const
const inherited = {
  workType: 'architecture',
  key: 'A-1',
  title: 'Epic',
  decidedBy: 'rule',
  rule: { id: 'p', name: 'Platform' },
} as const

test.each<[string, Partial<Ladder>, string, WorkType]>([
  ['a person comes before everything', { override, ruleMatch, inherited }, 'override', 'debt'],
  ['a rule comes before inheritance', { ruleMatch, inherited }, 'rule', 'quality'],
  ['inheritance comes before the model', { inherited }, 'inherited', 'architecture'],
  ['the model decides when nobody else speaks', {}, 'model', 'defect'],
])('%s', (_, given, decidedBy, workType) => {
  const decision = decide({ ...ladder, ...given })

  expect(decision).toMatchObject({ decidedBy, workType, category: categoryOf(workType) })
})

test('all that spoke are kept as candidates, in the order of the ladder', () => {
  const { candidates } = decide({ ...ladder, override, ruleMatch, inherited })

  expect(candidates.map((c) => [c.source, c.workType, c.version])).toEqual([
    ['override', 'debt', null],
    ['rule', 'quality', '4'],
    ['inherited', 'architecture', '4'],
    ['model', 'defect', '2026.11-00000000'],
  ])
})

test('a model below the floor leaves the ticket unclassified and still gives its probabilities', () => {
  const decision = decide({ ...ladder, floor: 0.61 })

  expect(decision).toMatchObject({ category: 'unclassified', workType: null, decidedBy: 'none', confidence: 0.6 })
  expect(decision.probabilities).toMatchObject({ sustaining: 0.6, feature: 0.3, strategic: 0.1 })
})

test('candidates name the rule that spoke and the ancestor that they inherit from', () => {
  const { candidates } = decide({ ...ladder, ruleMatch, inherited })

  expect(candidates[0]).toMatchObject({ source: 'rule', rule: { id: 'r', name: 'R' } })
  expect(candidates[1]).toMatchObject({ ancestor: { key: 'A-1', title: 'Epic' }, rule: { id: 'p', name: 'Platform' } })
})

test('where somebody else decided, what the model thought is kept: without that voice the model decides as before', () => {
  const alone = decide(ladder)
  const model = decide({ ...ladder, ruleMatch }).candidates.find(({ source }) => source === 'model')
  const kept = model?.workTypeProbabilities
  const again = kept && decide({ ...ladder, prediction: { probabilities: kept, evidence: model.evidence } })

  expect(again).toEqual(alone)
})

const llm = { workType: 'debt', quote: 'paid back', version: 'm p1', accuracy: 0.8, counts: true } as const

test('a language model has a say only where the model is below the floor, and only once it counts', () => {
  const unsure = { ...ladder, floor: 0.61 }

  expect(decide({ ...ladder, llm })).toMatchObject({ decidedBy: 'model', workType: 'defect' })
  expect(decide({ ...unsure, llm: { ...llm, counts: false } })).toMatchObject({ decidedBy: 'none', workType: null })
  expect(decide({ ...unsure, llm, override: { workType: 'support', note: null } }).decidedBy).toBe('override')
  const decided = decide({ ...unsure, llm })
  expect(decided).toMatchObject({ decidedBy: 'llm', workType: 'debt', category: 'strategic', confidence: 0.8 })
  expect(decided.evidence).toEqual([{ text: 'the ticket says "paid back"', weight: null }])
})

test('a language model that does not count is kept as a candidate', () => {
  const { candidates } = decide({ ...ladder, llm: { ...llm, counts: false } })

  expect(candidates.at(-1)).toMatchObject({ source: 'llm', workType: 'debt', version: 'm p1' })
})

test('the floor does not bind people', () => {
  expect(decide({ ...ladder, override, floor: 1 }).category).toBe('strategic')
})

test('a decision of a person leaves the model 2 %, shared out in its own proportions', () => {
  const { workTypeProbabilities: p } = decide({ ...ladder, override })

  expect(p.debt).toBeCloseTo(0.98, 12)
  expect(p.defect).toBeCloseTo((0.02 * 0.6) / 0.9, 12)
  expect(p.enhancement).toBeCloseTo((0.02 * 0.3) / 0.9, 12)
})

test('the work type of the model is the most probable one inside its category', () => {
  const split = probabilities({ 'new-capability': 0.4, debt: 0.3, quality: 0.3 })

  expect(decide({ ...ladder, prediction: { probabilities: split, evidence: [] } })).toMatchObject({
    category: 'strategic',
    workType: 'debt',
  })
})

test('only what a person or a rule decided about an ancestor is handed down, the nearest first', () => {
  const rule = { id: 't', name: 'Tools' }
  const chain = [
    { key: 'A-3', title: 'Parent', decidedBy: 'model', workType: 'defect', rule: null },
    { key: 'A-2', title: 'Grandparent', decidedBy: 'rule', workType: 'tooling', rule },
    { key: 'A-1', title: 'Top', decidedBy: 'override', workType: 'debt', rule: null },
  ] as const

  expect(inheritFrom(chain)).toEqual({ key: 'A-2', title: 'Grandparent', decidedBy: 'rule', workType: 'tooling', rule })
  expect(inheritFrom(chain.slice(0, 1))).toBeNull()
})

test('whoever decides, probabilities sum to 1 and the decided category is the most probable', () => {
  const weights = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 })
  const chosen = fc.option(fc.constantFrom(...workTypes))
  fc.assert(
    fc.property(weights, chosen, (parts, workType) => {
      const total = parts.reduce((a, b) => a + b, 0)
      const given = Object.fromEntries(workTypes.map((type, i) => [type, (parts[i] ?? 0) / total]))
      const prediction = { probabilities: given as Record<WorkType, number>, evidence: [] }
      const decision = decide({ ...ladder, prediction, override: workType ? { workType, note: null } : null })

      const sum = categories.reduce((s, category) => s + decision.probabilities[category], 0)
      expect(sum).toBeCloseTo(1, 9)
      if (decision.category === 'unclassified') return
      expect(decision.probabilities[decision.category]).toBe(Math.max(...Object.values(decision.probabilities)))
    }),
  )
})
