import type { EpochMs } from '@headroom/domain'
import { dayMs, hourMs, minuteMs } from './local-time.ts'
import type { CompanyTeam, ShownChange, ShownState, StatusRole } from './model.ts'
import { managerOf } from './people.ts'
import { showPlanning } from './show-planning.ts'
import type { ShowTicketArgs } from './show-ticket-args.ts'
import type { Stretch } from './task.ts'

/** A ticket's first state and what changed since, oldest first, without anything that changes nothing. */
export interface ShownHistory {
  readonly created: ShownState
  readonly changes: readonly ShownChange[]
}

/** How the team showed a task in its tracker, given its habits. */
export function showTicket(args: ShowTicketArgs): ShownHistory {
  const { task, team, random, habits, createdAt } = args
  const script = new Script(args)
  const firstStatus: StatusRole = script.has('backlog') ? 'backlog' : 'todo'
  const first = task.stretches[0]
  const created: ShownState = {
    status: firstStatus,
    assignee: first && random.chance(0.1) && !task.byBot ? first.person : null,
    estimate: null,
    sprints: [],
    priority: args.priority,
  }
  if (task.fate === 'canceled') script.cancel()
  else if (first) {
    if (random.chance(habits.straightToDoneRate)) script.straightToDone(first)
    else script.workedOn(first)
  }
  const statusTimes = script.moments()
  const planning = showPlanning({ ...args, ...statusTimes })
  const edits = random.chance(0.12)
    ? [{ at: createdAt + random.int(20, 170) * 1000, author: args.reporter, set: {}, edited: 'description' as const }]
    : []
  return {
    created,
    changes: settleChanges(
      created,
      [...planning, ...edits, ...args.edits, ...script.changes],
      createdAt,
      args.until,
      team,
    ),
  }
}

/** In order of time, never before creation or after the end, without what changes nothing, one entry per author and moment. */
export function settleChanges(
  created: ShownState,
  changes: readonly ShownChange[],
  createdAt: EpochMs,
  until: EpochMs,
  team: Pick<CompanyTeam, 'statuses'>,
): ShownChange[] {
  const inOrder = changes
    .map((change) => ({ ...change, at: Math.max(change.at, createdAt + 1000) }))
    .filter((change) => change.at <= until)
    .sort((a, b) => a.at - b.at)
  const settled: ShownChange[] = []
  let state = created
  for (const change of inOrder) {
    const set = effective(state, change.set, team)
    if (Object.keys(set).length === 0 && change.edited === undefined) continue
    state = { ...state, ...set }
    const last = settled.at(-1)
    const joins =
      last &&
      last.at === change.at &&
      last.author === change.author &&
      last.edited === undefined &&
      !sharesField(last.set, set)
    if (joins) settled[settled.length - 1] = { ...last, ...change, set: { ...last.set, ...set } }
    else settled.push({ ...change, set })
  }
  return settled
}

function effective(
  state: ShownState,
  set: Partial<ShownState>,
  team: Pick<CompanyTeam, 'statuses'>,
): Partial<ShownState> {
  const known = (value: unknown, field: string) =>
    field !== 'status' || team.statuses.some((status) => status.role === value)
  const kept = Object.entries(set).filter(
    ([field, value]) => known(value, field) && String(value ?? '') !== String(state[field as keyof ShownState] ?? ''),
  )
  return Object.fromEntries(kept)
}

function sharesField(a: Partial<ShownState>, b: Partial<ShownState>): boolean {
  return Object.keys(a).some((field) => field in b)
}

/** The moves of a ticket over the board, one after the other. */
class Script {
  readonly changes: ShownChange[] = []
  readonly #args: ShowTicketArgs
  readonly #assigns: boolean
  #startedAt: EpochMs | null = null
  #closedAt: EpochMs | null = null

  constructor(args: ShowTicketArgs) {
    this.#args = args
    this.#assigns = !args.random.chance(args.habits.unassignedRate)
  }

  has(role: StatusRole): boolean {
    return this.#args.team.statuses.some((status) => status.role === role)
  }

  moments(): { startedAt: EpochMs | null; closedAt: EpochMs | null } {
    return { startedAt: this.#startedAt, closedAt: this.#closedAt }
  }

  cancel() {
    const { random, createdAt } = this.#args
    const at = createdAt + random.logNormal(30 * dayMs, 1)
    if (random.chance(0.08) && this.#assigns) {
      const someone = this.#mate(-1)
      this.#move(createdAt + (at - createdAt) * 0.7, someone, 'doing', { assignee: someone })
    }
    this.#move(at, this.#manager(), 'canceled')
    this.#closedAt = at
  }

  straightToDone(first: Stretch) {
    const { random, task } = this.#args
    const end = this.#finishedAt()
    if (end === null) return
    const at = end + random.int(1, 90) * minuteMs
    const person = task.stretches.at(-1)?.person ?? first.person
    this.#startedAt = at
    this.#move(at, person, 'done', this.#assigns ? { assignee: person } : {})
    this.#closedAt = at
  }

  workedOn(first: Stretch) {
    this.#begin(first)
    this.#passOn()
    this.#pauses()
    this.#marks()
  }

  #begin(first: Stretch) {
    const { random, habits, task, createdAt } = this.#args
    const firstEnd = task.marks[0]?.at ?? task.stretches.at(-1)?.endsAt ?? first.endsAt
    let at = first.startsAt + random.int(-6, 35) * minuteMs
    if (random.chance(habits.wipExtra)) at = first.startsAt - random.logNormal(30 * hourMs, 0.8)
    else if (random.chance(habits.lateMoveRate)) at = first.startsAt + random.logNormal(9 * hourMs, 0.9)
    at = Math.max(createdAt + 2 * minuteMs, Math.min(at, firstEnd - 5 * minuteMs))
    this.#startedAt = at
    const apart = this.#assigns && random.chance(0.55)
    if (apart) {
      const planned = random.chance(0.5) ? random.int(1, 30) * minuteMs : random.logNormal(20 * hourMs, 1)
      this.changes.push({
        at: Math.round(at - planned),
        author: random.chance(0.5) ? first.person : this.#manager(),
        set: { assignee: first.person },
      })
    }
    this.#move(at, first.person, 'doing', this.#assigns && !apart ? { assignee: first.person } : {})
  }

  /** The assignee follows the work when somebody else takes over. */
  #passOn() {
    const { random, task } = this.#args
    if (!this.#assigns) return
    task.stretches.forEach((stretch, i) => {
      const before = task.stretches[i - 1]
      if (!before || before.person === stretch.person) return
      const at = stretch.startsAt - random.int(1, 50) * minuteMs
      this.changes.push({
        at,
        author: random.chance(0.7) ? stretch.person : this.#manager(),
        set: { assignee: stretch.person },
      })
    })
  }

  #pauses() {
    const { random, habits, task } = this.#args
    const turns = new Set(task.marks.map((mark) => mark.at))
    task.stretches.forEach((stretch, i) => {
      const next = task.stretches[i + 1]
      if (
        !next ||
        turns.has(stretch.endsAt) ||
        workdaysBetween(stretch, next) < 2 ||
        !random.chance(habits.blockedRate)
      )
        return
      const from = stretch.endsAt + random.int(1, 60) * minuteMs
      if (this.#startedAt === null || from <= this.#startedAt) return
      this.#move(from, stretch.person, 'blocked')
      if (this.has('blocked')) this.#move(next.startsAt - random.int(-10, 20) * minuteMs, next.person, 'doing')
    })
  }

  #marks() {
    const { random, task, habits } = this.#args
    const forgotten = random.chance(habits.forgottenRate)
    task.marks.forEach((mark, i) => {
      const person = task.stretches.findLast((stretch) => stretch.endsAt <= mark.at)?.person ?? this.#manager()
      const soon = mark.at + random.int(2, 35) * minuteMs
      const author = random.chance(0.12) ? this.#bot() : person
      if (mark.kind === 'to-review' && !forgotten) this.#move(soon, author, 'review')
      if (mark.kind === 'back-from-review') this.#move(mark.at, this.#mate(person), 'doing')
      if (mark.kind === 'to-testing') this.#move(soon, person, 'testing')
      if (mark.kind === 'reopened') this.#move(mark.at, this.#args.reporter, 'doing')
      if (mark.kind === 'finished') this.#finish(mark.at, person, forgotten, task.marks[i + 1]?.at ?? null)
    })
  }

  #finish(at: EpochMs, person: number, forgotten: boolean, reopenedAt: EpochMs | null) {
    const { random, habits } = this.#args
    const end = Math.max(at, this.#args.holdUntil)
    if (end > this.#args.until) return
    let done = end + random.int(3, 60) * minuteMs
    if (forgotten) done = end + Math.max(3 * dayMs, random.logNormal(8 * dayMs, 0.6))
    else if (this.has('review') && random.chance(0.72)) {
      const review = end + random.int(2, 40) * minuteMs
      this.#move(review, random.chance(0.12) ? this.#bot() : person, 'review')
      done = review + random.logNormal(5 * hourMs, 1)
    }
    if (!forgotten && random.chance(habits.lateMoveRate)) done += random.logNormal(14 * hourMs, 0.8)
    if (reopenedAt !== null && done >= reopenedAt) return
    this.#closedAt = reopenedAt === null ? done : null
    this.#move(done, random.chance(0.6) ? person : random.chance(0.5) ? this.#mate(person) : this.#manager(), 'done')
  }

  #finishedAt(): EpochMs | null {
    const end = this.#args.task.marks.findLast((mark) => mark.kind === 'finished')?.at
    return end === undefined ? null : Math.max(end, this.#args.holdUntil)
  }

  #move(at: EpochMs, author: number, status: StatusRole, also: Partial<ShownState> = {}) {
    if (this.has(status)) {
      const withinMinute = this.#args.random.int(0, 59_999)
      this.changes.push({ at: Math.round(at) + withinMinute, author, set: { status, ...also } })
    }
  }

  #manager(): number {
    return managerOf(this.#args.people, this.#args.team.index)
  }

  #bot(): number {
    return this.#args.people.findIndex((person) => person.role === 'bot')
  }

  /** Somebody else of the team. */
  #mate(person: number): number {
    const mates = this.#args.people.filter(
      (mate) => mate.team === this.#args.team.index && mate.role === 'engineer' && mate.index !== person,
    )
    return this.#args.random.pick(mates).index
  }
}

function workdaysBetween(a: Stretch, b: Stretch): number {
  let count = 0
  for (let day = a.day + 1; day < b.day; day++) if ((day + 3) % 7 < 5) count++
  return count
}
