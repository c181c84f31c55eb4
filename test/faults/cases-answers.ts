import type { FaultKind } from '@headroom/simulator'
import { type FaultCase, firstReading, nothingDeletedOrDoubled, peopleWork, requestsOf } from './fault-case.ts'
import type { World } from './world.ts'

const noToken = 'Data Center pages by offset, it has no token'

const answers: readonly (Pick<FaultCase, 'name' | 'not'> & { readonly fault: FaultKind })[] = [
  { name: '410 Gone', fault: { kind: 'gone' } },
  { name: '429 or RATELIMITED', fault: { kind: 'rate-limited', retryAfterSeconds: 2 } },
  { name: '500', fault: { kind: 'server-error' } },
  { name: '503 with a web page', fault: { kind: 'unavailable' } },
  { name: '200 with a login page', fault: { kind: 'login-page' } },
  { name: 'truncated JSON', fault: { kind: 'truncated' } },
  { name: 'an answer that drips', fault: { kind: 'slow-drip' } },
  { name: 'connection reset', fault: { kind: 'reset' } },
  { name: 'an empty page that leads on', fault: { kind: 'empty-page' } },
  { name: 'a token that repeats', fault: { kind: 'repeated-token' }, not: { 'jira-dc': noToken } },
]

/** One sync for each place among its requests: one answer goes wrong there, or all from there on. */
async function faultEverywhere(
  world: World,
  fault: FaultKind,
  args: {
    readonly times: number
    readonly stride: number
    readonly before: () => Promise<void>
    readonly work: () => Promise<void>
  },
): Promise<void> {
  await args.before()
  const places = await requestsOf(world, args.work)
  for (let after = 0; after < places; after += args.stride) {
    await args.before()
    world.tracker.faults.next({ ...fault, times: args.times, after })
    await args.work()
    world.tracker.faults.clear()
    await nothingDeletedOrDoubled(world, `when answer ${after} of ${places} was ${fault.kind}`)
    await world.pass(10 * 60_000)
  }
}

const once: readonly FaultCase[] = answers.map(({ name, not, fault }) => ({
  name: `${name}, once, anywhere in polls and full runs`,
  ...(not ? { not } : {}),
  async run(world) {
    await firstReading(world)
    world.tracker.webhooks.webhooks.length = 0
    if (fault.kind === 'slow-drip') world.patienceMs = 300
    // Each of those costs its whole time-out.
    const stride = fault.kind === 'slow-drip' ? 6 : 1
    const before = () => peopleWork(world)
    const poll = async () => {
      world.queue.tick()
      await world.queue.drain()
    }
    await faultEverywhere(world, fault, { times: 1, stride: 3 * stride, before, work: poll })
    await faultEverywhere(world, fault, {
      times: 1,
      stride: 5 * stride,
      before: async () => {},
      work: () => world.run('full'),
    })
  },
}))

const lasting: readonly FaultCase[] = answers
  .filter(({ fault }) => fault.kind !== 'slow-drip')
  .map(({ name, not, fault }) => ({
    name: `${name}, for an hour, in the middle of the first reading`,
    ...(not ? { not } : {}),
    async run(world) {
      world.tracker.faults.next({ ...fault, times: 100_000, after: 9 })
      await world.run('incremental')
      await peopleWork(world)
      await world.work()
      await nothingDeletedOrDoubled(world, 'while it lasts')
      await world.pass(3_600_000)
    },
  }))

export const answerCases: readonly FaultCase[] = [...once, ...lasting]
