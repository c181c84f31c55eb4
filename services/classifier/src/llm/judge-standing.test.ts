import type { WorkType } from '@headroom/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accuracyOf, auditedMin, type ComparedTicket, judgeStanding } from './judge-standing.ts'

const tickets = (count: number, llm: WorkType, model: WorkType): ComparedTicket[] =>
  Array.from({ length: count }, () => ({ truth: 'debt', llm, model }))

test.each<[string, ComparedTicket[], boolean]>([
  ['nothing was audited', [], false],
  ['too few were audited, all won', tickets(auditedMin - 1, 'debt', 'defect'), false],
  ['five of twenty won, none lost', [...tickets(5, 'debt', 'defect'), ...tickets(15, 'debt', 'debt')], true],
  [
    'four of twenty won, none lost: chance does that in 6 %',
    [...tickets(4, 'debt', 'defect'), ...tickets(16, 'debt', 'debt')],
    false,
  ],
  ['as many won as lost', [...tickets(15, 'debt', 'defect'), ...tickets(15, 'defect', 'debt')], false],
  ['both always wrong', tickets(50, 'defect', 'support'), false],
  ['the other type of the right category is right', tickets(20, 'quality', 'defect'), true],
])('%s', (_, compared, counts) => {
  expect(judgeStanding(compared).counts).toBe(counts)
})

test('one that is no better than the model never counts', () => {
  const ticket = fc.record({
    truth: fc.constant<WorkType>('debt'),
    llm: fc.constantFrom<WorkType>('debt', 'defect'),
    model: fc.constantFrom<WorkType>('debt', 'defect'),
  })
  fc.assert(
    fc.property(fc.array(ticket, { maxLength: 80 }), (compared) => {
      const standing = judgeStanding(compared)
      if (standing.llmRight <= standing.modelRight) expect(standing.counts).toBe(false)
    }),
  )
})

test('a coin against a coin counts in at most about 5 % of audits', () => {
  let seed = 7
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  let counted = 0
  for (let i = 0; i < 2000; i++) {
    const toss = (): WorkType => (random() < 0.5 ? 'debt' : 'defect')
    const compared = Array.from({ length: 40 }, (): ComparedTicket => ({ truth: 'debt', llm: toss(), model: toss() }))
    if (judgeStanding(compared).counts) counted++
  }
  expect(counted / 2000).toBeLessThan(0.06)
})

test('how often it is right is one half before anything is known', () => {
  expect(accuracyOf({ audited: 0, llmRight: 0 })).toBe(0.5)
  expect(accuracyOf({ audited: 48, llmRight: 39 })).toBe(0.8)
})
