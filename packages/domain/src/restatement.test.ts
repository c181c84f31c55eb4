import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RestatableFact, restatement } from './restatement.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const facts = fc.uniqueArray(
  fc.record({
    ticketId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    units: fc.integer({ min: 1, max: 1000 }),
    strategic: share,
    decidedBy: fc.constantFrom('override', 'rule', 'inherited', 'model', 'llm', 'none'),
  }),
  { selector: (fact) => fact.ticketId, minLength: 1 },
)
const reading = fc.record({ value: share, facts })

function fact(ticketId: string, units: number, strategic: number, over: Partial<RestatableFact> = {}): RestatableFact {
  return { ticketId, units, strategic, decidedBy: 'model', ...over }
}

describe('a restatement', () => {
  test('has parts that add up to the change, whatever happened', () => {
    fc.assert(
      fc.property(reading, reading, (then, now) => {
        const { change, parts } = restatement(then, now)
        expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBeCloseTo(change, 9)
      }),
    )
  })

  test('is nothing when nothing changed, in any part', () => {
    fc.assert(
      fc.property(reading, (then) => {
        const { change, parts } = restatement(then, { ...then, facts: then.facts.toReversed() })
        expect(change).toBe(0)
        for (const part of Object.values(parts)) expect(part).toBeCloseTo(0, 12)
      }),
    )
  })

  test('puts a changed label down to who decides now, and work that came late to effort', () => {
    const then = { value: 0.25, facts: [fact('a', 300, 0), fact('b', 100, 1)] }
    const corrected = { value: 0.5, facts: [fact('a', 300, 1 / 3, { decidedBy: 'override' }), fact('b', 100, 1)] }
    expect(restatement(then, corrected).parts).toMatchObject({ people: 0.25, rules: 0, effort: 0, audits: 0 })
    const late = { value: 0.625, facts: [...then.facts, fact('c', 400, 1)] }
    expect(restatement(then, late).parts).toMatchObject({ people: 0, model: 0, effort: 0.375, audits: 0 })
  })

  test('puts down to audits what the tickets do not explain', () => {
    const same = [fact('a', 300, 0), fact('b', 100, 1)]
    const { parts } = restatement({ value: 0.25, facts: same }, { value: 0.2, facts: same })
    expect(parts.audits).toBeCloseTo(-0.05, 12)
  })
})
