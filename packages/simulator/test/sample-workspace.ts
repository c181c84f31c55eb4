import { createLinearIssue, editLinearIssue } from '../src/linear/edit.ts'
import type { LinearWorkspace } from '../src/linear/workspace.ts'
import type { Clock } from './sample-site.ts'

/** A workspace of two teams with `count` issues, one created every minute; every third shares its `updatedAt`. */
export function sampleWorkspace(count: number, clock: Clock = { ms: Date.UTC(2026, 2, 2, 9) }): LinearWorkspace {
  const workspace: LinearWorkspace = { ...emptyWorkspace(), serverTime: () => clock.ms }
  for (let number = 0; number < count; number += 1) {
    clock.ms += 60_000
    const { issue } = createLinearIssue(
      workspace,
      {
        team: number % 2 === 0 ? 'WEB' : 'OPS',
        title: `Issue ${number}`,
        description: 'Why **now**',
        estimate: number % 4,
      },
      'user-ada',
    )
    if (number % 3 !== 0) clock.ms += 1
    editLinearIssue(workspace, issue.id, { state: 'In Progress', assignee: 'user-bob' }, 'user-bob')
  }
  return workspace
}

function emptyWorkspace(): LinearWorkspace {
  const entity = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', archivedAt: null }
  const user = { ...entity, active: true, admin: false, guest: false, app: false, timezone: 'Europe/Berlin' }
  const team = {
    ...entity,
    timezone: 'Europe/Berlin',
    private: false,
    issueEstimationType: 'fibonacci' as const,
    defaultIssueEstimate: 1,
    cyclesEnabled: true,
    cycleDuration: 2,
  }
  const states = ['web', 'ops'].flatMap((key) => [
    {
      ...entity,
      id: `${key}-todo`,
      name: 'Todo',
      type: 'unstarted' as const,
      color: '#aaa',
      position: 0,
      teamId: `team-${key}`,
    },
    {
      ...entity,
      id: `${key}-doing`,
      name: 'In Progress',
      type: 'started' as const,
      color: '#bbb',
      position: 1,
      teamId: `team-${key}`,
    },
    {
      ...entity,
      id: `${key}-done`,
      name: 'Done',
      type: 'completed' as const,
      color: '#ccc',
      position: 2,
      teamId: `team-${key}`,
    },
  ])
  return {
    organization: { id: 'org', name: 'Acme', urlKey: 'acme', createdAt: entity.createdAt },
    serverTime: () => 0,
    teams: [
      { ...team, id: 'team-web', key: 'WEB', name: 'Web' },
      { ...team, id: 'team-ops', key: 'OPS', name: 'Operations' },
    ],
    states,
    users: [
      { ...user, id: 'user-ada', name: 'Ada', displayName: 'ada', email: 'ada@example.invalid' },
      { ...user, id: 'user-bob', name: 'Bob', displayName: 'bob', email: 'bob@example.invalid' },
      { ...user, id: 'user-eve', name: 'Eve', displayName: 'eve', email: 'eve@example.invalid', active: false },
    ],
    labels: [
      { ...entity, id: 'label-group', name: 'Kind', color: '#000', isGroup: true, parentId: null, teamId: null },
      {
        ...entity,
        id: 'label-debt',
        name: 'Debt',
        color: '#111',
        isGroup: false,
        parentId: 'label-group',
        teamId: null,
      },
    ],
    cycles: [
      {
        ...entity,
        id: 'cycle-1',
        number: 1,
        name: null,
        startsAt: '2026-03-01T00:00:00.000Z',
        endsAt: '2026-03-15T00:00:00.000Z',
        completedAt: null,
        teamId: 'team-web',
      },
    ],
    projects: [
      {
        ...entity,
        id: 'project-1',
        name: 'Replace billing',
        description: '',
        statusType: 'started',
        teamIds: ['team-web'],
        leadId: 'user-ada',
        startDate: '2026-02-01',
        targetDate: null,
        startedAt: null,
        completedAt: null,
        canceledAt: null,
      },
    ],
    issues: new Map(),
  }
}
