import { type WorkType, type WorkTypeProbabilities, workTypes } from '@headroom/domain'
import { expect, test } from 'vitest'
import { decideAgain } from './decide-again.ts'
import { explainDecision } from './explain-decision.ts'
import { decide, type Ladder } from './ladder.ts'

function probabilities(given: Partial<Record<WorkType, number>>): WorkTypeProbabilities {
  return Object.fromEntries(workTypes.map((type) => [type, given[type] ?? 0])) as Record<WorkType, number>
}

const ladder: Ladder = {
  override: null,
  ruleMatch: null,
  inherited: null,
  prediction: {
    probabilities: probabilities({ defect: 0.6, enhancement: 0.3, debt: 0.1 }),
    evidence: [
      { text: 'title says "crash"', weight: 1.2 },
      { text: 'type "Story"', weight: -0.4 },
    ],
  },
  modelVersion: 'm1',
  ruleSetVersion: 4,
}
const ruleMatch = {
  rule: { id: 'r', name: 'Debt', when: { field: 'label', op: 'is', value: 'tech-debt' }, workType: 'debt' },
  evidence: [
    { text: 'rule "Debt"', weight: null },
    { text: 'label is "tech-debt"', weight: null },
  ],
} as const
const inherited = {
  workType: 'architecture',
  key: 'A-1',
  title: 'Platform',
  decidedBy: 'rule',
  rule: { id: 'p', name: 'Platform work' },
} as const
const llm = { workType: 'debt', quote: 'tidy up', version: 'tiny p1', accuracy: 0.8, counts: true } as const

const explained = (given: Partial<Ladder>, note: string | null = null) =>
  explainDecision({ ...decide({ ...ladder, ...given }), note })

test.each<[string, Partial<Ladder>, string]>([
  [
    'the model',
    {},
    'The model takes this for defect (sustaining), 60 % sure. For it speaks most: title says "crash"; against it: type "Story".',
  ],
  [
    'a rule, with its version and its reasons',
    { ruleMatch },
    'The rule "Debt" of rule set 4 makes this debt (strategic): label is "tech-debt". The model alone would say defect (sustaining), 60 % sure.',
  ],
  [
    'an ancestor, with the rule that decided about it',
    { inherited },
    'This is architecture (strategic) like A-1 "Platform" above it, which the rule "Platform work" of rule set 4 decided. The model alone would say defect (sustaining), 60 % sure.',
  ],
  [
    'an ancestor that a person decided about',
    { inherited: { ...inherited, decidedBy: 'override', rule: null } },
    'This is architecture (strategic) like A-1 "Platform" above it, which a person decided. The model alone would say defect (sustaining), 60 % sure.',
  ],
  [
    'a language model, with its quote',
    { llm, floor: 0.7 },
    'The model was not sure enough, so the language model tiny p1 was asked: it takes this for debt (strategic). The ticket says "tidy up".',
  ],
])('%s is named in plain words', (_, given, text) => {
  expect(explained(given)).toBe(text)
})

test('a person is named with what they wrote, never by name', () => {
  expect(explained({ override: { workType: 'support', note: null } }, 'asked by Acme')).toMatch(
    /^A person decided that this is support \(sustaining\): "asked by Acme"\./,
  )
})

test('what nothing decided says what the model would have guessed and what would help', () => {
  expect(explained({ floor: 0.7 })).toMatch(
    /^Nothing decided: no rule matches, and the model’s best guess, defect \(sustaining\), is only 60 % likely.*A person or a rule can decide it\.$/,
  )
})

test('deciding again from what was kept gives what deciding with the model would give', () => {
  const heard = { override: null, ruleMatch, inherited }
  const byRule = decide({ ...ladder, ...heard })

  const withoutRule = decideAgain(byRule, { ...heard, ruleMatch: null }, 5)
  const alone = decideAgain(withoutRule, { override: null, ruleMatch: null, inherited: null }, 5)

  expect(withoutRule).toEqual(decide({ ...ladder, inherited, llm: null, ruleSetVersion: 5 }))
  expect(alone).toEqual(decide({ ...ladder, llm: null, ruleSetVersion: 5 }))
})
