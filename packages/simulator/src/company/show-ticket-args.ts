import type { EpochMs } from '@headroom/domain'
import type { CompanyPerson, CompanySprint, CompanyTeam, Habits, Priority, ShownChange } from './model.ts'
import type { Random } from './random.ts'
import type { Task } from './task.ts'

/** What the tracker lets one see of a task. */
export interface ShowTicketArgs {
  readonly random: Random
  readonly task: Task
  readonly team: CompanyTeam
  readonly people: readonly CompanyPerson[]
  readonly habits: Habits
  /** The team's sprints, oldest first. */
  readonly sprints: readonly CompanySprint[]
  /** Moments at which somebody edits the whole backlog. */
  readonly groomings: readonly EpochMs[]
  /** Edits of the texts while the work went on. */
  readonly edits: readonly ShownChange[]
  readonly createdAt: EpochMs
  readonly reporter: number
  readonly priority: Priority
  /** A story is not closed before its sub-tasks: when the last of them really ended, or infinity. */
  readonly holdUntil: EpochMs
  readonly until: EpochMs
}
