import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DataFindingKind, findDataProblems, type QualityTotals, type TicketForQuality } from './data-quality.ts'

const unitsPerDay = 100

const fine: TicketForQuality = {
  ticketId: 'fine',
  project: 'P',
  units: 400,
  fadedUnits: 0,
  strategic: 0.25,
  strategicBefore: null,
  finished: true,
  wasActive: true,
  unassignedDays: 0,
  isOpenAndForgotten: false,
  bulkMoved: false,
  thinText: false,
  deleted: false,
  historyComplete: true,
  hasEstimate: true,
  estimate: 3,
}

function totalsOf(tickets: readonly TicketForQuality[], untrackedUnits = 0): QualityTotals {
  const strategicUnits = tickets.reduce((sum, t) => sum + t.units * t.strategic, 0)
  const trackedUnits = tickets.reduce((sum, t) => sum + t.units, 0)
  return { strategicUnits, trackedUnits, untrackedUnits, unitsPerDay }
}

function find(kind: DataFindingKind, tickets: readonly TicketForQuality[], untrackedUnits = 0) {
  return findDataProblems(tickets, totalsOf(tickets, untrackedUnits)).find((finding) => finding.kind === kind)
}

describe('what is wrong with the data', () => {
  test('is nothing, where nothing is', () => {
    expect(findDataProblems([fine, { ...fine, ticketId: 'b' }], totalsOf([fine, fine]))).toEqual([])
  })

  test('a ticket that went straight to done could have taken what finished tickets take', () => {
    const skipped = { ...fine, ticketId: 'skipped', units: 0, wasActive: false, strategic: 1 }
    // (0.25 x 400 + 400) / 800 = 0.625 instead of 0.25.
    expect(find('straight-to-done', [fine, skipped])).toMatchObject({ ticketIds: ['skipped'], movesShare: 0.375 })
  })

  test('a project in which hardly anything was ever in progress is told apart from single tickets', () => {
    const idle = Array.from({ length: 12 }, (_, i) => ({
      ...fine,
      ticketId: `i${i}`,
      project: 'IDLE',
      units: 0,
      wasActive: false,
    }))
    const found = findDataProblems([fine, ...idle], totalsOf([fine]))
    expect(found.map(({ kind, ticketIds }) => [kind, ticketIds.length])).toEqual([['no-in-progress-status', 12]])
  })

  test('effort after a ticket was forgotten is left out', () => {
    const forgotten = { ...fine, ticketId: 'old', finished: false, units: 400, fadedUnits: 400, strategic: 0.75 }
    expect(find('forgotten', [fine, forgotten])).toMatchObject({ ticketIds: ['old'], movesShare: 0.25 - 0.5 })
  })

  test('work that nobody is assigned to takes no more than the untracked time', () => {
    const nobodys = { ...fine, ticketId: 'n', units: 0, finished: false, unassignedDays: 50, strategic: 1 }
    expect(find('unassigned', [fine, nobodys], 400)?.movesShare).toBeCloseTo(500 / 800 - 0.25, 12)
    expect(find('unassigned', [fine, nobodys], 0)?.movesShare).toBe(0)
  })

  test('a late override could be undone', () => {
    const late = { ...fine, ticketId: 'late', strategic: 1, strategicBefore: 0.5 }
    expect(find('relabelled-late', [fine, late])).toMatchObject({ ticketIds: ['late'], movesShare: -0.25 })
  })

  test('missing estimates move the share of points, and a team that never estimates lacks none', () => {
    const without = { ...fine, ticketId: 'w', hasEstimate: false, estimate: 0, strategic: 1 }
    expect(find('no-estimate', [fine, without])).toMatchObject({ basis: 'points', movesShare: 0.625 - 0.25 })
    expect(find('no-estimate', [without])).toBeUndefined()
  })

  test('no finding moves a share below 0 or above 1, whatever the tickets', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const ticket = fc.record({
      ticketId: fc.uuid(),
      project: fc.constantFrom('A', 'B', null),
      units: fc.nat(1000),
      fadedUnits: fc.constant(0),
      strategic: share,
      strategicBefore: fc.option(share),
      finished: fc.boolean(),
      wasActive: fc.boolean(),
      unassignedDays: fc.nat(5),
      isOpenAndForgotten: fc.boolean(),
      bulkMoved: fc.boolean(),
      thinText: fc.boolean(),
      deleted: fc.boolean(),
      historyComplete: fc.boolean(),
      hasEstimate: fc.boolean(),
      estimate: fc.nat(8),
    })
    fc.assert(
      fc.property(fc.array(ticket, { maxLength: 30 }), fc.nat(1000), (all, untracked) => {
        const tickets = all.map((t) => ({ ...t, fadedUnits: t.isOpenAndForgotten ? t.units : 0 }))
        const totals = totalsOf(tickets, untracked)
        for (const { movesShare, basis } of findDataProblems(tickets, totals)) {
          if (movesShare === null || basis === 'points') continue
          const moved = totals.strategicUnits / totals.trackedUnits + movesShare
          expect(moved).toBeGreaterThanOrEqual(-1e-9)
          expect(moved).toBeLessThanOrEqual(1 + 1e-9)
        }
      }),
    )
  })
})
