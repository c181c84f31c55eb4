import type { SmallTrackerKind } from '@headroom/simulator'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { live, randomLife } from './random-events.ts'
import { openShop } from './world.ts'

/** All kinds together; every life has a few tickets, a dozen events, and an end at which all faults are over. */
const lives = { 'jira-cloud': 334, 'jira-dc': 333, linear: 333 } as const

test.each(Object.entries(lives) as [SmallTrackerKind, number][])(
  'whatever happens to %s and to us, in the end the store tells the truth (%i lives)',
  async (kind, numRuns) => {
    const shop = await openShop({ kind })
    try {
      await fc.assert(
        fc.asyncProperty(randomLife, async (life) => {
          const world = await shop.world({ tickets: 3 })
          await live(world, life)
          expect(await world.settle()).toEqual([])
        }),
        { numRuns, endOnFailure: false },
      )
    } finally {
      await shop.stop()
    }
  },
  300_000,
)
