import type { Activity, EpochMs, Status, Transition, Worklog } from './ticket.ts'
import type { WorkingTime } from './working-days.ts'

/** What the effort rule needs to know of a ticket. Times may come in any order. */
export interface TicketForEffort {
  readonly id: string
  /** Of a sub-task its parent's ticket id, of every other ticket its own id. Stories are not grouped under their epic. */
  readonly groupId: string
  readonly createdAt: EpochMs
  readonly status: Status
  readonly assigneeAccountId: string | null
  readonly transitions: readonly Transition[]
  readonly activities: readonly Activity[]
  readonly worklogs: readonly Worklog[]
  /** Which changes were part of a bulk edit, see findBulkEdits; absent: none. */
  readonly bulkEdits?: readonly { readonly accountId: string; readonly at: EpochMs }[]
  /** Story points as they are now. */
  readonly estimate: number | null
  readonly isEpic: boolean
  readonly deletedAt: EpochMs | null
}

/** Who stands behind a tracker's accounts. */
export interface PeopleForEffort {
  /** The working time of the human behind an account; null for bots and for accounts that nobody knows. */
  readonly worker: (accountId: string) => WorkingTime | null
  readonly isBot: (accountId: string) => boolean
}
