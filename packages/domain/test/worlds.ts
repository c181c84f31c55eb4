import fc from 'fast-check'
import type {
  Activity,
  EpochMs,
  LocalDate,
  Person,
  PersonForEffort,
  Status,
  TicketForEffort,
  Transition,
  WorkCalendar,
  Worklog,
} from '../src/index.ts'
import { workingTime } from '../src/index.ts'

/** Statuses of every weight: to do, full, review, waiting, done. */
export const statuses = {
  todo: { id: '1', name: 'To Do', category: 'todo' },
  doing: { id: '2', name: 'In Progress', category: 'in-progress' },
  review: { id: '3', name: 'Code Review', category: 'in-progress' },
  blocked: { id: '4', name: 'Blocked', category: 'in-progress' },
  done: { id: '5', name: 'Done', category: 'done' },
} as const satisfies Record<string, Status>

export const botAccount = 'bot'

/** The horizon has the clock changes of New York (8 March), Berlin (29 March) and Lord Howe (5 April, half an hour). */
export const horizon = { from: '2026-03-02', to: '2026-04-26' } as const
export const horizonStart: EpochMs = Date.parse('2026-03-02T00:00:00Z')
const minuteMs = 60_000

export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Tongatapu',
  'Pacific/Pago_Pago',
  'Australia/Lord_Howe',
] as const

/** A person and calendar as typed in, before they become working time: what a second implementation starts from. */
export interface WorldPerson {
  readonly person: Person
  readonly calendar: WorkCalendar
  readonly accountIds: readonly string[]
}

export interface World {
  readonly people: readonly WorldPerson[]
  readonly tickets: readonly TicketForEffort[]
  readonly asOf: LocalDate
}

export function calendar(over: Partial<WorkCalendar> = {}): WorkCalendar {
  return {
    id: 'calendar',
    name: 'Calendar',
    timeZone: 'UTC',
    weekdays: [1, 2, 3, 4, 5],
    hours: ['09:00', '17:00'],
    holidays: [],
    ...over,
  }
}

export function person(over: Partial<Person> = {}): Person {
  return { id: 'p0', displayName: 'P', kind: 'human', timeZone: null, calendarId: null, fte: 1, absences: [], ...over }
}

export function forEffort({ person, calendar, accountIds }: WorldPerson): PersonForEffort {
  return { workingTime: workingTime(person, calendar), accountIds, kind: 'human', memberships: [] }
}

export const bot: PersonForEffort = {
  workingTime: workingTime(person({ id: 'bot', kind: 'bot' }), calendar()),
  accountIds: [botAccount],
  kind: 'bot',
  memberships: [],
}

export function peopleOf(world: World): PersonForEffort[] {
  return [...world.people.map(forEffort), bot]
}

export function ticket(over: Partial<TicketForEffort> & { readonly id: string }): TicketForEffort {
  return {
    groupId: over.id,
    createdAt: horizonStart,
    status: statuses.doing,
    assigneeAccountId: 'a0',
    transitions: [],
    activities: [],
    worklogs: [],
    estimate: null,
    isEpic: false,
    deletedAt: null,
    ...over,
  }
}

export function moved(at: EpochMs, from: Status, to: Status, authorAccountId: string | null = null): Transition {
  return {
    id: `s${at}`,
    at,
    field: 'status',
    from: from.id,
    to: to.id,
    fromName: from.name,
    toName: to.name,
    fromCategory: from.category,
    toCategory: to.category,
    authorAccountId,
  }
}

export function assigned(at: EpochMs, from: string | null, to: string | null, by: string | null = null): Transition {
  return { id: `a${at}`, at, field: 'assignee', from, to, fromName: from, toName: to, authorAccountId: by }
}

export function commented(at: EpochMs, authorAccountId: string | null = null): Activity {
  return { id: `c${at}`, at, kind: 'comment', authorAccountId }
}

export function logged(startedAt: EpochMs, seconds: number, authorAccountId = 'a0'): Worklog {
  return { id: `w${startedAt}`, startedAt, seconds, authorAccountId }
}

const accounts = ['a0', 'b0', 'a1', 'a2', botAccount, 'stranger'] as const
const account = fc.constantFrom(...accounts)
/** Whole minutes, mostly of the first seven weeks, so that counting minutes is exact. */
const instant = fc.integer({ min: 0, max: 54 * 24 * 60 }).map((minute) => horizonStart + minute * minuteMs)
const status = fc.constantFrom(...Object.values(statuses), statuses.doing, statuses.doing)

const dayInHorizon = fc.integer({ min: 0, max: 55 }).map((day) => isoDate(horizonStart + day * 86_400_000))

function worldPerson(index: number): fc.Arbitrary<WorldPerson> {
  return fc
    .record({
      zone: fc.constantFrom(...zones),
      fte: fc.constantFrom(1, 1, 0.5, 0.8),
      hours: fc.constantFrom<readonly [string, string]>(['09:00', '17:00'], ['07:30', '15:00'], ['00:00', '08:00']),
      holidays: fc.array(dayInHorizon, { maxLength: 2 }),
      absences: fc.array(
        fc.record({
          start: fc.integer({ min: 0, max: 50 }),
          days: fc.integer({ min: 0, max: 9 }),
          fraction: fc.constantFrom(1, 1, 0.5),
        }),
        { maxLength: 2 },
      ),
    })
    .map(({ zone, fte, hours, holidays, absences }) => ({
      person: person({
        id: `p${index}`,
        fte,
        timeZone: zone,
        absences: absences.map(({ start, days, fraction }) => ({
          from: isoDate(horizonStart + start * 86_400_000),
          to: isoDate(horizonStart + (start + days) * 86_400_000),
          fraction,
        })),
      }),
      calendar: calendar({ hours, holidays }),
      accountIds: index === 0 ? ['a0', 'b0'] : [`a${index}`],
    }))
}

/** A ticket whose history is consistent; its times within one field are distinct. */
export function anyTicket(id: string, groups: readonly string[]): fc.Arbitrary<TicketForEffort> {
  return fc
    .record({
      createdAt: instant,
      groupId: fc.constantFrom(id, id, ...groups),
      firstStatus: status,
      firstAssignee: fc.option(account),
      moves: fc.uniqueArray(fc.tuple(instant, status, fc.option(account)), { maxLength: 5, selector: ([at]) => at }),
      assignments: fc.uniqueArray(fc.tuple(instant, fc.option(account), fc.option(account)), {
        maxLength: 3,
        selector: ([at]) => at,
      }),
      comments: fc.array(
        fc.tuple(
          instant,
          fc.option(account),
          fc.constantFrom<Activity['kind']>('comment', 'description', 'other-edit'),
        ),
        { maxLength: 6 },
      ),
      worklogs: fc.array(fc.tuple(instant, fc.integer({ min: 0, max: 36_000 }), account), { maxLength: 2 }),
      estimate: fc.option(fc.constantFrom(0, 1, 2, 3, 5, 8, 0.5)),
      isEpic: fc.integer({ min: 0, max: 15 }).map((n) => n === 0),
      deletedAt: fc.integer({ min: 0, max: 15 }).map((n) => (n === 0 ? horizonStart : null)),
    })
    .map((parts) => ticketOf(id, parts))
}

interface Parts {
  readonly createdAt: EpochMs
  readonly groupId: string
  readonly firstStatus: Status
  readonly firstAssignee: string | null
  readonly moves: readonly (readonly [EpochMs, Status, string | null])[]
  readonly assignments: readonly (readonly [EpochMs, string | null, string | null])[]
  readonly comments: readonly (readonly [EpochMs, string | null, Activity['kind']])[]
  readonly worklogs: readonly (readonly [EpochMs, number, string])[]
  readonly estimate: number | null
  readonly isEpic: boolean
  readonly deletedAt: EpochMs | null
}

function ticketOf(id: string, parts: Parts): TicketForEffort {
  const transitions: Transition[] = []
  let current: Status = parts.firstStatus
  for (const [at, to, by] of parts.moves.filter(([at]) => at > parts.createdAt).sort((a, b) => a[0] - b[0])) {
    transitions.push(moved(at, current, to, by))
    current = to
  }
  let assignee = parts.firstAssignee
  for (const [at, to, by] of parts.assignments.filter(([at]) => at > parts.createdAt).sort((a, b) => a[0] - b[0])) {
    transitions.push(assigned(at, assignee, to, by))
    assignee = to
  }
  return {
    id,
    groupId: parts.groupId,
    createdAt: parts.createdAt,
    status: current,
    assigneeAccountId: assignee,
    transitions: transitions.sort((a, b) => a.at - b.at),
    activities: parts.comments.map(([at, by, kind], i) => ({ id: `c${i}`, at, kind, authorAccountId: by })),
    worklogs: parts.worklogs.map(([startedAt, seconds, by], i) => ({
      id: `w${i}`,
      startedAt,
      seconds,
      authorAccountId: by,
    })),
    estimate: parts.estimate,
    isEpic: parts.isEpic,
    deletedAt: parts.deletedAt,
  }
}

export const ticketIds = ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7'] as const

/** Three people over seven zones, up to eight tickets over eight weeks, with a bot and an account that nobody knows. */
export const anyWorld: fc.Arbitrary<World> = fc.record({
  people: fc.tuple(worldPerson(0), worldPerson(1), worldPerson(2)),
  tickets: fc
    .tuple(...ticketIds.map((id) => anyTicket(id, ['t0', 't1'])))
    .chain((all) => fc.subarray(all, { minLength: 1 })),
  asOf: fc.constantFrom<LocalDate>('2026-03-27', '2026-04-05', '2026-04-24', horizon.to),
})

export function isoDate(at: EpochMs): LocalDate {
  return new Date(at).toISOString().slice(0, 10)
}
