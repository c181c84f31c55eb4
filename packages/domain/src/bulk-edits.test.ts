import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Edit, findBulkEdits } from './bulk-edits.ts'

const settings = { bulkEditTickets: 3, bulkEditSeconds: 60 }

const edit = fc.record({
  ticketId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  accountId: fc.constantFrom('ann', 'bob'),
  at: fc.integer({ min: 0, max: 300 }).map((s) => s * 1000),
})

/** The definition, tried for every window that begins with an edit. */
function byDefinition(edits: readonly Edit[]): Edit[] {
  const windows = edits.map((first) =>
    edits.filter((e) => e.accountId === first.accountId && e.at >= first.at && e.at <= first.at + 60_000),
  )
  const crowded = windows.filter((w) => new Set(w.map((e) => e.ticketId)).size >= 3)
  return edits.filter((e) => crowded.some((w) => w.includes(e)))
}

const sorted = (edits: readonly Edit[]) => edits.map((e) => `${e.accountId} ${e.at} ${e.ticketId}`).sort()

describe('bulk edits', () => {
  test('are those of any minute in which one account changed enough different tickets', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        expect(sorted(findBulkEdits(edits, settings))).toEqual(sorted(byDefinition(edits)))
      }),
    )
  })

  test('do not depend on the order in which edits are given', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        expect(sorted(findBulkEdits(edits.toReversed(), settings))).toEqual(sorted(findBulkEdits(edits, settings)))
      }),
    )
  })

  test('many edits of one ticket are work on that ticket', () => {
    const edits = Array.from({ length: 20 }, (_, i) => ({ ticketId: 'a', accountId: 'ann', at: i * 1000 }))
    expect(findBulkEdits(edits, settings)).toEqual([])
  })
})
