import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AuditedTicket, type AuditLabel, agreementOf } from './agreement.ts'

function ticket(id: number, ...said: AuditLabel['workType'][]): AuditedTicket {
  return {
    ticketId: `t${id}`,
    audit: { id: 'a', from: '2026-07-01', to: '2026-09-30', teamId: null },
    stratum: 'all',
    inclusionProbability: 1,
    units: 1,
    probabilities: { feature: 0.6, strategic: 0.3, sustaining: 0.1 },
    labels: said.map((workType, i) => ({ reader: `reader-${i}`, workType })),
  }
}

describe('agreement', () => {
  it('is that of categories, not of work types, over all pairs of readers', () => {
    const found = agreementOf([
      ticket(1, 'debt', 'architecture'),
      ticket(2, 'defect', 'defect', 'debt'),
      ticket(3, 'unclear', 'debt'),
      ticket(4, 'enhancement'),
    ])

    // 1 of 1 pair, 1 of 3, 0 of 1.
    expect(found.pairs).toBe(5)
    expect(found.agreement).toBeCloseTo(2 / 5, 12)
    expect(found.strategic).toEqual({ split: 2, pairs: 4 })
    expect(found.confusion.strategic.feature).toBe(1)
    expect(found.confusion.sustaining.feature).toBe(1)
    expect(found.confusion.unclear.feature).toBe(1)
    expect(found.confusion.feature.feature).toBe(1)
  })

  it('gives kappa as Scott had it', () => {
    // 10 pairs: 4 both strategic, 4 both feature, 2 split. Each is named in half of the labels, so chance agrees in half.
    const found = agreementOf([
      ...[1, 2, 3, 4].map((id) => ticket(id, 'debt', 'debt')),
      ...[5, 6, 7, 8].map((id) => ticket(id, 'enhancement', 'enhancement')),
      ...[9, 10].map((id) => ticket(id, 'debt', 'enhancement')),
    ])

    expect(found.kappa?.value).toBeCloseTo((0.8 - 0.5) / 0.5, 12)
    expect(found.kappa?.low).toBeLessThan(0.6)
    expect(found.kappa?.high).toBeGreaterThan(0.6)
  })

  it('says nothing without a second reader', () => {
    expect(agreementOf([ticket(1, 'debt'), ticket(2)])).toMatchObject({ agreement: null, kappa: null, pairs: 0 })
  })

  it('is perfect when all readers say the same, and never above 1', () => {
    const workType = fc.constantFrom('debt', 'defect', 'enhancement', 'unclear') as fc.Arbitrary<AuditLabel['workType']>
    fc.assert(
      fc.property(fc.array(fc.array(workType, { maxLength: 3 }), { maxLength: 20 }), (lists) => {
        const found = agreementOf(lists.map((said, id) => ticket(id, ...said)))
        const unanimous = agreementOf(
          lists.map((said, id) => ticket(id, ...said.flatMap((one) => said.slice(0, 1).map(() => said[0] ?? one)))),
        )

        if (found.kappa) expect(found.kappa.value).toBeLessThanOrEqual(1)
        if (unanimous.pairs > 0) expect(unanimous.agreement).toBe(1)
        if (unanimous.kappa) expect(unanimous.kappa.value).toBeCloseTo(1, 9)
      }),
    )
  })
})
