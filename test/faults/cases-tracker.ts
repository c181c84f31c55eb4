import { type FaultCase, firstReading, isTrue, nothingDeletedOrDoubled, peopleWork, requestsOf } from './fault-case.ts'

const noIndex = 'Linear has no search index beside its data'
const noHiding = 'Linear has no projects that hide their issues'

export const trackerCases: readonly FaultCase[] = [
  {
    name: 'the search index lags by 20 minutes',
    not: { linear: noIndex },
    async run(world) {
      await firstReading(world)
      world.tracker.webhooks.webhooks.length = 0
      world.tracker.disturbIndex(20 * 60_000, 0)
      for (let i = 0; i < 4; i += 1) {
        await peopleWork(world)
        await world.work()
        await nothingDeletedOrDoubled(world, 'while the index lags')
      }
    },
  },
  {
    name: 'the search index lags by 20 hours',
    not: { linear: noIndex },
    async run(world) {
      await firstReading(world)
      world.tracker.webhooks.webhooks.length = 0
      world.tracker.disturbIndex(20 * 3_600_000, 0)
      await peopleWork(world)
      for (let i = 0; i < 10; i += 1) {
        await world.pass(2 * 3_600_000)
        await world.work()
        await nothingDeletedOrDoubled(world, 'while the index lags')
      }
    },
  },
  {
    name: 'each search misses every third ticket, others each time',
    not: { linear: noIndex },
    async run(world) {
      world.tracker.disturbIndex(0, 3)
      await world.run('incremental')
      for (let i = 0; i < 4; i += 1) {
        await peopleWork(world)
        await world.work()
        await world.run('full')
        await nothingDeletedOrDoubled(world, 'while the index flaps')
        await world.pass(40 * 60_000)
      }
    },
  },
  {
    name: 'the credential expires anywhere in a walk over all tickets',
    async run(world) {
      await firstReading(world)
      const places = await requestsOf(world, () => world.run('full'))
      for (let after = 0; after < places; after += 2) {
        world.tracker.faults.next({ kind: 'expired-token', times: 100_000, after })
        const asked = await requestsOf(world, () => world.run('full'))
        if (asked <= after) break
        const { state } = await world.connection()
        if (state !== 'unauthorized') throw new Error(`expired at request ${after}: the connection is ${state}`)
        await world.pass(40 * 60_000)
        await world.work()
        await isTrue(world, `expired at request ${after} of ${places}`)
        world.tracker.faults.clear()
        await world.renewCredentials()
      }
    },
  },
  {
    name: 'a ticket is moved to another project, and back',
    async run(world) {
      await firstReading(world)
      const [id = ''] = world.tracker.ids()
      await world.pass(60_000)
      world.tracker.edit(id, { project: 'PAY' })
      await world.deliver()
      await world.pass(60_000)
      world.tracker.edit(id, { project: 'OPS' })
      world.tracker.edit(id, { project: 'PAY' })
      await world.deliver()
      await isTrue(world, 'after the moves')
    },
  },
  {
    name: 'a project is archived, and unarchived',
    not: { linear: noHiding },
    async run(world) {
      await firstReading(world)
      world.tracker.setProject('OPS', 'archived')
      for (const hours of [1, 25, 1, 25, 1]) {
        await world.pass(hours * 3_600_000)
        await world.work()
        await nothingDeletedOrDoubled(world, 'while the project is archived')
      }
      world.tracker.setProject('OPS', 'live')
    },
  },
  {
    name: 'a project is deleted, and restored',
    not: { linear: noHiding },
    async run(world) {
      await firstReading(world)
      world.tracker.setProject('OPS', 'deleted')
      for (const hours of [1, 25, 1, 25, 1]) {
        await world.pass(hours * 3_600_000)
        await world.work()
      }
      world.tracker.setProject('OPS', 'live')
    },
  },
  {
    name: 'tickets are deleted without a word, some come back',
    tickets: 60,
    async run(world) {
      await firstReading(world)
      world.tracker.webhooks.webhooks.length = 0
      const [first = '', second = ''] = world.tracker.ids()
      world.tracker.remove(first)
      world.tracker.remove(second)
      const before = await world.settle()
      if (before.length > 0) throw new Error(`deleted without a word: ${before.join('; ')}`)
      world.tracker.restore(second)
    },
  },
  {
    name: 'tickets are archived, trashed and brought back',
    not: {
      'jira-cloud': 'the simulated Jira archives whole projects only',
      'jira-dc': 'the simulated Jira archives whole projects only',
    },
    async run(world) {
      await firstReading(world)
      const [a = '', b = ''] = world.tracker.ids()
      for (const change of [{ archived: true }, { archived: false }, { trashed: true }, { trashed: false }]) {
        await world.pass(60_000)
        world.tracker.edit(a, change)
        await world.deliver()
        await isTrue(world, JSON.stringify(change))
      }
      world.tracker.webhooks.webhooks.length = 0
      await world.pass(60_000)
      world.tracker.edit(a, { trashed: true })
      world.tracker.edit(b, { archived: true })
      await world.work()
      await isTrue(world, 'archived and trashed, by polls alone')
      await world.pass(3_600_000)
      world.tracker.edit(a, { trashed: false })
      world.tracker.edit(b, { archived: false })
    },
  },
  {
    name: '5,000 tickets edited in one millisecond',
    tickets: 5000,
    async run(world) {
      await firstReading(world)
      world.tracker.webhooks.webhooks.length = 0
      await world.pass(3_600_000)
      for (const id of world.tracker.ids()) world.tracker.edit(id, { status: 'Done' })
      await world.pass(60_000)
      await world.work()
      await isTrue(world, 'after one poll')
    },
  },
]
