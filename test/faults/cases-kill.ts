import { type FaultCase, firstReading, nothingDeletedOrDoubled, peopleWork } from './fault-case.ts'
import type { World } from './world.ts'

/**
 * Kills the process after each commit that `work` comes by, and before the first, and has another take over each time: so
 * every state that can be left behind is left behind once.
 */
async function killEverywhere(world: World, work: () => Promise<void>): Promise<void> {
  world.store.killAt(0, 'before')
  await work()
  for (let nth = 0; world.store.isDead; nth += 1) {
    if (nth > 200) throw new Error('The work has no end')
    await nothingDeletedOrDoubled(world, `after the kill at commit ${nth}`)
    await world.restart()
    world.queue.flush()
    await world.pass(6 * 60_000)
    world.store.killAt(nth, 'after')
    await work()
  }
}

export const killCases: readonly FaultCase[] = [
  {
    name: 'killed at every commit of the first reading',
    run: (world) => killEverywhere(world, () => world.run('incremental')),
  },
  {
    name: 'killed at every commit from a webhook to the store',
    async run(world) {
      await firstReading(world)
      await killEverywhere(world, async () => {
        const [id = ''] = world.tracker.ids()
        world.tracker.edit(id, { title: `Title at ${world.clock.ms}` })
        await world.deliver()
      })
    },
  },
  {
    name: 'killed at every commit of polls while people work',
    async run(world) {
      await firstReading(world)
      world.tracker.webhooks.webhooks.length = 0
      await peopleWork(world)
      await killEverywhere(world, async () => {
        world.queue.tick()
        await world.queue.drain()
      })
    },
  },
  {
    name: 'killed at every commit of a full run',
    async run(world) {
      await firstReading(world)
      world.tracker.webhooks.webhooks.length = 0
      await peopleWork(world)
      await killEverywhere(world, () => world.run('full'))
    },
  },
  {
    name: 'the queue forgets everything (Redis flushed)',
    async run(world) {
      await firstReading(world)
      await peopleWork(world)
      await world.tracker.flush()
      world.queue.flush()
    },
  },
]
