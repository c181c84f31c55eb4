import type { EpochMs, Status, StatusCategory, Transition, TransitionField } from './ticket.ts'

/** A stretch of time in which a field had one value; the open one has `to: null`. */
export interface StatusInterval {
  readonly statusId: string
  readonly status: string
  readonly statusCategory: StatusCategory
  readonly from: EpochMs
  readonly to: EpochMs | null
}

export interface AssigneeInterval {
  readonly assigneeAccountId: string | null
  readonly from: EpochMs
  readonly to: EpochMs | null
}

interface WithHistory {
  readonly createdAt: EpochMs
  readonly transitions: readonly Transition[]
}

/**
 * The statuses of a ticket over its life, oldest first, without gaps, beginning at `createdAt`.
 *
 * The value before the first change is that change's `from`; without any change it is the current status. Where a change's
 * `from` contradicts the one before it, the change is believed from its own time on. Changes dated before the creation
 * (clock skew, imports) are taken as made at the creation. Zero-length stretches are left out, unless it is the only one.
 */
export function statusIntervals(ticket: WithHistory & { readonly status: Status }): StatusInterval[] {
  const changes = changesOf(ticket, 'status')
  const first = changes[0]
  const initial: Value<Status> = first
    ? { value: statusFrom(first, ticket.status), at: ticket.createdAt }
    : { value: ticket.status, at: ticket.createdAt }
  const values = [initial, ...changes.map((t) => ({ value: statusTo(t, ticket.status), at: t.at }))]
  return stretches(values, (a, b) => a.id === b.id).map(({ value, from, to }) => ({
    statusId: value.id,
    status: value.name,
    statusCategory: value.category,
    from,
    to,
  }))
}

/** Who a ticket was assigned to over its life; the same rules as for {@link statusIntervals}. */
export function assigneeIntervals(
  ticket: WithHistory & { readonly assigneeAccountId: string | null },
): AssigneeInterval[] {
  const changes = changesOf(ticket, 'assignee')
  const first = changes[0]
  const initial = { value: first ? first.from : ticket.assigneeAccountId, at: ticket.createdAt }
  const values = [initial, ...changes.map((t) => ({ value: t.to, at: t.at }))]
  return stretches(values, (a, b) => a === b).map(({ value, from, to }) => ({ assigneeAccountId: value, from, to }))
}

/** A stable sort: changes of the same instant keep the tracker's order. */
function changesOf(ticket: WithHistory, field: TransitionField): Transition[] {
  return ticket.transitions.filter((t) => t.field === field).sort((a, b) => a.at - b.at)
}

interface Value<T> {
  readonly value: T
  readonly at: EpochMs
}

function statusFrom(t: Transition, current: Status): Status {
  return statusOf(t.from, t.fromName, t.fromCategory, current)
}

function statusTo(t: Transition, current: Status): Status {
  return statusOf(t.to, t.toName, t.toCategory, current)
}

/** A value that the tracker left out is a status of its own, so that it is never taken for the one that follows. */
function statusOf(
  id: string | null,
  name: string | null,
  category: StatusCategory | undefined,
  current: Status,
): Status {
  const known = id === current.id ? current : null
  return { id: id ?? '', name: name ?? known?.name ?? id ?? '', category: category ?? known?.category ?? 'todo' }
}

function stretches<T>(values: readonly Value<T>[], same: (a: T, b: T) => boolean) {
  const result: { value: T; from: EpochMs; to: EpochMs | null }[] = []
  let start = values[0]?.at ?? 0
  for (const { value, at } of values) {
    const last = result.at(-1)
    const from = Math.max(at, start)
    start = from
    if (last && same(last.value, value)) continue
    if (last && last.from === from) {
      result.pop()
      const before = result.at(-1)
      if (before && same(before.value, value)) {
        before.to = null
        continue
      }
    } else if (last) last.to = from
    result.push({ value, from, to: null })
  }
  return result
}
