import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AuditCandidate, drawAudit } from './audit.ts'

const candidate = fc.record({
  units: fc.double({ min: 0, max: 50, noNaN: true }),
  p: fc.double({ min: 0, max: 1, noNaN: true }),
  permanentNumber: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
})
const candidates = fc.array(candidate, { maxLength: 60 }).map((list) =>
  list.map(
    ({ p, ...rest }, i): AuditCandidate => ({
      ...rest,
      ticketId: `t${String(i).padStart(3, '0')}`,
      probabilities: { feature: (1 - p) * 0.6, strategic: p, sustaining: (1 - p) * 0.4 },
    }),
  ),
)
const size = fc.integer({ min: 1, max: 40 })

/** Uniform numbers that need no chance: multiples of the golden ratio. */
function golden(i: number): number {
  return ((i + 1) * 0.6180339887498949) % 1
}

function town(round: number): AuditCandidate[] {
  return Array.from({ length: 50 }, (_, i) => {
    const p = [0.02, 0.1, 0.3, 0.5, 0.9][i % 5] ?? 0
    return {
      ticketId: `t${String(i).padStart(2, '0')}`,
      units: 1 + (i % 7),
      probabilities: { feature: 1 - p, strategic: p, sustaining: 0 },
      permanentNumber: golden(round * 53 + i * 7) || 0.5,
    }
  })
}

describe('an audit', () => {
  it('draws as many tickets with effort as it is asked for, or all, each with a chance above 0 and at most 1', () => {
    fc.assert(
      fc.property(candidates, size, (list, n) => {
        const drawn = drawAudit(list, { size: n })

        const units = new Map(list.map((one) => [one.ticketId, one.units]))
        expect(drawn).toHaveLength(Math.min(n, list.filter((one) => one.units > 0).length))
        expect(new Set(drawn.map(({ ticketId }) => ticketId)).size).toBe(drawn.length)
        for (const { ticketId, inclusionProbability } of drawn) {
          expect(units.get(ticketId)).toBeGreaterThan(0)
          expect(inclusionProbability).toBeGreaterThan(0)
          expect(inclusionProbability).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('draws the same again, whatever the order of the candidates', () => {
    fc.assert(
      fc.property(candidates, size, (list, n) => {
        expect(drawAudit([...list].reverse(), { size: n })).toEqual(drawAudit(list, { size: n }))
      }),
    )
  })

  it('keeps nearly all of a smaller draw in a larger one', () => {
    const kept = Array.from({ length: 40 }, (_, round) => {
      const list = town(round)
      const larger = new Set(drawAudit(list, { size: 24 }).map(({ ticketId }) => ticketId))
      const smaller = drawAudit(list, { size: 12 })
      return smaller.filter(({ ticketId }) => larger.has(ticketId)).length / smaller.length
    })

    expect(kept.reduce((sum, one) => sum + one, 0) / kept.length).toBeGreaterThan(0.93)
  })

  it('draws each ticket as often as its chance says, so that 1/chance adds up to the population', () => {
    const rounds = 2000
    let population = 0
    let effort = 0
    for (let round = 0; round < rounds; round++) {
      const list = town(round)
      const units = new Map(list.map((one) => [one.ticketId, one.units]))
      for (const { ticketId, inclusionProbability } of drawAudit(list, { size: 15 })) {
        population += 1 / inclusionProbability / rounds
        effort += (units.get(ticketId) ?? 0) / inclusionProbability / rounds
      }
    }

    const all = town(0).reduce((sum, { units }) => sum + units, 0)
    expect(population / 50).toBeGreaterThan(0.96)
    expect(population / 50).toBeLessThan(1.04)
    expect(effort / all).toBeGreaterThan(0.97)
    expect(effort / all).toBeLessThan(1.03)
  })

  it('prefers large and doubtful tickets, and is certain of one that outweighs its part', () => {
    const one = (ticketId: string, units: number, p: number): AuditCandidate => ({
      ticketId,
      units,
      probabilities: { feature: 1 - p, strategic: p, sustaining: 0 },
      permanentNumber: 0.9,
    })
    const list = [one('giant', 1000, 0.5), ...Array.from({ length: 20 }, (_, i) => one(`small-${i}`, 1, 0.1))]

    const drawn = drawAudit(list, { size: 5 })

    expect(drawn.find(({ ticketId }) => ticketId === 'giant')).toEqual({
      ticketId: 'giant',
      stratum: 'certain',
      inclusionProbability: 1,
    })
  })
})
