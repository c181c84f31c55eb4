import type { TrackerTicket } from '@headroom/domain'
import { statusIntervals } from '@headroom/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertJira } from './convert.ts'
import { type JiraReferences, referencesFrom } from './references.ts'

const references: JiraReferences = referencesFrom(
  'https://example.atlassian.net',
  [
    {
      id: 'cf_points',
      name: 'Story Points',
      schema: { custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float' },
    },
    {
      id: 'cf_estimate',
      name: 'Story point estimate',
      schema: { custom: 'com.pyxis.greenhopper.jira:jsw-story-points' },
    },
    { id: 'cf_sprint', name: 'Sprint', schema: { custom: 'com.pyxis.greenhopper.jira:gh-sprint' } },
    { id: 'cf_epic', name: 'Epos', schema: { custom: 'com.pyxis.greenhopper.jira:gh-epic-link' } },
    { id: 'cf_label', name: 'Epic Name', schema: { custom: 'com.pyxis.greenhopper.jira:gh-epic-label' } },
  ],
  [
    { id: '1', name: 'To Do', statusCategory: { key: 'new' } },
    { id: '3', name: 'Doing', statusCategory: { key: 'indeterminate' } },
    { id: '5', name: 'Closed', statusCategory: { key: 'done' } },
  ],
)

const status = { id: '1', name: 'To Do', statusCategory: { key: 'new' } }
const created = '2026-03-02T09:00:00.000+0100'
const createdAt = Date.UTC(2026, 2, 2, 8)

function payload(fields: object = {}, histories: object[] = [], more: object = {}) {
  return {
    issue: {
      id: '10001',
      key: 'PAY-7',
      fields: {
        summary: 'Pay by card',
        description: null,
        issuetype: { name: 'Story', subtask: false },
        status,
        project: { id: '10', key: 'PAY', name: 'Payments' },
        assignee: null,
        created,
        updated: created,
        ...fields,
      },
    },
    histories,
    historyTotal: histories.length,
    comments: [],
    worklogs: [],
    ...more,
  }
}

function history(id: string, minute: number, ...items: object[]) {
  return {
    id,
    created: new Date(createdAt + minute * 60_000).toISOString().replace('Z', '+0000'),
    author: { accountId: 'ada' },
    items,
  }
}

const item = (
  field: string,
  from: string | null,
  fromString: string | null,
  to: string | null,
  toText: string | null,
) => ({
  field,
  from,
  fromString,
  to,
  toString: toText,
})

function ticket(raw: unknown): TrackerTicket {
  const fetched = convertJira(references, raw)
  if ('problem' in fetched) throw new Error(fetched.problem)
  return fetched.ticket
}

describe('a Jira issue', () => {
  it('is read in our words', () => {
    const raw = payload({
      description: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Because.' }] }] },
      parent: { id: '10000', key: 'PAY-1', fields: {} },
      labels: ['checkout'],
      components: [{ id: '1', name: 'Web' }],
      priority: { name: 'High' },
      assignee: { accountId: 'bob' },
      cf_points: null,
      cf_estimate: 3,
      cf_sprint: [
        { id: 8, name: 'S8', state: 'active' },
        { id: 7, name: 'S7', state: 'closed' },
      ],
    })

    expect(ticket(raw)).toMatchObject({
      externalId: '10001',
      key: 'PAY-7',
      url: 'https://example.atlassian.net/browse/PAY-7',
      title: 'Pay by card',
      description: 'Because.',
      type: 'Story',
      isSubtask: false,
      isEpic: false,
      parentExternalId: '10000',
      parentKey: 'PAY-1',
      labels: ['checkout'],
      components: ['Web'],
      priority: 'High',
      estimate: 3,
      assigneeAccountId: 'bob',
      reporterAccountId: null,
      createdAt,
      sprints: [{ id: '7' }, { id: '8' }],
      trackerTeam: null,
      trashed: false,
    })
  })

  it('of Data Center is an epic by its epic name, and belongs to one by the epic link', () => {
    expect(ticket(payload({ cf_label: 'Checkout' })).isEpic).toBe(true)
    expect(ticket(payload({ cf_epic: 'PAY-2' }))).toMatchObject({
      isEpic: false,
      parentExternalId: null,
      parentKey: 'PAY-2',
    })
    expect(ticket(payload({ issuetype: { name: 'Initiative', hierarchyLevel: 2 } })).isEpic).toBe(true)
  })

  it('without a title, as old archives have some, keeps its history', () => {
    expect(ticket(payload({ summary: undefined })).title).toBe('')
  })

  it('that fails to convert says which field is at fault, in one line, and never throws', () => {
    const problem = (raw: unknown) => {
      const fetched = convertJira(references, raw)
      return 'problem' in fetched ? fetched.problem : null
    }

    expect(problem(payload({ updated: undefined }))).toBe('Issue PAY-7: fields.updated is missing')
    expect(problem(payload({ created: 'last week' }))).toBe('Issue PAY-7: fields.created is not a time')
    expect(problem(payload({ status: null }))).toBe('Issue PAY-7: fields.status is null where object was expected')
    expect(problem(payload({ assignee: 'bob' }))).toBe(
      'Issue PAY-7: fields.assignee is string where object was expected',
    )
    expect(problem(payload({}, [{ id: '1', items: [] }]))).toBe('Issue PAY-7: histories.0.created is missing')
    expect(problem({ issue: { fields: {} } })).toBe('Issue without id: id is missing')
    expect(problem(payload({}, [], { issue: { ...payload().issue, key: '' } }))).toBe('Issue 10001: key is empty')
    fc.assert(fc.property(fc.anything(), (raw) => problem(raw) !== null))
  })

  it('takes null and absent for what we do not count', () => {
    const raw = payload({
      labels: null,
      components: undefined,
      priority: null,
      project: null,
      parent: null,
      cf_sprint: null,
    })

    expect(ticket(raw)).toMatchObject({ labels: [], components: [], priority: null, project: null, sprints: [] })
  })
})

describe("a Jira issue's history", () => {
  it('is put in order of time whatever order it came in, doubles removed, items numbered', () => {
    const start = history(
      '100',
      10,
      item('status', '1', 'To Do', '3', 'Doing'),
      item('assignee', null, null, 'bob', 'Bob'),
    )
    const end = history('101', 20, item('status', '3', 'Doing', '5', 'Closed'))

    const { transitions, historyComplete } = ticket(payload({ status: { id: '5', name: 'Closed' } }, [end, start, end]))

    expect(transitions.map((t) => [t.id, t.field, t.from, t.to, t.fromName, t.toName])).toEqual([
      ['100:0', 'status', '1', '3', 'To Do', 'Doing'],
      ['100:1', 'assignee', null, 'bob', null, 'Bob'],
      ['101:0', 'status', '3', '5', 'Doing', 'Closed'],
    ])
    expect(historyComplete).toBe(false)
  })

  it('of the bulk changelog has epoch milliseconds, and may have no author and null items', () => {
    const entry = {
      id: '100',
      created: createdAt + 60_000,
      author: null,
      items: [null, item('status', '1', 'To Do', '3', 'Doing')],
    }

    const [transition] = ticket(payload({ status: { id: '3', name: 'Doing' } }, [entry])).transitions

    expect(transition).toMatchObject({
      id: '100:1',
      at: createdAt + 60_000,
      authorAccountId: null,
      toCategory: 'in-progress',
    })
  })

  it('reads what a field changed to from the item itself, not from what every object inherits', () => {
    const bare = { field: 'assignee', from: null, fromString: null, to: 'bob' }

    expect(ticket(payload({}, [history('1', 1, bare)])).transitions[0]?.toName).toBeNull()
  })

  it('knows sprints, estimates, parents, types, projects and keys under all their names', () => {
    const { transitions, previousKeys, activities } = ticket(
      payload({}, [
        history(
          '1',
          1,
          item('Sprint', '12, 9', 'S12, S9', '', ''),
          { ...item('Story point estimate', null, '', null, '3.0'), fieldId: 'cf_estimate' },
          item('Story Points', null, '8', null, ''),
          item('Epic Link', null, null, '77', 'PAY-2'),
          item('IssueParentAssociation', '77', 'PAY-2', '78', 'PAY-3'),
          item('type', '6', 'Task', '3', 'Story'),
          item('issuetype', '6', 'Task', '3', 'Story'),
          item('project', '9', 'Old', '10', 'Payments'),
          item('Key', null, 'OLD-1', null, 'PAY-7'),
          item('Epos', null, null, '79', 'PAY-4'),
        ),
        history('2', 2, item('summary', null, 'a', null, 'b'), item('Rank', null, '', null, 'Ranked higher')),
        history('3', 3, item('labels', null, '', null, 'x'), item('Fix Version', null, null, '1', '1.0')),
      ]),
    )

    expect(transitions.map((t) => [t.id, t.field, t.from, t.to])).toEqual([
      ['1:0', 'sprint', '9,12', ''],
      ['1:1', 'estimate', null, '3'],
      ['1:2', 'estimate', '8', null],
      ['1:3', 'parent', null, '77'],
      ['1:4', 'parent', '77', '78'],
      ['1:5', 'type', '6', '3'],
      ['1:7', 'project', '9', '10'],
      ['1:8', 'key', 'OLD-1', 'PAY-7'],
      ['1:9', 'parent', null, '79'],
    ])
    expect(previousKeys).toEqual(['OLD-1'])
    expect(activities.map((a) => [a.id, a.kind])).toEqual([
      ['2:0', 'summary'],
      ['3:0', 'other-edit'],
    ])
  })

  it('tells given-up work from done work by the resolution that the ticket had when it left the status', () => {
    const raw = payload(
      { status: { id: '5', name: 'Closed', statusCategory: { key: 'done' } }, resolution: { name: "Won't Fix" } },
      [
        history('1', 10, item('status', '1', 'To Do', '5', 'Closed'), item('resolution', null, null, '1', 'Fixed')),
        history('2', 20, item('status', '5', 'Closed', '1', 'To Do'), item('resolution', '1', 'Fixed', null, null)),
        history('3', 30, item('status', '1', 'To Do', '5', 'Closed'), item('resolution', null, null, '1', 'Fixed')),
        history('4', 40, item('resolution', '1', 'Fixed', '2', "Won't Fix")),
      ],
    )

    expect(statusIntervals(ticket(raw)).map((i) => i.statusCategory)).toEqual(['todo', 'done', 'todo', 'canceled'])
    expect(ticket(raw).status.category).toBe('canceled')
  })

  it('does not hold a later resolution against work that was done before it', () => {
    const raw = payload(
      { status: { id: '5', name: 'Closed', statusCategory: { key: 'done' } }, resolution: { name: 'Duplicate' } },
      [
        history('1', 10, item('status', '1', 'To Do', '5', 'Closed')),
        history('2', 20, item('status', '5', 'Closed', '3', 'Doing')),
        history('3', 30, item('status', '3', 'Doing', '5', 'Closed'), item('resolution', null, null, '9', 'Duplicate')),
      ],
    )

    expect(statusIntervals(ticket(raw)).map((i) => i.statusCategory)).toEqual([
      'todo',
      'done',
      'in-progress',
      'canceled',
    ])
  })

  it('judges statuses that exist no more by their names, and unknown names as not begun', () => {
    const names = ['In Review', 'Erledigt?', 'Resolved', 'Duplicate', 'Not started']
    const categories = names.map(
      (name) =>
        ticket(payload({}, [history('1', 1, item('status', '99', name, '1', 'To Do'))])).transitions[0]?.fromCategory,
    )

    expect(categories).toEqual(['in-progress', 'todo', 'done', 'canceled', 'todo'])
  })
})

describe('comments and worklogs', () => {
  it('are signs of life; work with an unreadable date counts when it was logged', () => {
    const raw = payload({}, [], {
      comments: [{ id: '5', created, author: { accountId: 'ada' }, body: 'x' }],
      worklogs: [
        {
          id: '6',
          author: { accountId: 'ada' },
          started: '51502-07-01T00:00:00.000+0000',
          created,
          timeSpentSeconds: 3600,
        },
      ],
    })

    expect(ticket(raw).activities).toEqual([
      { id: 'comment:5', at: createdAt, kind: 'comment', authorAccountId: 'ada' },
    ])
    expect(ticket(raw).worklogs).toEqual([{ id: '6', authorAccountId: 'ada', startedAt: createdAt, seconds: 3600 }])
  })
})
