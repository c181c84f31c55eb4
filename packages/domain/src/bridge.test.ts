import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BridgeEffort, type BridgeSide, bridge } from './bridge.ts'
import { movers } from './movers.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const effort = fc.record({
  personId: fc.constantFrom('ann', 'bob', 'cid', 'dee'),
  ticketId: fc.constantFrom('t1', 't2', 't3', 't4', 't5'),
  units: fc.integer({ min: 1, max: 100 }),
  strategicThen: share,
  strategicNow: share,
  relabelledBy: fc.constantFrom('person', 'rules', 'model') as fc.Arbitrary<BridgeEffort['relabelledBy']>,
})
const capacity = fc
  .tuple(fc.nat(400), fc.nat(400), fc.nat(400), fc.nat(400))
  .map(([ann, bob, cid, dee]) => new Map(Object.entries({ ann, bob, cid, dee })))
const side: fc.Arbitrary<BridgeSide> = fc.record({
  efforts: fc.array(effort, { minLength: 1, maxLength: 12 }),
  capacity,
})

function work(personId: string, units: number, strategic: number, over: Partial<BridgeEffort> = {}): BridgeEffort {
  return {
    personId,
    ticketId: `${personId}-1`,
    units,
    strategicThen: strategic,
    strategicNow: strategic,
    relabelledBy: null,
    ...over,
  }
}

function team(efforts: readonly BridgeEffort[], days: Readonly<Record<string, number>>): BridgeSide {
  return { efforts, capacity: new Map(Object.entries(days)) }
}

describe('a bridge', () => {
  it('has parts that add up to the change', () => {
    fc.assert(
      fc.property(side, side, (earlier, later) => {
        const found = bridge(earlier, later)
        if (!found) throw new Error('Both periods have effort.')

        const { before, after, realChange, relabelling, rules, coverage, people } = found
        expect(realChange + relabelling + rules + coverage + people).toBeCloseTo(after - before, 9)
      }),
    )
  })

  it('from a period to itself has no parts, and backwards has the opposite ones', () => {
    const steady = side.map(({ efforts, capacity: days }) => ({
      capacity: days,
      efforts: efforts.map((one) => ({ ...one, strategicThen: one.strategicNow, relabelledBy: null })),
    }))
    fc.assert(
      fc.property(steady, steady, (a, b) => {
        const [there, back, still] = [bridge(a, b), bridge(b, a), bridge(a, a)]
        for (const part of ['realChange', 'relabelling', 'rules', 'coverage', 'people'] as const) {
          expect(still?.[part]).toBeCloseTo(0, 12)
          expect(back?.[part]).toBeCloseTo(-(there?.[part] ?? 0), 9)
        }
      }),
    )
  })

  it('calls it work when the same people do something else', () => {
    const found = bridge(team([work('ann', 50, 0.4)], { ann: 60 }), team([work('ann', 50, 0.1)], { ann: 60 }))

    expect(found?.realChange).toBeCloseTo(-0.3, 12)
    expect(found).toMatchObject({ relabelling: 0, rules: 0, coverage: 0, people: 0 })
  })

  it('calls it people when one who works alike in both periods comes or goes', () => {
    const both = [work('ann', 50, 0), work('bob', 50, 0.4)]
    const found = bridge(team(both, { ann: 60, bob: 60 }), team([work('ann', 50, 0)], { ann: 60 }))

    expect(found?.people).toBeCloseTo(-0.2, 12)
    expect(found?.realChange).toBeCloseTo(0, 12)
    expect(found?.coverage).toBeCloseTo(0, 12)
  })

  it('calls it coverage when less of one person is tracked, though all work as before', () => {
    const found = bridge(
      team([work('ann', 50, 0), work('bob', 50, 0.4)], { ann: 60, bob: 60 }),
      team([work('ann', 50, 0), work('bob', 10, 0.4)], { ann: 60, bob: 60 }),
    )

    expect(found?.coverage).toBeCloseTo(4 / 60 - 0.2, 12)
    expect(found?.realChange).toBeCloseTo(0, 12)
    expect(found?.people).toBeCloseTo(0, 12)
  })

  it('tells what people relabelled from what rules and the model did', () => {
    const then = [
      work('ann', 50, 0, { strategicNow: 1, relabelledBy: 'person' }),
      work('bob', 50, 0.6, { strategicNow: 0.2, relabelledBy: 'rules' }),
    ]
    const now = [work('ann', 50, 1), work('bob', 50, 0.2)]
    const found = bridge(team(then, { ann: 60, bob: 60 }), team(now, { ann: 60, bob: 60 }))

    expect(found?.relabelling).toBeCloseTo(0.5, 12)
    expect(found?.rules).toBeCloseTo(-0.2, 12)
    expect(found?.realChange).toBeCloseTo(0, 12)
  })

  it('is none without effort', () => {
    expect(bridge(team([], {}), team([work('ann', 1, 1)], {}))).toBeNull()
  })
})

describe('movers', () => {
  const ticket = fc.record({
    ticketId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    units: fc.integer({ min: 1, max: 50 }),
    strategic: share,
  })
  const period = fc.uniqueArray(ticket, { selector: ({ ticketId }) => ticketId, minLength: 1 })

  it('have parts that add up to the change of the share, the largest first', () => {
    fc.assert(
      fc.property(period, period, (before, after) => {
        const found = movers(before, after)

        const of = (list: typeof before) =>
          list.reduce((sum, t) => sum + t.units * t.strategic, 0) / list.reduce((sum, t) => sum + t.units, 0)
        expect(found.reduce((sum, { change }) => sum + change, 0)).toBeCloseTo(of(after) - of(before), 9)
        found.forEach(({ change }, i) => {
          expect(Math.abs(change)).toBeLessThanOrEqual(Math.abs(found[i - 1]?.change ?? change) + 1e-15)
        })
      }),
    )
  })

  it('name a feature that takes all as what pushed the share down', () => {
    const found = movers(
      [
        { ticketId: 'rock', units: 10, strategic: 1 },
        { ticketId: 'login', units: 10, strategic: 0 },
      ],
      [{ ticketId: 'login', units: 20, strategic: 0 }],
    )

    expect(found.map(({ ticketId, change }) => [ticketId, change])).toEqual([
      ['rock', -0.375],
      ['login', -0.125],
    ])
    expect(movers([], [{ ticketId: 'login', units: 1, strategic: 0 }])).toEqual([])
  })
})
