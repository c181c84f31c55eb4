import { type FaultCase, firstReading, isTrue, nothingDeletedOrDoubled, peopleWork } from './fault-case.ts'
import type { World } from './world.ts'

/** The deliveries that one's own fault does not touch arrive; nothing but webhooks may bring the truth. */
async function workWithDeliveries(world: World, fault: 'duplicated' | 'held' | 'lost'): Promise<void> {
  for (let i = 0; i < 40; i += 1) if (i % 2 === 0 || fault === 'duplicated') world.tracker.webhooks.nextDelivery(fault)
  await peopleWork(world)
  await world.deliver()
}

async function post(world: World, body: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(world.webhookUrl, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return answer.status
}

export const webhookCases: readonly FaultCase[] = [
  {
    name: 'each webhook arrives twice',
    async run(world) {
      await firstReading(world)
      await workWithDeliveries(world, 'duplicated')
      await isTrue(world, 'when all webhooks have come twice')
    },
  },
  {
    name: 'webhooks arrive in another order',
    async run(world) {
      await firstReading(world)
      await workWithDeliveries(world, 'held')
      await isTrue(world, 'when the late webhooks have come')
    },
  },
  {
    name: 'every second webhook is lost',
    async run(world) {
      await firstReading(world)
      await workWithDeliveries(world, 'lost')
      await nothingDeletedOrDoubled(world, 'when half of the webhooks have come')
    },
  },
  {
    name: 'forged webhooks: no signature, a wrong one, a changed body',
    async run(world) {
      await firstReading(world)
      await peopleWork(world)
      await world.deliver()
      const [id = ''] = world.tracker.ids()
      const forged = JSON.stringify(
        world.kind === 'linear'
          ? { action: 'remove', type: 'Issue', data: { id }, webhookTimestamp: Date.now() }
          : { webhookEvent: 'jira:issue_deleted', timestamp: Date.now(), issue: { id } },
      )
      const header = world.kind === 'linear' ? 'linear-signature' : 'x-hub-signature'
      const statuses = [
        await post(world, forged, {}),
        await post(world, forged, { [header]: 'sha256=00' }),
        await post(world, forged, { [header]: `sha256=${'0'.repeat(64)}` }),
        await post(world, `${forged} `, { [header]: '0'.repeat(64) }),
      ]
      if (statuses.some((status) => status !== 401)) throw new Error(`Answered ${statuses.join(', ')}, not 401`)
      await world.queue.drain()
      await isTrue(world, 'after forged deletions')
    },
  },
  {
    name: 'true webhooks of a deletion while the tracker still shows the ticket',
    async run(world) {
      await firstReading(world)
      const [id = '', other = ''] = world.tracker.ids()
      if (world.kind === 'linear') {
        world.tracker.edit(id, { trashed: true })
        world.tracker.edit(id, { trashed: false })
      } else {
        world.tracker.remove(id)
        world.tracker.restore(id)
      }
      world.tracker.edit(other, { status: 'Done' })
      await world.deliver()
      await isTrue(world, 'after a deletion that was taken back')
    },
  },
]
