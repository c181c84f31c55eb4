import { inTransaction, markDirty } from '@headroom/store'
import { type FaultCase, firstReading, nothingDeletedOrDoubled, peopleWork } from './fault-case.ts'

export const workerCases: readonly FaultCase[] = [
  {
    name: 'two workers read the same tickets at once, as they change',
    async run(world) {
      await firstReading(world)
      const other = await world.second()
      const { connectionId, store, queue, tracker } = world
      for (let i = 0; i < 6; i += 1) {
        await peopleWork(world)
        await tracker.flush()
        const reading = [queue, other.queue].map(async (jobs) => {
          await inTransaction(store, (tx) => markDirty(tx, connectionId, tracker.ids(), 'manual'))
          await jobs.wake('inbox', { connectionId })
          await jobs.wake('hydrate', { connectionId })
          await jobs.drain()
        })
        tracker.edit(tracker.ids()[i] ?? '', { title: `While it is read ${i}` })
        await Promise.all(reading)
        await nothingDeletedOrDoubled(world, 'after both have read')
      }
    },
  },
  {
    name: 'two workers walk over all tickets at once',
    async run(world) {
      const other = await world.second()
      await Promise.all([world.run('incremental'), other.run('incremental')])
      await peopleWork(world)
      await Promise.all([world.run('full'), other.run('full'), world.deliver()])
      await nothingDeletedOrDoubled(world, 'after both have walked')
    },
  },
]
