import { assigneeIntervals, statusIntervals } from './history.ts'
import { epochDay, localDate } from './local-time.ts'
import type { LocalDate } from './person.ts'
import type { EpochMs } from './ticket.ts'
import type { PeopleForEffort, TicketForEffort } from './ticket-for-effort.ts'
import type { WorkingTime } from './working-days.ts'

/** A stretch in which a ticket was assigned to one person in one in-progress status; the open one has `to: null`. */
export interface ActiveStretch {
  readonly worker: WorkingTime
  readonly statusName: string
  readonly from: EpochMs
  readonly to: EpochMs | null
}

/**
 * When a ticket was active for whom, oldest first, never two stretches at once. Epics and deleted tickets are never
 * active: an epic in progress would eat the time of the children that carry its work.
 */
export function activeStretches(ticket: TicketForEffort, people: PeopleForEffort): ActiveStretch[] {
  if (ticket.isEpic || ticket.deletedAt !== null) return []
  const statuses = statusIntervals(ticket).filter((s) => s.statusCategory === 'in-progress')
  if (statuses.length === 0) return []
  const stretches: ActiveStretch[] = []
  for (const assignee of assigneeIntervals(ticket)) {
    const worker = assignee.assigneeAccountId === null ? null : people.worker(assignee.assigneeAccountId)
    if (!worker) continue
    for (const status of statuses) {
      const from = Math.max(status.from, assignee.from)
      const to = earlier(status.to, assignee.to)
      if (to === null || from < to) stretches.push({ worker, statusName: status.status, from, to })
    }
  }
  return stretches
}

/** Local days, both ends included, on which a ticket was active for a person. */
export interface ActiveSpan {
  readonly personId: string
  readonly from: LocalDate
  readonly to: LocalDate
}

/**
 * The local days up to `asOf` on which a ticket was assigned to somebody in an in-progress status, fresh or not, waiting
 * or not, working day or not: what says that a person was there at all. See countedDays.
 */
export function activeSpans(ticket: TicketForEffort, people: PeopleForEffort, asOf: LocalDate): ActiveSpan[] {
  const lastDay = epochDay(asOf)
  return activeStretches(ticket, people).flatMap(({ worker, from, to }) => {
    const first = worker.dayOf(from)
    const last = to === null ? lastDay : Math.min(lastDay, worker.dayOf(to - 1))
    return first <= last ? [{ personId: worker.personId, from: localDate(first), to: localDate(last) }] : []
  })
}

function earlier(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}
