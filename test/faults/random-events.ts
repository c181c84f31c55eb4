import type { Fault, FaultKind, SmallStatus } from '@headroom/simulator'
import fc from 'fast-check'
import { nothingDeletedOrDoubled } from './fault-case.ts'
import type { World } from './world.ts'

/** Something that happens to a tracker, to us, or between us. Numbers choose among the tickets that there are. */
export type RandomEvent =
  | { readonly kind: 'create'; readonly project: 'PAY' | 'OPS' }
  | { readonly kind: 'status'; readonly ticket: number; readonly status: SmallStatus }
  | { readonly kind: 'assign'; readonly ticket: number; readonly to: 'ada' | 'bob' | null }
  | { readonly kind: 'write'; readonly ticket: number; readonly what: 'title' | 'comment' | 'estimate' }
  | { readonly kind: 'move'; readonly ticket: number; readonly project: 'PAY' | 'OPS' }
  | { readonly kind: 'delete' | 'restore' | 'archive'; readonly ticket: number }
  | { readonly kind: 'webhook'; readonly fate: 'lost' | 'duplicated' | 'held' }
  | { readonly kind: 'deliver' | 'poll' | 'full' | 'forget-queue' | 'restart' | 'expire' }
  | { readonly kind: 'pass'; readonly minutes: number }
  | { readonly kind: 'kill'; readonly commit: number; readonly side: 'before' | 'after' }
  | { readonly kind: 'fault'; readonly fault: FaultKind['kind']; readonly after: number; readonly times: number }
  | { readonly kind: 'index'; readonly lagMinutes: number; readonly flapEvery: number }

const ticket = fc.nat({ max: 7 })
const project = fc.constantFrom('PAY' as const, 'OPS' as const)
const record = <T extends object>(kind: string, rest: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<RandomEvent>

/** A short life of a tracker with a few tickets, and of everything that reads it. */
export const randomLife: fc.Arbitrary<RandomEvent[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: record('create', { project }) },
    {
      weight: 4,
      arbitrary: record('status', {
        ticket,
        status: fc.constantFrom('To Do', 'In Progress', 'Done', "Won't do"),
      }),
    },
    { weight: 2, arbitrary: record('assign', { ticket, to: fc.constantFrom('ada', 'bob', null) }) },
    { weight: 2, arbitrary: record('write', { ticket, what: fc.constantFrom('title', 'comment', 'estimate') }) },
    { weight: 1, arbitrary: record('move', { ticket, project }) },
    { weight: 2, arbitrary: record('delete', { ticket }) },
    { weight: 1, arbitrary: record('restore', { ticket }) },
    { weight: 1, arbitrary: record('archive', { ticket }) },
    { weight: 3, arbitrary: record('webhook', { fate: fc.constantFrom('lost', 'duplicated', 'held') }) },
    { weight: 3, arbitrary: record('deliver', {}) },
    { weight: 3, arbitrary: record('poll', {}) },
    { weight: 1, arbitrary: record('full', {}) },
    { weight: 1, arbitrary: record('forget-queue', {}) },
    { weight: 1, arbitrary: record('restart', {}) },
    { weight: 1, arbitrary: record('expire', {}) },
    { weight: 3, arbitrary: record('pass', { minutes: fc.constantFrom(0.001, 1, 14, 40, 200) }) },
    { weight: 3, arbitrary: record('kill', { commit: fc.nat({ max: 20 }), side: fc.constantFrom('before', 'after') }) },
    {
      weight: 3,
      arbitrary: record('fault', {
        fault: fc.constantFrom(
          ...(['gone', 'rate-limited', 'server-error', 'unavailable', 'login-page', 'truncated', 'reset'] as const),
          ...(['empty-page', 'repeated-token', 'expired-token'] as const),
        ),
        after: fc.nat({ max: 12 }),
        times: fc.constantFrom(1, 2, 50),
      }),
    },
    {
      weight: 1,
      arbitrary: record('index', { lagMinutes: fc.constantFrom(0, 2, 30), flapEvery: fc.constantFrom(0, 2) }),
    },
  ),
  { minLength: 1, maxLength: 14 },
)

/** Lets it all happen, one after the other. Wrong deletions and doubles are noticed at once, all else in the end. */
export async function live(world: World, life: readonly RandomEvent[]): Promise<void> {
  const restored = new Set<string>()
  for (const event of life) {
    if (event.kind === 'restore') restore(world.tracker, event.ticket, restored)
    else await happen(world, event)
    world.clock.ms += 1_000
    world.trackerClock.ms += 1_000
  }
  await nothingDeletedOrDoubled(world, 'before the faults are over', restored)
}

async function happen(world: World, event: RandomEvent): Promise<void> {
  const { tracker } = world
  switch (event.kind) {
    case 'pass':
      return await world.pass(event.minutes * 60_000)
    case 'deliver':
      return await world.deliver()
    case 'poll':
      return await world.work()
    case 'full':
      return await world.run('full')
    case 'restart':
      return await world.restart()
    case 'forget-queue':
      world.queue.flush()
      break
    case 'webhook':
      tracker.webhooks.nextDelivery(event.fate)
      break
    case 'kill':
      world.store.killAt(event.commit, event.side)
      break
    case 'fault':
      tracker.faults.next({ kind: event.fault, after: event.after, times: event.times } as Fault)
      break
    case 'expire':
      tracker.faults.next({ kind: 'expired-token', times: 10_000 })
      break
    case 'index':
      if (tracker.kind !== 'linear') tracker.disturbIndex(event.lagMinutes * 60_000, event.flapEvery)
      break
    case 'create':
      tracker.create(`Created at ${world.clock.ms}`, event.project)
      break
    default:
      edit(world, event)
  }
}

type Edit = Extract<RandomEvent, { ticket: number }>

function edit({ tracker, clock }: World, event: Edit): void {
  const ids = tracker.ids()
  const id = ids[event.ticket % Math.max(1, ids.length)]
  if (id === undefined) return
  const isLinear = tracker.kind === 'linear'
  const isEven = event.ticket % 2 === 0
  switch (event.kind) {
    case 'status':
      tracker.edit(id, { status: event.status })
      break
    case 'assign':
      tracker.edit(id, { assignee: event.to })
      break
    case 'write':
      tracker.edit(id, written(event.what, clock.ms))
      break
    case 'move':
      tracker.edit(id, { project: event.project })
      break
    case 'archive':
      if (isLinear) tracker.edit(id, { archived: isEven })
      break
    case 'delete':
      if (isLinear && isEven) tracker.edit(id, { trashed: true })
      else tracker.remove(id)
      break
  }
}

function written(what: 'title' | 'comment' | 'estimate', ms: number) {
  if (what === 'estimate') return { estimate: ms % 13 }
  return what === 'title' ? { title: `Title at ${ms}` } : { comment: `Said at ${ms}` }
}

function restore(tracker: World['tracker'], n: number, restored: Set<string>): void {
  const gone = [...tracker.truth()].filter(([, ticket]) => ticket.gone).map(([id]) => id)
  const id = gone[n % Math.max(1, gone.length)]
  if (id === undefined) return
  restored.add(id)
  if (tracker.kind === 'linear' && tracker.ids().includes(id)) tracker.edit(id, { trashed: false })
  else tracker.restore(id)
}
