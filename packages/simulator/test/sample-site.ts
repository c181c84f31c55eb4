import { createJiraIssue, editJiraIssue } from '../src/jira/edit.ts'
import type { JiraSite } from '../src/jira/site.ts'

export const epicLinkField = 'customfield_10014'
export const pointsField = 'customfield_10016'
export const sprintField = 'customfield_10020'

export interface Clock {
  ms: number
}

/** A small site with `count` stories in two projects, one created every minute; the clock stands after the last one. */
export function sampleSite(
  kind: 'cloud' | 'dc',
  count: number,
  clock: Clock = { ms: Date.UTC(2026, 2, 2, 9) },
): JiraSite {
  const site: JiraSite = { ...emptySite(kind), serverTime: () => clock.ms }
  for (let number = 0; number < count; number += 1) {
    clock.ms += 60_000
    const { issue } = createJiraIssue(
      site,
      {
        project: number % 2 === 0 ? 'PAY' : 'OPS',
        issueType: number % 10 === 0 ? 'Epic' : 'Story',
        summary: `Ticket ${number}`,
        description: `h2. Why\n\nLine one\nline two\n\n* first\n* second`,
        assignee: number % 3 === 0 ? null : 'user-ada',
        storyPoints: number % 5,
      },
      'user-ada',
    )
    clock.ms += 1
    editJiraIssue(site, issue.id, { status: 'In Progress' }, 'user-bob')
  }
  return site
}

function emptySite(kind: 'cloud' | 'dc'): JiraSite {
  const user = { timeZone: 'America/New_York', active: true, accountType: 'atlassian' as const }
  return {
    kind,
    baseUrl: '',
    serverTime: () => 0,
    users: [
      { ...user, key: 'user-ada', name: 'ada', displayName: 'Ada', emailAddress: 'ada@example.invalid' },
      { ...user, key: 'user-bob', name: 'bob', displayName: 'Bob', emailAddress: null },
    ],
    projects: [
      { id: '10000', key: 'PAY', name: 'Payments', style: 'classic' },
      { id: '10001', key: 'OPS', name: 'Operations', style: 'classic' },
    ],
    statuses: [
      { id: '1', name: 'To Do', category: 'new' },
      { id: '3', name: 'In Progress', category: 'indeterminate' },
      { id: '5', name: 'Done', category: 'done' },
    ],
    issueTypes: [
      { id: '10', name: 'Epic', subtask: false, hierarchyLevel: 1 },
      { id: '11', name: 'Story', subtask: false, hierarchyLevel: 0 },
      { id: '12', name: 'Sub-task', subtask: true, hierarchyLevel: -1 },
    ],
    fields: [
      { id: 'summary', name: 'Summary', custom: false, schema: { type: 'string', system: 'summary' } },
      {
        id: epicLinkField,
        name: 'Epic Link',
        custom: true,
        schema: { type: 'any', custom: 'com.pyxis.greenhopper.jira:gh-epic-link', customId: 10014 },
      },
      {
        id: pointsField,
        name: 'Story Points',
        custom: true,
        schema: { type: 'number', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float', customId: 10016 },
      },
      {
        id: sprintField,
        name: 'Sprint',
        custom: true,
        schema: { type: 'array', items: 'json', custom: 'com.pyxis.greenhopper.jira:gh-sprint', customId: 10020 },
      },
    ],
    priorities: [{ id: '3', name: 'Medium' }],
    boards: [
      {
        id: 1,
        name: 'PAY board',
        type: 'scrum',
        projectKey: 'PAY',
        columns: [{ name: 'Doing', statusIds: ['3'] }],
        estimationFieldId: pointsField,
      },
      { id: 2, name: 'OPS board', type: 'kanban', projectKey: 'OPS', columns: [], estimationFieldId: null },
    ],
    sprints: [
      {
        id: 7,
        name: 'Sprint [7], early',
        state: 'closed',
        startDate: '2026-03-02T09:00:00.000+01:00',
        endDate: '2026-03-16T09:00:00.000+01:00',
        completeDate: '2026-03-16T10:00:00.000+01:00',
        originBoardId: 1,
        goal: 'Ship, safely',
      },
      {
        id: 8,
        name: 'Sprint 8',
        state: 'active',
        startDate: '2026-03-16T09:00:00.000+01:00',
        endDate: '2026-03-30T09:00:00.000+02:00',
        completeDate: null,
        originBoardId: 1,
        goal: null,
      },
    ],
    issues: new Map(),
  }
}
