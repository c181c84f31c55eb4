import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assigneeIntervals, statusIntervals } from './history.ts'
import type { Status, Transition } from './ticket.ts'

const todo: Status = { id: '1', name: 'To Do', category: 'todo' }
const doing: Status = { id: '2', name: 'In Progress', category: 'in-progress' }
const done: Status = { id: '3', name: 'Done', category: 'done' }

function moved(at: number, from: Status | null, to: Status): Transition {
  return {
    id: `${at}`,
    at,
    field: 'status',
    from: from?.id ?? null,
    to: to.id,
    fromName: from?.name ?? null,
    toName: to.name,
    ...(from ? { fromCategory: from.category } : {}),
    toCategory: to.category,
    authorAccountId: null,
  }
}

function assigned(at: number, from: string | null, to: string | null): Transition {
  return { id: `${at}`, at, field: 'assignee', from, to, fromName: from, toName: to, authorAccountId: null }
}

function names(ticket: Parameters<typeof statusIntervals>[0]): [string, number, number | null][] {
  return statusIntervals(ticket).map((i) => [i.status, i.from, i.to])
}

describe('the statuses of a ticket', () => {
  it('are its current status from the creation on when it never changed', () => {
    expect(names({ createdAt: 10, status: doing, transitions: [] })).toEqual([['In Progress', 10, null]])
  })

  it('begin with what the first change came from', () => {
    const transitions = [moved(20, todo, doing), moved(30, doing, done)]
    expect(names({ createdAt: 10, status: done, transitions })).toEqual([
      ['To Do', 10, 20],
      ['In Progress', 20, 30],
      ['Done', 30, null],
    ])
  })

  it('do not depend on the order in which the changes are given', () => {
    const transitions = [moved(30, doing, done), moved(20, todo, doing)]
    expect(names({ createdAt: 10, status: done, transitions })).toEqual([
      ['To Do', 10, 20],
      ['In Progress', 20, 30],
      ['Done', 30, null],
    ])
  })

  it('believe a change from its own time on when it contradicts the one before', () => {
    const transitions = [moved(20, todo, doing), moved(30, todo, done)]
    expect(names({ createdAt: 10, status: done, transitions })).toEqual([
      ['To Do', 10, 20],
      ['In Progress', 20, 30],
      ['Done', 30, null],
    ])
  })

  it('take changes from before the creation as made at the creation', () => {
    const transitions = [moved(5, todo, doing), moved(30, doing, done)]
    expect(names({ createdAt: 10, status: done, transitions })).toEqual([
      ['In Progress', 10, 30],
      ['Done', 30, null],
    ])
  })

  it('leave out stretches without length, and join what they separated', () => {
    const transitions = [moved(20, todo, doing), moved(30, doing, done), moved(30, done, doing)]
    expect(names({ createdAt: 10, status: doing, transitions })).toEqual([
      ['To Do', 10, 20],
      ['In Progress', 20, null],
    ])
  })

  it('keep the move into the current status when the tracker does not say where it came from', () => {
    expect(names({ createdAt: 10, status: doing, transitions: [moved(20, null, doing)] })).toEqual([
      ['', 10, 20],
      ['In Progress', 20, null],
    ])
  })
})

describe('the assignees of a ticket', () => {
  it('include the stretches without anybody', () => {
    const transitions = [assigned(20, null, 'ann'), assigned(30, 'ann', null)]
    const intervals = assigneeIntervals({ createdAt: 10, assigneeAccountId: null, transitions })
    expect(intervals).toEqual([
      { assigneeAccountId: null, from: 10, to: 20 },
      { assigneeAccountId: 'ann', from: 20, to: 30 },
      { assigneeAccountId: null, from: 30, to: null },
    ])
  })
})

it('covers a life without gaps or overlaps, each stretch another value and with a length, whatever the changes', () => {
  const statuses = [todo, doing, done]
  const change = fc.record({ at: fc.integer({ min: 0, max: 30 }), from: fc.nat(2), to: fc.nat(2) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(30), (changes, createdAt) => {
      const transitions = changes.map(({ at, from, to }) => moved(at, statuses[from] ?? todo, statuses[to] ?? todo))
      const intervals = statusIntervals({ createdAt, status: done, transitions })

      expect(intervals[0]?.from).toBe(createdAt)
      expect(intervals.at(-1)?.to).toBeNull()
      intervals.slice(1).forEach((interval, i) => {
        expect(interval.from).toBe(intervals[i]?.to)
        expect(interval.from).toBeGreaterThan(intervals[i]?.from ?? Number.NaN)
        expect(interval.statusId).not.toBe(intervals[i]?.statusId)
      })
    }),
  )
})
