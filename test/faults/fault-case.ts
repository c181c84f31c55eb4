import type { SmallTrackerKind } from '@headroom/simulator'
import type { World } from './world.ts'

/** One way in which the world goes wrong. Afterwards the faults are lifted and the store has to tell the truth. */
export interface FaultCase {
  readonly name: string
  /** Kinds of tracker where it can't happen, with the reason. */
  readonly not?: Partial<Record<SmallTrackerKind, string>>
  /** Of the people in the tracker; default UTC. */
  readonly timeZone?: string
  /** When it begins; default now. */
  readonly startAt?: number
  /** Tickets that are there in the beginning; default 20. */
  readonly tickets?: number
  /** What happens. Throws when something is wrong already while it does. */
  run(world: World): Promise<void>
}

/** Reads all tickets for the first time. */
export async function firstReading(world: World): Promise<void> {
  await world.run('incremental')
  await isTrue(world, 'after the first reading')
}

/** Throws when the store does not tell the truth now. */
export async function isTrue(world: World, when: string): Promise<void> {
  const wrong = await world.wrong()
  if (wrong.length > 0) throw new Error(`${when}:\n  ${wrong.slice(0, 12).join('\n  ')}`)
}

/**
 * Throws when a ticket that lives is taken for deleted, or is doubled; being late is no fault, nor is it with a ticket that
 * came back.
 */
export async function nothingDeletedOrDoubled(
  world: World,
  when: string,
  restored: ReadonlySet<string> = new Set(),
): Promise<void> {
  const wrong = (await world.wrong()).filter(
    (line) =>
      /deleted, and lives|times|never existed/.test(line) &&
      !(line.endsWith('deleted, and lives') && [...restored].some((id) => line.startsWith(id))),
  )
  if (wrong.length > 0) throw new Error(`${when}:\n  ${wrong.join('\n  ')}`)
}

/** People work for some minutes: every kind of change happens to some ticket. */
export async function peopleWork(world: World): Promise<void> {
  const { tracker } = world
  const ids = tracker.ids()
  const ticket = (n: number) => ids[n % ids.length] ?? ''
  const steps = [
    () => tracker.edit(ticket(0), { status: 'In Progress', assignee: 'ada' }),
    () => tracker.edit(ticket(1), { title: 'Another title', description: 'Other words' }),
    () => void tracker.create('New while people work', 'OPS'),
    () => tracker.edit(ticket(2), { estimate: 5, comment: 'Some words' }),
    () => tracker.edit(ticket(3), { project: 'OPS' }),
    () => tracker.edit(ticket(0), { status: 'Done' }),
    () => tracker.edit(ticket(4), { status: 'In Progress', assignee: 'bob' }),
    () => tracker.edit(ticket(4), { status: "Won't do", assignee: null }),
    () => tracker.remove(ticket(5)),
    () => tracker.edit(ticket(0), { status: 'In Progress' }),
  ]
  if (tracker.kind === 'linear')
    steps.push(
      () => tracker.edit(ticket(6), { archived: true }),
      () => tracker.edit(ticket(7), { trashed: true }),
    )
  for (const step of steps) {
    await world.pass(20_000)
    step()
  }
}

/** How many requests the tracker is asked while `work` is done: so many places there are for a fault. */
export async function requestsOf(world: World, work: () => Promise<void>): Promise<number> {
  let requests = 0
  const { faults } = world.tracker
  const take = faults.take
  faults.take = (path) => {
    requests += 1
    return take(path)
  }
  try {
    await work()
  } finally {
    faults.take = take
  }
  return requests
}
