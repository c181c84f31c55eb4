import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditedTicket } from './agreement.ts'
import { drawAudit } from './audit.ts'
import { readerFlip } from './audit-evidence.ts'
import { measureSplit, type TicketEffort } from './split.ts'
import { type Category, categories, type WorkType } from './work-type.ts'

const days = { from: '2026-07-01', to: '2026-09-30' }
const workTypeOf = { feature: 'enhancement', strategic: 'debt', sustaining: 'defect' } as const satisfies Record<
  Category,
  WorkType
>

interface Known {
  readonly effort: TicketEffort
  readonly truth: Category
  readonly permanentNumber: number
}

const known = fc.record({
  units: fc.integer({ min: 1, max: 100 }),
  p: fc.double({ min: 0, max: 1, noNaN: true }),
  truth: fc.constantFrom(...categories),
  permanentNumber: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
})
const population = fc.array(known, { minLength: 5, maxLength: 40 }).map((list) =>
  list.map(
    ({ units, p, truth, permanentNumber }, i): Known => ({
      truth,
      permanentNumber,
      effort: {
        ticketId: `t${String(i).padStart(3, '0')}`,
        units,
        unitsEqual: units,
        unitsPoints: units,
        classification: {
          probabilities: { feature: (1 - p) / 2, strategic: p, sustaining: (1 - p) / 2 },
          unclassified: false,
          decidedBy: 'model',
        },
      },
    }),
  ),
)

function auditOf(list: readonly Known[], size: number, frame: Partial<AuditedTicket['audit']> = {}): AuditedTicket[] {
  const byId = new Map(list.map((one) => [one.effort.ticketId, one]))
  const candidates = list.map(({ effort, permanentNumber }) => ({
    ticketId: effort.ticketId,
    units: effort.units,
    probabilities: effort.classification.probabilities,
    permanentNumber,
  }))
  return drawAudit(candidates, { size }).flatMap((drawn) => {
    const one = byId.get(drawn.ticketId)
    if (!one) return []
    return {
      ...drawn,
      audit: { id: 'audit', teamId: null, ...days, ...frame },
      units: one.effort.units,
      probabilities: one.effort.classification.probabilities,
      labels: [{ reader: 'reader', workType: workTypeOf[one.truth] }],
    }
  })
}

function split(tickets: readonly TicketEffort[], audited?: readonly AuditedTicket[]) {
  const measure = measureSplit({
    tickets,
    unitsPerDay: 1,
    capacityUnits: null,
    target: 0.2,
    modelShareErrorSd: 0.075,
    ...(audited ? { audits: { audited, days } } : {}),
  })
  if (!measure.strategicShare) throw new Error('There is effort.')
  return { ...measure, share: measure.strategicShare }
}

function efforts(list: readonly Known[]): TicketEffort[] {
  return list.map(({ effort }) => effort)
}

describe('a split with audits', () => {
  it('keeps the whole, with no category below 0, and says that it was audited', () => {
    fc.assert(
      fc.property(population, fc.integer({ min: 1, max: 30 }), (list, size) => {
        const { effortDays, coverage, share } = split(efforts(list), auditOf(list, size))

        const total = effortDays.feature + effortDays.strategic + effortDays.sustaining + effortDays.unclassified
        expect(total).toBeCloseTo(coverage.trackedDays, 9)
        for (const category of categories) expect(effortDays[category]).toBeGreaterThanOrEqual(0)
        expect(share.value).toBeCloseTo(effortDays.strategic / coverage.trackedDays, 12)
        expect(share.low).toBeLessThanOrEqual(share.value)
        expect(share.high).toBeGreaterThanOrEqual(share.value)
        expect(share.audited).toBe(true)
      }),
    )
  })

  it('says the truth, and is as sure as people can be, when every ticket was read', () => {
    fc.assert(
      fc.property(population, (list) => {
        const { share } = split(efforts(list), auditOf(list, list.length))

        const units = (some: readonly Known[]) => some.reduce((sum, { effort }) => sum + effort.units, 0)
        const truth = units(list.filter((one) => one.truth === 'strategic')) / units(list)
        expect(share.value).toBeCloseTo(truth, 6)
        expect(share.high - share.low).toBeLessThan(0.12)
      }),
    )
  })

  it('is not moved by drawn tickets that nobody has read, nor by the order of anything', () => {
    fc.assert(
      fc.property(population, (list) => {
        const audited = auditOf(list, 10)
        const unread = audited.map((ticket) => ({ ...ticket, labels: [] }))

        expect(split(efforts(list), unread)).toEqual(split(efforts(list)))
        const there = split(efforts(list), audited).share
        const back = split(efforts(list).reverse(), [...audited].reverse()).share
        expect(back.value).toBeCloseTo(there.value, 9)
        expect(back.high).toBeCloseTo(there.high, 9)
      }),
    )
  })

  it('stays where it is when the labels of an audit are made overrides', () => {
    fc.assert(
      fc.property(population, (list) => {
        const audited = auditOf(list, 12)
        const drawn = new Set(audited.map(({ ticketId }) => ticketId))
        const applied = list.map(({ effort, truth }): TicketEffort => {
          const probabilities = { feature: 0, strategic: 0, sustaining: 0, [truth]: 1 }
          const classification = { probabilities, unclassified: false, decidedBy: 'override' as const }
          return drawn.has(effort.ticketId) ? { ...effort, classification } : effort
        })

        expect(split(applied, audited).share.value).toBeCloseTo(split(efforts(list), audited).share.value, 12)
      }),
    )
  })

  it('takes a ticket that a person decided as known, whatever audits say of the others', () => {
    const overridden: TicketEffort = {
      ticketId: 'known',
      units: 100,
      unitsEqual: 100,
      unitsPoints: 100,
      classification: {
        probabilities: { feature: 0, strategic: 1, sustaining: 0 },
        unclassified: false,
        decidedBy: 'override',
      },
    }
    fc.assert(
      fc.property(population, (list) => {
        const wrong = auditOf(list, 20).map((ticket) => ({
          ...ticket,
          labels: [{ reader: 'r', workType: 'defect' as const }],
        }))

        expect(split([...efforts(list), overridden], wrong).effortDays.strategic).toBeGreaterThanOrEqual(100 - 1e-9)
      }),
    )
  })

  it('learns from another quarter less than from its own, in the same direction', () => {
    const list = Array.from({ length: 40 }, (_, i): Known => {
      const classification = {
        probabilities: { feature: 0.5, strategic: 0.2, sustaining: 0.3 },
        unclassified: false,
        decidedBy: 'model' as const,
      }
      const effort = { ticketId: `t${i}`, units: 10, unitsEqual: 10, unitsPoints: 10, classification }
      return { effort, truth: i % 2 === 0 ? 'strategic' : 'feature', permanentNumber: (i + 0.5) / 40 }
    })
    const own = auditOf(list, 20)
    const elsewhere = own.map((ticket) => ({
      ...ticket,
      ticketId: `other-${ticket.ticketId}`,
      audit: { id: 'before', from: '2026-04-01', to: '2026-06-30', teamId: null },
    }))

    const [plain, borrowed, read] = [split(efforts(list)), split(efforts(list), elsewhere), split(efforts(list), own)]
    expect(plain.share.audited).toBe(false)
    expect(borrowed.share.audited).toBe(true)
    expect(borrowed.share.value).toBeGreaterThan(plain.share.value + 0.02)
    expect(read.share.value).toBeGreaterThan(borrowed.share.value + 0.02)
    expect(read.share.high - read.share.low).toBeLessThan(borrowed.share.high - borrowed.share.low)
  })

  it('widens by what readers get wrong, and corrects for it once pairs of readers have shown it', () => {
    const [none, few, many] = [
      readerFlip({ split: 0, pairs: 0 }),
      readerFlip({ split: 0, pairs: 100 }),
      readerFlip({ split: 100, pairs: 1000 }),
    ]

    expect(none.flip).toBe(0)
    expect(few.sd).toBeLessThan(none.sd)
    // Readers who err in 5.3 of 100 split on 10 of 100.
    expect(many.flip).toBeCloseTo(0.0518, 3)
  })
})
