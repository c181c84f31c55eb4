import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalQuantile } from './interval.ts'
import { type DecidedBy, deciders, measureSplit, type SplitInput, type TicketEffort } from './split.ts'
import type { Category } from './work-type.ts'

const day = 720_720

function effort(
  ticketId: string,
  days: number,
  strategic: number,
  over: Partial<TicketEffort & { decidedBy: DecidedBy; unclassified: boolean }> = {},
): TicketEffort {
  const { decidedBy = 'override', unclassified = false, ...units } = over
  return {
    ticketId,
    units: days * day,
    unitsEqual: days * day,
    unitsPoints: days * day,
    classification: {
      probabilities: { feature: (1 - strategic) * 0.75, strategic, sustaining: (1 - strategic) * 0.25 },
      unclassified,
      decidedBy,
    },
    ...units,
  }
}

function split(tickets: readonly TicketEffort[], over: Partial<SplitInput> = {}) {
  const capacityUnits = tickets.reduce((sum, t) => sum + t.units, 0)
  return measureSplit({ tickets, unitsPerDay: day, capacityUnits, target: 0.2, modelShareErrorSd: 0.04, ...over })
}

describe('a split', () => {
  it('sums probabilities, not labels, and keeps unclassified work in the denominator', () => {
    const { effortDays, strategicShare, coverage } = split([
      effort('a', 6, 0.4),
      effort('b', 2, 0.9),
      effort('c', 2, 0.3, { unclassified: true, decidedBy: 'none' }),
    ])

    // a: 2.4 strategic of 6, b: 1.8 of 2; the rest of each 3 to 1.
    expect(effortDays.strategic).toBeCloseTo(4.2, 12)
    expect(effortDays.feature).toBeCloseTo(2.85, 12)
    expect(effortDays.sustaining).toBeCloseTo(0.95, 12)
    expect(effortDays.unclassified).toBe(2)
    expect(strategicShare?.value).toBeCloseTo(0.42, 12)
    expect(coverage).toEqual({ capacityDays: 10, trackedDays: 10, share: 1 })
  })

  it('has no share and cannot say when nothing was tracked', () => {
    const result = split([], { capacityUnits: 5 * day })
    expect(result).toMatchObject({ strategicShare: null, verdict: 'cannot-say', doubt: null })
    expect(result.coverage).toEqual({ capacityDays: 5, trackedDays: 0, share: 0 })
  })

  it('shows what untracked and unclassified time could make of it as bounds, outside of the interval', () => {
    const { strategicShare, doubt } = split([effort('a', 8, 0.25), effort('b', 2, 0, { unclassified: true })], {
      capacityUnits: 16 * day,
    })
    // S = 2, unclassified = 2, untracked = 6, C = 16.
    expect(strategicShare?.bounds).toEqual([2 / 16, 10 / 16])
    expect(doubt?.untracked).toBeCloseTo(6 / 16, 12)
  })

  it('adds up label, model and method error, and puts unclassified doubt on the high end', () => {
    const { strategicShare, doubt } = split([
      effort('a', 5, 0.5, { decidedBy: 'model', unitsEqual: 7 * day, unitsPoints: 4 * day }),
      effort('b', 4, 0),
      effort('c', 1, 0.6, { unclassified: true, decidedBy: 'none' }),
    ])
    // Labels: sqrt(5^2 x 0.25) / 10. Model: 0.04 on half of the effort. Method: 3.5/12, 2.5/10, 2/9, half the range.
    const method = (3.5 / 12 - 2 / 9) / 2
    expect(doubt?.labels).toBeCloseTo(0.25, 12)
    expect(doubt?.model).toBeCloseTo(0.02, 12)
    expect(doubt?.method).toBeCloseTo(method, 12)
    expect(strategicShare?.methodRange).toEqual([2 / 9, 3.5 / 12])
    const reach = 1.6448536269514722 * Math.sqrt(0.25 ** 2 + 0.02 ** 2 + method ** 2)
    expect(strategicShare?.low).toBe(0)
    expect(strategicShare?.high).toBeCloseTo(0.25 + reach + 0.06, 12)
  })

  it('is never surer than people are of each other, even when people decided everything', () => {
    const { strategicShare } = split([effort('a', 5, 1), effort('b', 15, 0)])
    expect(strategicShare?.value).toBe(0.25)
    expect((strategicShare?.high ?? 0) - (strategicShare?.low ?? 0)).toBeCloseTo(2 * 1.645 * 0.006, 4)
  })

  it('on points or tickets knows no capacity and no coverage', () => {
    const ticket = (id: string, strategic: number) =>
      effort(id, 0, strategic, { units: 1, unitsEqual: 1, unitsPoints: 1 })
    const result = split([ticket('a', 1), ticket('b', 0), ticket('c', 0), ticket('d', 0)], {
      unitsPerDay: 1,
      capacityUnits: null,
    })
    expect(result.effortDays).toEqual({ feature: 2.25, strategic: 1, sustaining: 0.75, unclassified: 0 })
    expect(result.strategicShare).toMatchObject({ value: 0.25, bounds: [0.25, 0.25] })
    expect(result.coverage).toEqual({ capacityDays: 0, trackedDays: 4, share: null })
    expect(result.doubt?.untracked).toBeNull()
  })
})

describe('a verdict', () => {
  const certain = (share: number, over: Partial<SplitInput> = {}) =>
    split([effort('a', 100 * share, 1), effort('b', 100 * (1 - share), 0)], over).verdict

  it.each([
    [0.05, 'below'],
    [0.16, 'below'],
    [0.17, 'cannot-say'],
    [0.18, 'on-target'],
    [0.2, 'on-target'],
    [0.23, 'on-target'],
    [0.24, 'above'],
    [0.5, 'above'],
  ])('on a sure share of %d with the target 0.2 is %s', (share, verdict) => expect(certain(share)).toBe(verdict))

  it('cannot be given when the labels are too doubtful', () => {
    expect(split([effort('a', 10, 0.12, { decidedBy: 'model' }), effort('b', 1, 0)]).verdict).toBe('cannot-say')
  })

  it('is not below while unclassified work could mend it', () => {
    const unsure = effort('c', 20, 0.6, { unclassified: true, decidedBy: 'none' })
    expect(split([effort('a', 8, 1), effort('b', 72, 0), unsure]).verdict).toBe('cannot-say')
    expect(
      split([effort('a', 8, 1), effort('b', 72, 0), effort('c', 20, 0.1, { unclassified: true, decidedBy: 'none' })])
        .verdict,
    ).toBe('below')
  })

  it('with more than a quarter of capacity untracked is only what the bounds alone prove', () => {
    expect(certain(0.02, { capacityUnits: 110 * day })).toBe('below')
    expect(certain(0.02, { capacityUnits: 140 * day })).toBe('cannot-say')
    expect(certain(0.2, { capacityUnits: 140 * day })).toBe('cannot-say')
    expect(certain(0.9, { capacityUnits: 140 * day })).toBe('above')
    const doubtful = effort('a', 100, 0.6, { decidedBy: 'model' })
    expect(split([doubtful], { capacityUnits: 140 * day }).verdict).toBe('cannot-say')
  })
})

const anyEffort = fc
  .record({
    units: fc.integer({ min: 0, max: 30 * day }),
    p: fc.tuple(fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 100 })),
    decidedBy: fc.constantFrom(...deciders),
    scale: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  })
  .map(({ units, p, decidedBy, scale }) => {
    const sum = p[0] + p[1] + p[2]
    return {
      units,
      unitsEqual: units * scale[0],
      unitsPoints: units * scale[1],
      classification: {
        probabilities: { feature: p[0] / sum, strategic: p[1] / sum, sustaining: p[2] / sum },
        unclassified: decidedBy === 'none',
        decidedBy,
      },
    }
  })
const anyEfforts = fc.array(anyEffort, { maxLength: 12 }).map((all) => all.map((t, i) => ({ ...t, ticketId: `t${i}` })))
const kinds: (Category | 'unclassified')[] = ['feature', 'strategic', 'sustaining', 'unclassified']

describe('whatever was worked on', () => {
  it('the parts make up the whole, and the value lies in its interval, its bounds and its method range', () => {
    fc.assert(
      fc.property(anyEfforts, fc.nat(200 * day), (tickets, untracked) => {
        const tracked = tickets.reduce((sum, t) => sum + t.units, 0)
        const result = split(tickets, { capacityUnits: tracked + untracked })
        const parts = kinds.reduce((sum, kind) => sum + result.effortDays[kind], 0)
        expect(parts).toBeCloseTo(tracked / day, 8)
        expect(result.coverage.trackedDays).toBe(tracked / day)
        const share = result.strategicShare
        expect(share === null).toBe(tracked === 0)
        if (share === null) return
        expect(0 <= share.low && share.low <= share.value && share.value <= share.high && share.high <= 1).toBe(true)
        expect(share.methodRange[0] <= share.value && share.value <= share.methodRange[1]).toBe(true)
        const ofCapacity = (share.value * tracked) / (tracked + untracked)
        expect(share.bounds[0]).toBeCloseTo(ofCapacity, 10)
        expect(share.bounds[1]).toBeGreaterThanOrEqual(share.bounds[0])
      }),
    )
  })

  it('the order of the tickets does not matter', () => {
    const shuffled = anyEfforts.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(split(other)).toEqual(split(all))
      }),
    )
  })

  it('a query cut in two gives effort and capacity that add up to the whole', () => {
    fc.assert(
      fc.property(anyEfforts, fc.nat(12), (tickets, cut) => {
        const [a, b, both] = [split(tickets.slice(0, cut)), split(tickets.slice(cut)), split(tickets)]
        for (const kind of kinds) expect(a.effortDays[kind] + b.effortDays[kind]).toBeCloseTo(both.effortDays[kind], 8)
        expect(a.coverage.capacityDays + b.coverage.capacityDays).toBeCloseTo(both.coverage.capacityDays, 8)
      }),
    )
  })

  it("another label moves that ticket's own effort and nothing else", () => {
    fc.assert(
      fc.property(
        anyEfforts,
        anyEffort,
        fc.constantFrom<Category>('feature', 'strategic', 'sustaining'),
        (tickets, one, to) => {
          const certain = { feature: 0, strategic: 0, sustaining: 0, [to]: 1 }
          const labelled = { probabilities: certain, unclassified: false, decidedBy: 'override' as const }
          const without = split(tickets).effortDays
          const after = split([...tickets, { ...one, ticketId: 'one', classification: labelled }]).effortDays
          for (const kind of kinds)
            expect(after[kind] - without[kind]).toBeCloseTo(kind === to ? one.units / day : 0, 8)
        },
      ),
    )
  })

  it('a higher level never gives a narrower interval', () => {
    fc.assert(
      fc.property(anyEfforts, (tickets) => {
        const [narrow, wide] = [
          split(tickets, { level: 0.8 }).strategicShare,
          split(tickets, { level: 0.95 }).strategicShare,
        ]
        if (narrow === null || wide === null) return
        expect(wide.low <= narrow.low && narrow.high <= wide.high).toBe(true)
        expect(normalQuantile(0.975)).toBeGreaterThan(normalQuantile(0.9))
      }),
    )
  })
})
