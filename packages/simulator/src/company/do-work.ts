import { type EpochDay, type EpochMs, epochDay, isoWeekday, localDate, type WorkCalendar } from '@headroom/domain'
import { dayMs, type ZoneClock, zoneClock } from './local-time.ts'
import type { CompanyPerson, Habits, TrueWork } from './model.ts'
import type { Random } from './random.ts'
import type { Bundle, Stretch, Task } from './task.ts'
import type { TeamProfile } from './teams.ts'
import { WorkSupply } from './work-supply.ts'

const dayStart = 9 * 60

/** What a team really did. */
export interface TeamWork {
  readonly tasks: readonly Task[]
  readonly bundles: readonly Bundle[]
  /** Stretches of work without a ticket. */
  readonly untracked: readonly Stretch[]
}

/** One of the team at work: what lies on their desk. */
interface Worker {
  readonly person: CompanyPerson
  readonly clock: ZoneClock
  readonly minutesOn: (day: EpochDay) => number
  /** In hand, at most two; the first is the main one. */
  readonly open: Task[]
  /** Theirs, but not yet begun, or coming back after a wait. */
  readonly queue: Task[]
  /** Minutes of work without a ticket that are due. */
  untrackedDue: number
  untrackedLeft: number
}

/** Who works, by which calendar, from when until when; `clocks` has one for every zone. */
export interface DoWorkArgs {
  random: Random
  team: number
  profile: TeamProfile
  habits: Habits
  people: readonly CompanyPerson[]
  calendars: readonly WorkCalendar[]
  clocks: ReadonlyMap<string, ZoneClock>
  from: EpochDay
  until: EpochMs
}

/** Lets a team work from one day to another. Deterministic in `random`. */
export function doWork(args: DoWorkArgs): TeamWork {
  const { random, habits, until } = args
  const supply = new WorkSupply({ ...args, from: args.from * dayMs })
  const workers = args.people
    .filter((person) => person.team === args.team && person.role !== 'manager' && person.role !== 'bot')
    .map((person) => createWorker(random, person, args))
  const floor: Floor = { random, habits, supply, tasks: [], pool: [], untracked: [] }
  for (let day = args.from; day * dayMs < until + dayMs; day++) {
    for (const worker of workers) {
      const minutes = worker.minutesOn(day)
      if (minutes > 0 && worker.clock(day, dayStart + minutes) <= until) workDay(floor, worker, day, minutes)
      if (worker.person.left === localDate(day)) floor.pool.push(...worker.open.splice(0), ...worker.queue.splice(0))
    }
    if (random.chance(0.055 * workers.length * (isoWeekday(day) < 6 ? 1.3 : 0.1))) addUnworked(floor, day, until)
  }
  return { tasks: floor.tasks, bundles: supply.bundles, untracked: floor.untracked }
}

interface Floor {
  readonly random: Random
  readonly habits: Habits
  readonly supply: WorkSupply
  readonly tasks: Task[]
  /** Handed over or waiting for a tester; whoever fits takes it. */
  readonly pool: Task[]
  readonly untracked: Stretch[]
}

function createWorker(
  random: Random,
  person: CompanyPerson,
  { calendars, clocks, habits: { noTicketRate } }: Pick<DoWorkArgs, 'calendars' | 'clocks' | 'habits'>,
): Worker {
  const calendar = calendars.find((candidate) => candidate.id === person.calendarId)
  const away = new Set<EpochDay>(calendar?.holidays.map(epochDay))
  for (const { from, to } of person.absences) for (let day = epochDay(from); day <= epochDay(to); day++) away.add(day)
  const first = person.joined === null ? Number.NEGATIVE_INFINITY : epochDay(person.joined)
  const last = person.left === null ? Number.POSITIVE_INFINITY : epochDay(person.left)
  const minutesOn = (day: EpochDay) =>
    day < first || day > last || isoWeekday(day) > 5 || away.has(day) ? 0 : Math.round(480 * person.fte)
  return {
    person,
    clock: clocks.get(person.timeZone) ?? zoneClock(person.timeZone),
    minutesOn,
    open: [],
    queue: [],
    untrackedDue: random.int(0, 4000) * noTicketRate,
    untrackedLeft: 0,
  }
}

function workDay(floor: Floor, worker: Worker, day: EpochDay, minutes: number) {
  const { random, habits } = floor
  worker.untrackedDue += minutes * habits.noTicketRate
  maybeInterrupt(floor, worker, day)
  let cursor = dayStart
  const end = dayStart + minutes
  while (cursor < end) {
    const at = worker.clock(day, cursor)
    if (worker.untrackedLeft === 0 && worker.untrackedDue > (worker.open.length === 0 ? random.int(200, 1100) : 1500)) {
      worker.untrackedLeft = Math.min(worker.untrackedDue, random.pick([120, 240, 480, 480, 960]))
      worker.untrackedLeft = Math.max(15, Math.round(worker.untrackedLeft / 15) * 15)
      worker.untrackedDue -= worker.untrackedLeft
    }
    const task = worker.untrackedLeft > 0 ? null : takeUp(floor, worker, at)
    const length = Math.min(end - cursor, task === null ? worker.untrackedLeft : spell(floor, worker, task))
    const stretch = {
      person: worker.person.index,
      day,
      startMinute: cursor,
      minutes: length,
      startsAt: at,
      endsAt: worker.clock(day, cursor + length),
    }
    cursor += length
    if (task === null) {
      worker.untrackedLeft -= length
      floor.untracked.push(stretch)
    } else {
      addStretch(task, stretch)
      settle(floor, worker, task, stretch.endsAt)
    }
  }
}

/** How long somebody stays with a task before turning to the other one, or until something happens to it. */
function spell(floor: Floor, worker: Worker, task: Task): number {
  const untilHandOver = task.handOverAfter ?? Number.POSITIVE_INFINITY
  const turn = worker.open.length > 1 ? floor.random.pick([120, 180, 240]) : Number.POSITIVE_INFINITY
  return Math.min(task.remaining, untilHandOver, turn)
}

function addStretch(task: Task, stretch: Stretch) {
  task.remaining -= stretch.minutes
  if (task.handOverAfter !== null) task.handOverAfter -= stretch.minutes
  task.stretches.push(stretch)
}

/** The task to work on now: one in hand, one that came back, one from the pool, or new work. */
function takeUp(floor: Floor, worker: Worker, at: EpochMs): Task {
  const back = worker.queue.findIndex((task) => task.notBefore <= at && task.stage !== 'build')
  if (back >= 0 && worker.open.length < 3) worker.open.unshift(...worker.queue.splice(back, 1))
  const waiting = worker.person.role === 'tester' && worker.open.length === 1 ? fromPool(floor, worker, at) : undefined
  if (waiting) worker.open.unshift(waiting)
  const [main, other] = worker.open
  if (main) return other && floor.random.chance(0.35) ? other : main
  const task = nextTask(floor, worker, at)
  worker.open.push(task)
  return task
}

/** What somebody else left that this person may take up. */
function fromPool(floor: Floor, worker: Worker, at: EpochMs): Task | undefined {
  const tester = worker.person.role === 'tester'
  const fits = (task: Task) =>
    task.notBefore <= at &&
    (task.stage === 'testing') === tester &&
    task.stretches.at(-1)?.person !== worker.person.index
  const pooled = floor.pool.findIndex(fits)
  return pooled < 0 ? undefined : floor.pool.splice(pooled, 1)[0]
}

function nextTask(floor: Floor, worker: Worker, at: EpochMs): Task {
  const left = fromPool(floor, worker, at)
  if (left) return left
  const queued = worker.queue.findIndex((task) => task.notBefore <= at)
  if (queued >= 0) return worker.queue.splice(queued, 1)[0] as Task
  const role = worker.person.role === 'designer' || worker.person.role === 'tester' ? worker.person.role : 'engineer'
  const [task, ...parts] = floor.supply.next(at, role as 'engineer' | 'designer' | 'tester')
  floor.tasks.push(task as Task, ...parts)
  worker.queue.push(...parts)
  return task as Task
}

function maybeInterrupt(floor: Floor, worker: Worker, day: EpochDay) {
  const { random, supply } = floor
  if (worker.open.length === 0 || worker.open.length > 1 || worker.person.role !== 'engineer') return
  if (random.chance(0.06)) {
    const task = supply.interruption(worker.clock(day, dayStart))
    floor.tasks.push(task)
    worker.open.unshift(task)
  } else if (random.chance(0.1)) worker.open.push(nextTask(floor, worker, worker.clock(day, dayStart)))
}

/** Moves a task on when its round of work is over, or passes it to somebody else. */
function settle(floor: Floor, worker: Worker, task: Task, at: EpochMs) {
  const drop = () => {
    worker.open.splice(worker.open.indexOf(task), 1)
  }
  if (task.remaining > 0) {
    if (task.handOverAfter !== 0) return
    task.handOverAfter = null
    task.marks.push({ kind: 'handed-over', at })
    drop()
    floor.pool.push(task)
    return
  }
  drop()
  task.handOverAfter = null
  const next = task.ahead.shift()
  if (next?.kind === 'rework')
    task.marks.push({ kind: 'to-review', at }, { kind: 'back-from-review', at: at + next.waitMs })
  else if (next?.kind === 'testing') task.marks.push({ kind: 'to-testing', at })
  else task.marks.push({ kind: 'finished', at })
  if (!next) return
  if (next.kind === 'reopened') task.marks.push({ kind: 'reopened', at: at + next.waitMs })
  task.stage = next.kind
  task.remaining = next.minutes
  task.notBefore = at + next.waitMs
  if (next.kind === 'testing') floor.pool.push(task)
  else worker.queue.push(task)
}

function addUnworked(floor: Floor, day: EpochDay, until: EpochMs) {
  const at = day * dayMs + floor.random.int(8 * 60, 17 * 60) * 60_000
  if (at > until) return
  const task = floor.supply.unworked(at, floor.random.chance(0.45) ? 'canceled' : 'backlog')
  floor.tasks.push({ ...task, notBefore: at })
}

/** The truth rows of all stretches, by person and time; `ticketOf` gives a task's ticket index. */
export function trueWork(works: readonly TeamWork[], ticketOf: (task: Task) => number): TrueWork[] {
  const row = (stretch: Stretch, ticket: number): TrueWork & { day: EpochDay } => ({
    person: stretch.person,
    date: localDate(stretch.day),
    ticket,
    startMinute: stretch.startMinute,
    hours: stretch.minutes / 60,
    day: stretch.day,
  })
  const rows = works.flatMap((work) => [
    ...work.tasks.flatMap((task) => task.stretches.map((stretch) => row(stretch, ticketOf(task)))),
    ...work.untracked.map((stretch) => row(stretch, -1)),
  ])
  rows.sort((a, b) => a.person - b.person || a.day - b.day || a.startMinute - b.startMinute)
  return rows.map(({ day, ...rest }) => rest)
}
