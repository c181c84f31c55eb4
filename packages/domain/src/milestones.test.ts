import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { milestones } from './milestones.ts'
import type { Status, StatusCategory, Transition } from './ticket.ts'

const statuses: Readonly<Record<string, StatusCategory>> = {
  open: 'todo',
  doing: 'in-progress',
  testing: 'in-progress',
  done: 'done',
  released: 'done',
  dropped: 'canceled',
}

/** A ticket that was made at 0 in `first` and moved to each of `rest` one after the other, an hour apart. */
function ticket(first: string, ...rest: readonly string[]) {
  const transitions = rest.map((to, n): Transition => {
    const from = n === 0 ? first : (rest[n - 1] ?? '')
    return {
      id: String(n),
      at: n + 1,
      field: 'status',
      from,
      to,
      fromName: from,
      toName: to,
      fromCategory: statuses[from] ?? 'todo',
      toCategory: statuses[to] ?? 'todo',
      authorAccountId: null,
    }
  })
  const last = rest.at(-1) ?? first
  const status: Status = { id: last, name: last, category: statuses[last] ?? 'todo' }
  return { createdAt: 0, transitions, status }
}

describe('the completion of a ticket', () => {
  it('is its first move into a done status, however often it moves on among done ones', () => {
    expect(milestones(ticket('open', 'doing', 'done', 'released', 'done')).completedAt).toBe(2)
    expect(milestones(ticket('open', 'done', 'dropped')).completedAt).toBe(1)
  })

  it('is the last time it was closed, when it was opened again in between', () => {
    expect(milestones(ticket('open', 'done', 'doing', 'released', 'done')).completedAt).toBe(3)
  })

  it('is none while it is open, and its creation when it was made closed', () => {
    expect(milestones(ticket('open', 'done', 'doing')).completedAt).toBe(null)
    expect(milestones(ticket('done')).completedAt).toBe(0)
  })

  it('shifts by no move between done statuses: leaving those moves out changes nothing', () => {
    const names = fc.constantFrom(...Object.keys(statuses))
    fc.assert(
      fc.property(names, fc.array(names, { maxLength: 12 }), (first, rest) => {
        const given = ticket(first, ...rest)
        const ends = (category: string | undefined) => category === 'done' || category === 'canceled'
        const opened = given.transitions.filter((t) => !(ends(t.fromCategory) && ends(t.toCategory)))
        const reached = opened.at(-1)
        const status = reached
          ? { id: reached.to ?? '', name: reached.toName ?? '', category: reached.toCategory ?? 'todo' }
          : { id: first, name: first, category: statuses[first] ?? 'todo' }

        expect(milestones({ ...given, transitions: opened, status }).completedAt).toBe(milestones(given).completedAt)
        expect(milestones(given).completedAt !== null).toBe(ends(given.status.category))
      }),
    )
  })
})

it('work begins with the first move into a status of work', () => {
  expect(milestones(ticket('open', 'done', 'doing', 'testing')).startedAt).toBe(2)
  expect(milestones(ticket('open', 'done')).startedAt).toBe(null)
})
