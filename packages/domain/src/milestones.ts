import { type StatusInterval, statusIntervals } from './history.ts'
import type { EpochMs, Status, Transition } from './ticket.ts'

/** When work on a ticket began and ended, as its statuses say. */
export interface Milestones {
  /** The first move into an in-progress status; null when there was none. */
  readonly startedAt: EpochMs | null
  /** When it came to its end for good; a later move from one done status to another does not shift it. Null while open. */
  readonly completedAt: EpochMs | null
}

/** The milestones of a ticket from its status history. */
export function milestones(ticket: {
  readonly createdAt: EpochMs
  readonly transitions: readonly Transition[]
  readonly status: Status
}): Milestones {
  const intervals = statusIntervals(ticket)
  const startedAt = intervals.find((i) => i.statusCategory === 'in-progress')?.from ?? null
  let completedAt: EpochMs | null = null
  for (const interval of intervals) {
    if (!ended(interval)) completedAt = null
    else completedAt ??= interval.from
  }
  return { startedAt, completedAt }
}

function ended(interval: StatusInterval): boolean {
  return interval.statusCategory === 'done' || interval.statusCategory === 'canceled'
}
