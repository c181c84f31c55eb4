import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measureOutcome, type OutcomeTicket, poolOutcomes } from './outcome.ts'

/** Areas whose tickets take as long as these numbers say: the same small unevenness every time, no chance. */
function company(give: (area: number, week: number) => number, areas = 12, weeks = 120): OutcomeTicket[] {
  return Array.from({ length: areas }, (_, area) =>
    Array.from({ length: weeks }, (__, week) =>
      [0.9, 1, 1.1].map((factor) => ({ area: `a${area}`, week, value: factor * give(area, week) })),
    ).flat(),
  ).flat()
}

/** Uneven over areas and weeks, as by dice. */
function uneven(area: number, week: number): number {
  return 4 * Math.exp(0.2 * Math.sin(area * 12.9898 + Math.floor(week / 5) * 78.233))
}

const investment = { areas: ['a0'], doneWeek: 80 }

describe('the outcome of an investment', () => {
  it('is realised when the touched area became much faster and the others did not', () => {
    const tickets = company((area, week) => uneven(area, week) * (area === 0 && week > 80 ? 0.4 : 1))

    const found = measureOutcome(tickets, investment, 119)
    expect(found).toMatchObject({ verdict: 'realised', obstacle: null })
    expect(found.effect?.value).toBeLessThan(-0.5)
    expect(found.effect?.high).toBeLessThan(0)
    expect(found.chance?.p).toBeLessThan(0.05)
  })

  it('is not realised when nothing changed, nor when everything changed alike', () => {
    const alike = company((area, week) => uneven(area, week) * (week > 80 ? 0.4 : 1))

    const idle = Array.from({ length: 12 }, (_, area) =>
      measureOutcome(company(uneven), { areas: [`a${area}`], doneWeek: 80 }, 119),
    )
    expect(idle.filter(({ verdict }) => verdict === 'realised')).toEqual([])
    expect(idle.filter(({ verdict }) => verdict === 'not-realised').length).toBeGreaterThan(6)
    const found = measureOutcome(alike, investment, 119)
    expect(found.verdict).not.toBe('realised')
    expect(found.rawChange).toBeLessThan(-0.5)
  })

  it('cannot be said of a change that is too small for one investment', () => {
    const tickets = company((area, week) => uneven(area, week) * (area === 0 && week > 80 ? 0.75 : 1))

    expect(measureOutcome(tickets, investment, 119).verdict).toBe('cannot-say')
  })

  it.each([
    ['too-early', investment, 90, 12],
    ['history-too-short', { areas: ['a0'], doneWeek: 15 }, 119, 12],
    ['too-few-untouched-areas', investment, 119, 8],
    ['too-few-tickets', { areas: ['nowhere'], doneWeek: 80 }, 119, 12],
  ] as const)('cannot be said when it is %s', (obstacle, what, lastWeek, areas) => {
    const tickets = company(uneven, areas)

    expect(measureOutcome(tickets, what, lastWeek)).toMatchObject({ verdict: 'cannot-say', obstacle, effect: null })
  })

  it('depends neither on the order of tickets, nor on the unit of the value, nor on where weeks are counted from', () => {
    const tickets = company((area, week) => uneven(area, week) * (area === 0 && week > 80 ? 0.5 : 1))
    const found = measureOutcome(tickets, investment, 119)
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.integer({ min: -500, max: 500 }),
        (unit, from) => {
          const other = [...tickets].reverse().map((t) => ({ ...t, week: t.week + from, value: t.value * unit }))

          const again = measureOutcome(other, { areas: ['a0'], doneWeek: 80 + from }, 119 + from)
          expect(again.verdict).toBe(found.verdict)
          expect(again.effect?.value).toBeCloseTo(found.effect?.value ?? 0, 9)
          expect(again.chance?.p).toBeCloseTo(found.chance?.p ?? 0, 2)
        },
      ),
      { numRuns: 10 },
    )
  })

  it('does not look beyond the last week', () => {
    const tickets = company(uneven)
    const later = tickets.map((t) => (t.week > 110 ? { ...t, value: 1000 } : t))

    expect(measureOutcome(later, investment, 110)).toEqual(measureOutcome(tickets, investment, 110))
  })
})

describe('a pool of investments', () => {
  const one = (value: number, p: number) => ({
    verdict: 'cannot-say' as const,
    obstacle: 'effect-too-small' as const,
    effect: { value, low: value - 0.3, high: value + 0.3 },
    chance: { p, trials: 100 },
    rawChange: value,
  })

  it('sees what none of its parts shows alone', () => {
    const found = poolOutcomes(Array.from({ length: 8 }, (_, i) => one(-0.18 - 0.01 * i, 0.15)))

    expect(found.verdict).toBe('realised')
    expect(found.p).toBeLessThan(0.01)
  })

  it('says that there was nothing only when it excludes a tenth, and nothing with fewer than eight', () => {
    const none = Array.from({ length: 9 }, (_, i) => one((i - 4) * 0.01, 0.5))
    const wide = Array.from({ length: 9 }, (_, i) => one((i - 4) * 0.15, 0.5))

    expect(poolOutcomes(none).verdict).toBe('not-realised')
    expect(poolOutcomes(wide).verdict).toBe('cannot-say')
    expect(poolOutcomes(none.slice(0, 7))).toEqual({ verdict: 'cannot-say', effect: null, p: null, investments: 7 })
  })
})
