import fc from 'fast-check'
import { expect, it } from 'vitest'
import { defaultEffortSettings, measureEffort } from '../src/index.ts'
import { referenceEffort } from './reference-effort.ts'
import { anyWorld, peopleOf } from './worlds.ts'

const { unitsPerDay } = defaultEffortSettings

it('measures in random worlds what a minute-by-minute reading of the rule measures', () => {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const measured = measureEffort(world.tickets, peopleOf(world), defaultEffortSettings, world.asOf)
      const reference = referenceEffort(world)

      const capacity = Object.fromEntries(measured.personDays.map((d) => [`${d.personId} ${d.day}`, d.capacityUnits]))
      const expected = [...reference.capacity].map(([key, days]) => [key, Math.round(days * unitsPerDay)])
      expect(capacity).toEqual(Object.fromEntries(expected))
      const cells = new Map(measured.cells.map((c) => [`${c.personId} ${c.day} ${c.ticketId}`, c.units / unitsPerDay]))
      for (const key of new Set([...cells.keys(), ...reference.effort.keys()])) {
        // Weights are kept to a millionth; the faintest pair of tickets makes that a ten-thousandth of a day.
        expect(cells.get(key) ?? 0, key).toBeCloseTo(reference.effort.get(key) ?? 0, 3)
      }
    }),
    { numRuns: 40 },
  )
}, 120_000)
