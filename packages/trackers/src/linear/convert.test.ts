import { statusIntervals, type TrackerTicket } from '@headroom/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertLinear } from './convert.ts'
import type { LinearReferences } from './references.ts'

const references: LinearReferences = {
  states: {
    s1: { name: 'Triage', type: 'triage' },
    s2: { name: 'In Progress', type: 'started' },
    s3: { name: 'Duplicate', type: 'duplicate' },
  },
  users: { u1: 'Ada', u2: 'Bob' },
  labels: { l1: 'Area/Billing', l2: 'Bug' },
  cycles: { c1: { id: 'c1', name: 'Cycle 1', state: 'closed', startsAt: 1, endsAt: 2, completedAt: 2 } },
  projects: { p1: 'Checkout' },
}

const end = { hasNextPage: false, endCursor: null }

function node(fields: object = {}, rows: object[] = []) {
  return {
    id: 'i1',
    identifier: 'ENG-7',
    previousIdentifiers: [],
    url: 'https://linear.app/x/issue/ENG-7',
    title: 'Pay by card',
    description: null,
    priorityLabel: 'No priority',
    priority: 0,
    estimate: null,
    labelIds: ['l1', 'new'],
    createdAt: '2026-03-02T09:00:00.000Z',
    updatedAt: '2026-03-02T09:00:00.000Z',
    archivedAt: null,
    trashed: null,
    state: { id: 's3', name: 'Duplicate', type: 'duplicate' },
    team: { id: 't1', key: 'ENG', name: 'Engineering' },
    project: null,
    cycle: { id: 'c1', number: 1, name: null, startsAt: '2026-03-02T00:00:00.000Z', endsAt: null, completedAt: null },
    parent: { id: 'i0', identifier: 'ENG-1' },
    assignee: { id: 'u1' },
    creator: null,
    history: { nodes: rows, pageInfo: end },
    comments: { nodes: [{ id: 'k1', createdAt: '2026-03-02T10:00:00.000Z', user: null }], pageInfo: end },
    ...fields,
  }
}

const row = (id: string, time: string, changes: object) => ({
  id,
  createdAt: `2026-03-0${time}.000Z`,
  actorId: 'u1',
  ...changes,
})

function ticket(raw: unknown): TrackerTicket {
  const fetched = convertLinear(references, raw)
  if ('problem' in fetched) throw new Error(fetched.problem)
  return fetched.ticket
}

describe('a Linear issue', () => {
  it('keeps changes of one millisecond in an order that leads to how the issue is now', () => {
    const state = fc.constantFrom('s1', 's2', 's3')
    const paths = fc
      .array(state, { minLength: 2, maxLength: 6 })
      .filter((path) => path.every((s, i) => s !== path[i - 1]))
    const shuffled = paths.chain((path) =>
      fc.record({
        path: fc.constant(path),
        rows: fc.shuffledSubarray(
          path.slice(1).map((to, i) => row(`r${i}`, '2T10:00:00', { fromStateId: path[i], toStateId: to })),
          { minLength: path.length - 1 },
        ),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ path, rows }) => {
        const last = path.at(-1) ?? ''
        const state = { id: last, ...references.states[last] }
        const moves = ticket(node({ state }, rows)).transitions.filter(({ field }) => field === 'status')
        expect(moves).toHaveLength(rows.length)
        expect(moves.at(-1)?.to).toBe(last)
        for (const [i, move] of moves.slice(1).entries()) expect(move.from).toBe(moves[i]?.to)
      }),
    )
  })

  it('is read in our words, labels with their groups, no priority as none', () => {
    expect(ticket(node())).toMatchObject({
      externalId: 'i1',
      key: 'ENG-7',
      type: null,
      isSubtask: true,
      isEpic: false,
      status: { id: 's3', name: 'Duplicate', category: 'canceled' },
      trackerTeam: { key: 'ENG' },
      parentExternalId: 'i0',
      parentKey: 'ENG-1',
      sprints: [{ id: 'c1', state: 'closed' }],
      labels: ['Area/Billing', 'new'],
      priority: null,
      assigneeAccountId: 'u1',
      activities: [{ id: 'comment:k1', kind: 'comment', authorAccountId: null }],
      historyComplete: true,
    })
  })

  it('shows its history oldest first, one transition for each changed field', () => {
    const rows = [
      row('h2', '3T09:00:00', {
        fromStateId: 's2',
        toStateId: 's3',
        fromEstimate: 2,
        toEstimate: 2.5,
        fromCycleId: null,
        toCycleId: 'c1',
      }),
      row('h1', '2T10:00:00', {
        fromStateId: 's1',
        toStateId: 's2',
        fromAssigneeId: null,
        toAssigneeId: 'u2',
        updatedDescription: true,
        addedLabelIds: ['l1'],
      }),
    ]

    const found = ticket(node({}, rows))

    expect(found.transitions.map((t) => [t.id, t.field, t.from, t.to, t.fromName, t.toName])).toEqual([
      ['h1:0', 'status', 's1', 's2', 'Triage', 'In Progress'],
      ['h1:1', 'assignee', null, 'u2', null, 'Bob'],
      ['h2:0', 'status', 's2', 's3', 'In Progress', 'Duplicate'],
      ['h2:2', 'estimate', '2', '2.5', null, null],
      ['h2:4', 'sprint', '', 'c1', null, 'Cycle 1'],
    ])
    expect(found.activities.map((a) => a.id)).toEqual(['h1:description', 'h1:other-edit', 'comment:k1'])
    expect(statusIntervals(found).map((i) => i.statusCategory)).toEqual(['todo', 'in-progress', 'canceled'])
  })

  it('tells which key it had before each move between teams', () => {
    const rows = [
      row('h2', '4T09:00:00', { fromTeamId: 't2', toTeamId: 't1' }),
      row('h1', '3T09:00:00', { fromTeamId: 't3', toTeamId: 't2' }),
    ]

    const found = ticket(node({ previousIdentifiers: ['OPS-3', 'DES-4'] }, rows))

    expect(found.previousKeys).toEqual(['OPS-3', 'DES-4'])
    expect(found.transitions.map((t) => [t.id, t.field, t.from, t.to])).toEqual([
      ['h1:6', 'key', 'OPS-3', 'DES-4'],
      ['h2:6', 'key', 'DES-4', 'ENG-7'],
    ])
  })

  it('that is in the trash, archived or cut off says so', () => {
    const found = ticket(
      node({
        trashed: true,
        archivedAt: '2026-03-05T00:00:00.000Z',
        history: { nodes: [], pageInfo: { hasNextPage: true, endCursor: 'x' } },
      }),
    )

    expect(found).toMatchObject({ trashed: true, archivedAt: Date.UTC(2026, 2, 5), historyComplete: false })
  })

  it('that fails to convert says which field is at fault, in one line, and never throws', () => {
    const problem = (raw: unknown) => {
      const fetched = convertLinear(references, raw)
      return 'problem' in fetched ? fetched.problem : null
    }

    expect(problem(node({ title: undefined }))).toBe('Issue ENG-7: title is missing')
    expect(problem(node({ createdAt: 'soon' }))).toBe('Issue ENG-7: createdAt is not a time')
    expect(problem(node({ history: undefined }))).toBe('Issue ENG-7: history is missing')
    fc.assert(fc.property(fc.anything(), (raw) => problem(raw) !== null))
  })
})
