import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRuleSet } from './check-rule-set.ts'
import type { RuleSubject, RuleTicket } from './rule-fields.ts'
import { type Condition, compileRules, type RuleSet } from './rules.ts'

const subject: RuleSubject = {
  key: 'SHOP-12',
  type: 'Story',
  isEpic: false,
  title: 'Split the billing module',
  description: 'It  knows too much.',
  labels: ['Tech-Debt', 'q3'],
  components: ['Billing'],
  project: 'SHOP',
  projectName: 'Web shop',
  trackerTeam: null,
  trackerTeamName: null,
  sprints: ['Sprint 4'],
  status: 'In Review',
  statusCategory: 'in-progress',
  priority: 'High',
  estimate: 5,
  reporterKind: 'human',
  assigneeKind: 'bot',
}
const epic: RuleSubject = { ...subject, key: 'SHOP-1', isEpic: true, title: 'Modular shop', labels: ['platform'] }
const task: RuleSubject = { ...subject, key: 'SHOP-5', title: 'Billing', labels: [] }
const ticket: RuleTicket = { ticket: subject, ancestors: [task, epic] }

function ruleSet(when: Condition): RuleSet {
  return { version: 3, rules: [{ id: 'r1', name: 'Debt', when, workType: 'debt' }] }
}

test.each<[string, Condition, boolean]>([
  ['a label is compared whole and without case', { field: 'label', op: 'is', value: 'tech-debt' }, true],
  ['a part of a label is not the label', { field: 'label', op: 'is', value: 'tech' }, false],
  ['contains finds a part', { field: 'title', op: 'contains', value: 'BILLING mod' }, true],
  ['white space counts as one blank', { field: 'text', op: 'contains', value: 'it knows' }, true],
  ['starts-with looks at the start only', { field: 'key', op: 'starts-with', value: 'shop-' }, true],
  ['words may stand in any order', { field: 'text', op: 'matches-words', value: 'module split' }, true],
  ['words are whole words', { field: 'text', op: 'matches-words', value: 'mod' }, false],
  ['the epic is the nearest ancestor that is one', { field: 'epic-label', op: 'is', value: 'platform' }, true],
  ['the parent is the nearest ancestor', { field: 'parent-title', op: 'is', value: 'billing' }, true],
  ['a field without a value passes nothing', { field: 'team', op: 'contains', value: 'a' }, false],
  [
    'and needs all',
    {
      and: [
        { field: 'type', op: 'is', value: 'story' },
        { field: 'type', op: 'is', value: 'bug' },
      ],
    },
    false,
  ],
  [
    'or needs one',
    {
      or: [
        { field: 'type', op: 'is', value: 'bug' },
        { field: 'priority', op: 'is', value: 'high' },
      ],
    },
    true,
  ],
  ['not turns around', { not: { field: 'component', op: 'is', value: 'Search' } }, true],
  ['a project is known by its name too', { field: 'project', op: 'is', value: 'web shop' }, true],
  ['a status is the tracker’s own', { field: 'status', op: 'is', value: 'in review' }, true],
  ['a status category is ours', { field: 'status-category', op: 'is', value: 'in-progress' }, true],
  ['an estimate is compared as a number', { field: 'estimate', op: 'at-least', value: '4.5' }, true],
  ['an estimate above the bound does not pass', { field: 'estimate', op: 'at-most', value: '3' }, false],
  ['of people their kind is seen', { field: 'assignee-kind', op: 'is', value: 'bot' }, true],
  ['any ancestor may have the label', { field: 'ancestor-label', op: 'is', value: 'platform' }, true],
  ['the parent has not the label of the epic', { field: 'parent-label', op: 'is', value: 'platform' }, false],
  ['a pattern is looked for anywhere', { field: 'title', op: 'matches', value: 'split (the|a) \\w+' }, true],
  ['a pattern tied to the ends matches the whole', { field: 'title', op: 'matches', value: '^billing$' }, false],
  ['elsewhere what looks like a pattern is plain text', { field: 'title', op: 'contains', value: '.*' }, false],
])('%s', (_, when, matches) => {
  expect(compileRules(ruleSet(when)).first(ticket) !== null).toBe(matches)
})

test('the first rule that matches decides and says why', () => {
  const rules: RuleSet = {
    version: 1,
    rules: [
      { id: 'a', name: 'Bugs', when: { field: 'type', op: 'is', value: 'Bug' }, workType: 'defect' },
      { id: 'b', name: 'Debt label', when: { field: 'label', op: 'is', value: 'tech-debt' }, workType: 'debt' },
      { id: 'c', name: 'Shop', when: { field: 'project', op: 'is', value: 'SHOP' }, workType: 'enhancement' },
    ],
  }

  const match = compileRules(rules).first(ticket)

  expect(match?.rule.id).toBe('b')
  expect(match?.evidence.map((e) => e.text)).toEqual(['rule "Debt label"', 'label is "tech-debt"'])
})

test('a reason names the ancestor that passed', () => {
  const rules = ruleSet({ field: 'ancestor-label', op: 'is', value: 'platform' })

  const match = compileRules(rules).first(ticket)

  expect(match?.evidence.map((e) => e.text)).toEqual([
    'rule "Debt"',
    'ancestor SHOP-1 "Modular shop": label is "platform"',
  ])
})

test('all rules that match are found, also those that an earlier one hides', () => {
  const rule = (id: string, value: string) =>
    ({ id, name: id, when: { field: 'label', op: 'is', value }, workType: 'debt' }) as const
  const rules = { version: 1, rules: [rule('a', 'tech-debt'), rule('b', 'none'), rule('c', 'q3')] }

  expect(
    compileRules(rules)
      .all(ticket)
      .map(({ id }) => id),
  ).toEqual(['a', 'c'])
})

test('descriptions are read only for rules that look at them', () => {
  const reads = (when: Condition) => compileRules(ruleSet(when)).readsDescriptions

  expect(reads({ not: { and: [{ field: 'epic-text', op: 'contains', value: 'x' }] } })).toBe(true)
  expect(reads({ field: 'ancestor-title', op: 'contains', value: 'x' })).toBe(false)
})

test.each<[string, object, string]>([
  ['a pattern', { field: 'title', op: 'matches', value: 'ab(c' }, '"value" is not a pattern, at its character 3: "("'],
  ['a lookahead', { field: 'title', op: 'matches', value: '(?=a)' }, 'character 1: lookaround'],
  ['a number', { field: 'estimate', op: 'at-least', value: 'big' }, '"value" must be a number'],
  ['a bound on text', { field: 'title', op: 'at-most', value: '3' }, 'works on estimates only'],
])('%s that can not be used is refused with its place', (_, when, problem) => {
  const check = checkRuleSet({ version: 0, rules: [{ id: 'a', name: 'A', when, workType: 'debt' }] })

  expect(check.ok ? '' : check.problems[0]).toContain('Rule 1, "when": ')
  expect(check.ok ? '' : check.problems[0]).toContain(problem)
})

test('every problem of a rule set is named with its place', () => {
  const check = checkRuleSet({
    version: 1,
    rules: [
      { id: 'a', name: 'A', when: { field: 'labels', op: 'is', value: 'x' }, workType: 'debt' },
      { id: 'a', name: '', when: { and: [] }, workType: 'fun' },
      { id: 'c', name: 'C', when: { field: 'title', op: 'matches-words', value: '--' }, workType: 'debt', regex: 'a' },
    ],
  })

  expect(check.ok).toBe(false)
  const text = check.ok ? '' : check.problems.join('\n')
  expect(text).toContain('Rule 1, "when": "field" must be one of key, type')
  expect(text).toContain('Rule 2: "name" must be a text')
  expect(text).toContain('Rule 2: "workType" must be one of')
  expect(text).toContain('Rule 2: the id "a" is used twice.')
  expect(text).toContain('Rule 2, "when": "and" must be a list of 1 to 50 conditions.')
  expect(text).toContain('Rule 3 has the unknown key "regex"')
  expect(text).toContain('needs at least one word')
})

test('a rule set that passed the check is the one that was sent', () => {
  const sent = ruleSet({
    or: [{ not: { field: 'label', op: 'is', value: 'x' } }, { field: 'key', op: 'is', value: 'A-1' }],
  })

  expect(checkRuleSet(JSON.parse(JSON.stringify(sent)))).toEqual({ ok: true, ruleSet: sent })
})

test('whatever is sent as a rule set is answered with a rule set or with problems', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const check = checkRuleSet(value)
      expect(check.ok || check.problems.length > 0).toBe(true)
    }),
  )
})

test('conditions nested without end are refused', () => {
  let when: unknown = { field: 'key', op: 'is', value: 'x' }
  for (let i = 0; i < 5000; i++) when = { not: when }

  const check = checkRuleSet({ version: 1, rules: [{ id: 'a', name: 'A', when, workType: 'debt' }] })

  expect(check.ok).toBe(false)
})
