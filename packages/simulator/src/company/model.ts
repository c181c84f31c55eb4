import type { Absence, EpochMs, LocalDate, StatusCategory, WorkCalendar, WorkType } from '@headroom/domain'

/** An invented software company: what it is, what its trackers show, and what really happened. */
export interface Company {
  readonly seed: string
  readonly name: string
  /** The first moment at which work was done. Tickets may be older. */
  readonly from: EpochMs
  /** Nothing in the company is younger. */
  readonly until: EpochMs
  readonly teams: readonly CompanyTeam[]
  readonly people: readonly CompanyPerson[]
  readonly calendars: readonly WorkCalendar[]
  readonly sprints: readonly CompanySprint[]
  /** Projects of the Linear teams; they play the part that epics play in Jira. */
  readonly projects: readonly CompanyProject[]
  /** What the trackers show. In order of creation, over all teams. */
  readonly tickets: readonly CompanyTicket[]
  /** For the simulator and for printing measured against true. Never handed to the measuring side. */
  readonly truth: Truth
}

/** What really happened. */
export interface Truth {
  /** By ticket index. */
  readonly workTypes: readonly WorkType[]
  /** By person and time. Over one person's day the hours sum to exactly their working time. */
  readonly work: readonly TrueWork[]
}

/** A stretch of one local day that one person spent on one thing. */
export interface TrueWork {
  readonly person: number
  readonly date: LocalDate
  /** Index of the ticket, or -1 for work without a ticket. */
  readonly ticket: number
  /** Minutes after local midnight. */
  readonly startMinute: number
  readonly hours: number
}

/** How tidily the company keeps its trackers. Rates are shares of tickets unless said otherwise. */
export interface Habits {
  /** Share of working time spent on work without a ticket. Shapes the truth itself. */
  readonly noTicketRate: number
  /** Finished tickets that come back for more work. Shapes the truth itself. */
  readonly reopenRate: number
  /** Moved to in progress, or to done, hours or days after the fact. */
  readonly lateMoveRate: number
  /** Left in progress for days or weeks after the work has ended. */
  readonly forgottenRate: number
  /** Moved to in progress days before anybody begins. */
  readonly wipExtra: number
  /** Never shown in progress: moved from to do to done. */
  readonly straightToDoneRate: number
  readonly unassignedRate: number
  /** Tracker type or label that contradicts the work. */
  readonly wrongTypeRate: number
  /** Share of sprints in which somebody edits the whole backlog within a minute. */
  readonly bulkGrooming: number
  /** Share of pauses in the work that are shown as blocked. */
  readonly blockedRate: number
  /** Chance that a stretch of work leaves a comment or an edit. */
  readonly evidenceRate: number
}

/** Habits of a company that is neither tidy nor careless. */
export const defaultHabits: Habits = {
  noTicketRate: 0.1,
  reopenRate: 0.03,
  lateMoveRate: 0.2,
  forgottenRate: 0.15,
  wipExtra: 0.12,
  straightToDoneRate: 0.04,
  unassignedRate: 0.03,
  wrongTypeRate: 0.12,
  bulkGrooming: 0.3,
  blockedRate: 0.3,
  evidenceRate: 0.3,
}

/** What a status means to the team, whatever the tracker calls it. */
export type StatusRole = 'backlog' | 'todo' | 'doing' | 'blocked' | 'review' | 'testing' | 'done' | 'canceled'

export interface CompanyStatus {
  readonly role: StatusRole
  readonly name: string
  readonly category: StatusCategory
}

export type TeamTopic = 'booking' | 'tracking' | 'billing' | 'platform' | 'carriers' | 'mobile' | 'insights'

export interface CompanyTeam {
  readonly index: number
  /** Key of the Jira project or the Linear team. */
  readonly key: string
  readonly name: string
  readonly tracker: 'jira' | 'linear'
  readonly topic: TeamTopic
  readonly statuses: readonly CompanyStatus[]
  /** Scrum teams plan in sprints (Linear: cycles). */
  readonly sprints: boolean
  readonly estimates: boolean
  readonly worklogs: boolean
  readonly components: readonly string[]
}

export interface CompanyPerson {
  readonly index: number
  readonly name: string
  readonly email: string
  readonly role: 'engineer' | 'designer' | 'tester' | 'manager' | 'bot'
  /** Managers and bots belong to a team, too, but record no working time. */
  readonly team: number
  readonly timeZone: string
  readonly calendarId: string
  readonly fte: number
  /** First and last working day; null: before the start, and still here. */
  readonly joined: LocalDate | null
  readonly left: LocalDate | null
  readonly absences: readonly Absence[]
}

export interface CompanySprint {
  readonly index: number
  readonly team: number
  readonly number: number
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs
}

export interface CompanyProject {
  readonly index: number
  readonly team: number
  readonly name: string
  readonly description: string
  readonly createdAt: EpochMs
  readonly completedAt: EpochMs | null
}

/** A ticket as its tracker keeps it, in words that fit both trackers. People and sprints are given by index. */
export interface CompanyTicket {
  readonly index: number
  readonly team: number
  /** Number within the team; the key is the team's key and this number. */
  readonly number: number
  readonly title: string
  readonly description: string
  /** Jira's issue type; null in Linear. */
  readonly type: string | null
  readonly isEpic: boolean
  readonly isSubtask: boolean
  /** Ticket index: the parent of a sub-task, the epic of anything else. */
  readonly parent: number | null
  readonly project: number | null
  readonly labels: readonly string[]
  readonly components: readonly string[]
  readonly priority: Priority
  readonly reporter: number
  readonly createdAt: EpochMs
  /** As it was created; `changes` lead from here to the present. */
  readonly created: ShownState
  /** Oldest first. */
  readonly changes: readonly ShownChange[]
  readonly comments: readonly ShownComment[]
  readonly worklogs: readonly ShownWorklog[]
}

export type Priority = 'urgent' | 'high' | 'medium' | 'low'

/** The fields whose changes a tracker records. */
export interface ShownState {
  readonly status: StatusRole
  readonly assignee: number | null
  readonly estimate: number | null
  /** Sprint indices, oldest first. */
  readonly sprints: readonly number[]
  readonly priority: Priority
}

/** One entry of the history: what one author changed at one moment. Edits of texts are noted, not kept. */
export interface ShownChange {
  readonly at: EpochMs
  readonly author: number
  readonly set: Partial<ShownState>
  readonly edited?: 'title' | 'description'
}

export interface ShownComment {
  readonly at: EpochMs
  readonly author: number
  readonly body: string
}

export interface ShownWorklog {
  readonly startedAt: EpochMs
  readonly author: number
  readonly seconds: number
}

/** The key that people use: `BOOK-123`. */
export function ticketKey(company: Pick<Company, 'teams'>, ticket: CompanyTicket): string {
  return `${company.teams[ticket.team]?.key}-${ticket.number}`
}

/** The state that the changes lead to. */
export function currentState(ticket: Pick<CompanyTicket, 'created' | 'changes'>): ShownState {
  return Object.assign({}, ticket.created, ...ticket.changes.map((change) => change.set))
}
