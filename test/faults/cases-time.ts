import { type FaultCase, firstReading, peopleWork } from './fault-case.ts'
import type { World } from './world.ts'

/** Polls alone bring the truth although our clock is wrong by so much. */
function skew(name: string, ms: number): FaultCase {
  return {
    name,
    async run(world) {
      world.clock.ms += ms
      await firstReading(world)
      world.tracker.webhooks.webhooks.length = 0
      for (let i = 0; i < 3; i += 1) {
        await peopleWork(world)
        await world.pass(120_000)
        await world.work()
      }
      world.clock.ms -= ms
    },
  }
}

/** Polls alone bring the truth to an account of this zone, while our process runs in another. */
function zone(timeZone: string, ours: string, what: string): FaultCase {
  return {
    name: `${what}: the account's zone is ${timeZone}, ours ${ours}`,
    timeZone,
    async run(world) {
      const before = process.env.TZ
      process.env.TZ = ours
      try {
        await firstReading(world)
        world.tracker.webhooks.webhooks.length = 0
        for (let i = 0; i < 3; i += 1) {
          await peopleWork(world)
          await world.work()
          await isLate(world)
          await world.pass(3_600_000)
        }
      } finally {
        if (before === undefined) delete process.env.TZ
        else process.env.TZ = before
      }
    },
  }
}

/** One poll is enough for what people changed; only what was deleted may be unknown yet. */
async function isLate(world: World): Promise<void> {
  const wrong = (await world.wrong()).filter((line) => !line.endsWith('is there, and is gone'))
  if (wrong.length > 0) throw new Error(`one poll did not see it all:\n  ${wrong.join('\n  ')}`)
}

/** At 01:00 UTC the clocks of Berlin go back from 3 to 2, and an hour happens twice. */
const clocksGoBack: FaultCase = {
  name: 'an hour that happens twice (clocks go back)',
  timeZone: 'Europe/Berlin',
  startAt: Date.UTC(2026, 9, 25, 0, 10),
  async run(world) {
    await firstReading(world)
    world.tracker.webhooks.webhooks.length = 0
    for (let i = 0; i < 5; i += 1) {
      await peopleWork(world)
      await world.work()
      await isLate(world)
      await world.pass(25 * 60_000)
    }
  },
}

export const timeCases: readonly FaultCase[] = [
  zone('Pacific/Tongatapu', 'Etc/GMT+12', '13 hours ahead'),
  zone('Etc/GMT+12', 'Pacific/Tongatapu', '12 hours behind, the most there is'),
  clocksGoBack,
  skew('our clock is 10 minutes fast', 600_000),
  skew('our clock is 10 minutes slow', -600_000),
]
