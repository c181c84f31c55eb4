import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DayClaim, type DayShare, shareDay } from './share-day.ts'

const day = 720_720
const length = { secondsPerDay: 8 * 3600, unitsPerDay: day }

function claim(ticketId: string, weight: number, over: Partial<DayClaim> = {}): DayClaim {
  return { ticketId, groupId: ticketId, weight, loggedSeconds: 0, ...over }
}

function units(shares: readonly DayShare[]): Record<string, number> {
  return Object.fromEntries(shares.map((share) => [share.ticketId, share.units]))
}

describe('a day', () => {
  it('goes by weight', () => {
    expect(units(shareDay(day, [claim('a', 3_000_000), claim('b', 1_000_000)], length))).toEqual({
      a: 540_540,
      b: 180_180,
    })
  })

  it('goes to logged time first, and what is left by weight, the logged ticket included', () => {
    const claims = [claim('a', 1, { loggedSeconds: 4 * 3600 }), claim('b', 1)]
    expect(units(shareDay(day, claims, length))).toEqual({ a: 540_540, b: 180_180 })
  })

  it('is shared by logged time alone when more was logged than it holds', () => {
    const claims = [
      claim('a', 0, { loggedSeconds: 12 * 3600 }),
      claim('b', 5, { loggedSeconds: 4 * 3600 }),
      claim('c', 5),
    ]
    expect(units(shareDay(day, claims, length))).toEqual({ a: 540_540, b: 180_180 })
  })

  it('stays partly untracked when something was logged and nothing was active', () => {
    expect(units(shareDay(day, [claim('a', 0, { loggedSeconds: 3600 })], length))).toEqual({ a: 90_090 })
  })

  it('gives a parent with its sub-tasks what one ticket would get', () => {
    const claims = [claim('a', 2), claim('p', 1), claim('s1', 2, { groupId: 'p' }), claim('s2', 1, { groupId: 'p' })]
    expect(units(shareDay(day, claims, length))).toEqual({ a: 360_360, p: 90_090, s1: 180_180, s2: 90_090 })
  })

  it('gives the odd unit to the largest remainder, then to the first id', () => {
    expect(units(shareDay(10, [claim('b', 1), claim('a', 1), claim('c', 1)], length))).toEqual({ a: 4, b: 3, c: 3 })
    expect(units(shareDay(10, [claim('a', 1), claim('b', 5)], length))).toEqual({ a: 2, b: 8 })
  })

  it('of nobody goes nowhere', () => {
    expect(shareDay(0, [claim('a', 1, { loggedSeconds: 3600 })], length)).toEqual([])
    expect(shareDay(day, [], length)).toEqual([])
  })
})

const capacity = fc.integer({ min: 0, max: day })
const weight = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 30_000_000 }),
  fc.constantFrom(300_000, 1_000_000, 3_000_000),
)
const claims = fc
  .array(fc.record({ weight, group: fc.nat(9), loggedSeconds: fc.oneof(fc.constant(0), fc.nat(40_000)) }), {
    maxLength: 10,
  })
  .map((all) =>
    all.map(({ weight, group, loggedSeconds }, i) => ({
      ticketId: `t${i}`,
      groupId: `t${group}`,
      weight,
      loggedSeconds,
    })),
  )

describe('whatever claims a day', () => {
  it('it is given away exactly once, and whole as soon as one ticket has a weight', () => {
    fc.assert(
      fc.property(capacity, claims, (cap, all) => {
        const shares = shareDay(cap, all, length)
        const total = shares.reduce((sum, share) => sum + share.units, 0)
        expect(total).toBeLessThanOrEqual(cap)
        if (all.some((c) => c.weight > 0)) expect(total).toBe(cap)
        for (const share of shares) expect(Number.isSafeInteger(share.units) && share.units > 0).toBe(true)
      }),
    )
  })

  it('the order of the claims does not matter', () => {
    fc.assert(
      fc.property(
        capacity,
        claims.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        (cap, [all, shuffled]) => {
          expect(shareDay(cap, shuffled, length)).toEqual(shareDay(cap, all, length))
        },
      ),
    )
  })

  it('every part is within a unit of the exact fraction of its group, and every group within a unit of its own', () => {
    fc.assert(
      fc.property(capacity, claims, (cap, all) => {
        const unlogged = all.map((c) => ({ ...c, loggedSeconds: 0 })).filter((c) => c.weight > 0)
        const got = units(shareDay(cap, unlogged, length))
        const groups = [...new Set(unlogged.map((c) => c.groupId))].map((id) =>
          unlogged.filter((c) => c.groupId === id),
        )
        const heaviest = groups.map((members) => BigInt(Math.max(...members.map((c) => c.weight))))
        const sum = heaviest.reduce((a, b) => a + b, 0n)
        groups.forEach((members, g) => {
          const groupUnits = BigInt(members.reduce((total, c) => total + (got[c.ticketId] ?? 0), 0))
          const inside = members.reduce((total, c) => total + BigInt(c.weight), 0n)
          expectWithinOne(groupUnits * sum, BigInt(cap) * (heaviest[g] ?? 0n), sum)
          for (const c of members)
            expectWithinOne(BigInt(got[c.ticketId] ?? 0) * inside, groupUnits * BigInt(c.weight), inside)
        })
      }),
    )
  })

  it('a heavier claim never gets less than before', () => {
    fc.assert(
      fc.property(capacity, claims, fc.nat(9), fc.integer({ min: 1, max: 3_000_000 }), (cap, all, which, more) => {
        const id = `t${which}`
        const heavier = all.map((c) => (c.ticketId === id ? { ...c, weight: c.weight + more } : c))
        const before = units(shareDay(cap, all, length))[id] ?? 0
        const after = units(shareDay(cap, heavier, length))[id] ?? 0
        // Rounding moves single units between the members of a group.
        expect(after).toBeGreaterThanOrEqual(before - 2)
      }),
    )
  })
})

/** |a - b| < one, with both sides multiplied by `one`. */
function expectWithinOne(a: bigint, b: bigint, one: bigint): void {
  const distance = a > b ? a - b : b - a
  expect(distance < one).toBe(true)
}
