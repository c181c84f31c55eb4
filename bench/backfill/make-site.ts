import {
  type JiraHistory,
  type JiraHistoryItem,
  type JiraIssueRecord,
  type JiraSite,
  type JiraUser,
  jiraIssueTypeValue,
  jiraPriorityValue,
  jiraProjectValue,
  jiraStatusValue,
  jiraTimestamp,
  jiraUserValue,
} from '@headroom/simulator'

const hour = 3_600_000
const firstDay = Date.UTC(2025, 0, 6)
/** Issues are created this far apart. */
const pace = 47 * 60_000

const statuses = [
  { id: '10000', name: 'To Do', category: 'new' },
  { id: '3', name: 'In Progress', category: 'indeterminate' },
  { id: '10001', name: 'In Review', category: 'indeterminate' },
  { id: '10002', name: 'Done', category: 'done' },
] as const
const storyPoints = 'customfield_10026'
const sprintField = 'customfield_10020'

/**
 * A Jira Cloud site with `size` finished issues, each with six histories, a comment and a description of some hundred
 * words. The same for the same size.
 */
export function makeSite(size: number): JiraSite {
  const site: JiraSite = {
    kind: 'cloud',
    baseUrl: '',
    serverTime: () => firstDay + size * pace + 40 * 24 * hour,
    users: Array.from({ length: 40 }, (_, i) => user(i)),
    projects: ['SHOP', 'PAY', 'OPS', 'DATA'].map((key, i) => ({
      id: String(10_000 + i),
      key,
      name: `${key} project`,
      style: 'classic',
    })),
    statuses: [...statuses],
    issueTypes: ['Story', 'Bug', 'Task'].map((name, i) => ({
      id: String(10_001 + i),
      name,
      subtask: false,
      hierarchyLevel: 0,
    })),
    fields: [
      { id: 'summary', name: 'Summary', custom: false },
      {
        id: sprintField,
        name: 'Sprint',
        custom: true,
        schema: { type: 'array', custom: 'com.pyxis.greenhopper.jira:gh-sprint' },
      },
      {
        id: storyPoints,
        name: 'Story Points',
        custom: true,
        schema: { type: 'number', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float' },
      },
    ],
    priorities: ['High', 'Medium', 'Low'].map((name, i) => ({ id: String(i + 1), name })),
    boards: [],
    sprints: [],
    issues: new Map(),
  }
  for (let i = 0; i < size; i += 1) {
    const record = issue(site, i)
    site.issues.set(record.id, record)
  }
  return site
}

function user(i: number): JiraUser {
  return {
    key: `5f${String(i).padStart(22, '0')}`,
    name: `user-${i}`,
    displayName: `User Number ${i}`,
    emailAddress: `user-${i}@bench.example`,
    timeZone: 'Europe/Berlin',
    active: true,
    accountType: 'atlassian',
  }
}

/** One of a list, by a number that says nothing else. */
function pick<T>(list: readonly T[], i: number): T {
  const found = list[i % list.length]
  if (found === undefined) throw new RangeError('Nothing to pick from.')
  return found
}

function issue(site: JiraSite, i: number): JiraIssueRecord {
  const createdAt = firstDay + i * pace
  const worker = pick(site.users, i * 7)
  const reporter = pick(site.users, i * 11 + 3)
  const histories = historiesOf(i, createdAt, worker, reporter)
  const project = pick(site.projects, i)
  return {
    id: String(100_000 + i),
    key: `${project.key}-${i + 1}`,
    previousKeys: [],
    fields: {
      summary: `${words(i, 7)} ${i}`,
      description: [0, 1, 2].map((k) => words(i + k, 40)).join('\n\n'),
      issuetype: jiraIssueTypeValue(site, pick(site.issueTypes, i * 5)),
      status: jiraStatusValue(site, statuses[3]),
      project: jiraProjectValue(site, project),
      priority: jiraPriorityValue(site, pick(site.priorities, i)),
      labels: i % 3 === 0 ? ['backend', words(i, 1)] : [],
      components: i % 4 === 0 ? [{ id: '1', name: 'api' }] : [],
      resolution: { id: '10000', name: 'Done', description: '' },
      assignee: jiraUserValue(site, worker),
      reporter: jiraUserValue(site, reporter),
      created: jiraTimestamp(createdAt),
      updated: histories.at(-1)?.created ?? jiraTimestamp(createdAt),
      [storyPoints]: (i % 5) + 1,
      [sprintField]: null,
    },
    histories,
    comments: [
      {
        id: String(5_000_000 + i),
        authorKey: reporter.key,
        body: words(i + 9, 25),
        created: jiraTimestamp(createdAt + 6 * hour),
        updated: jiraTimestamp(createdAt + 6 * hour),
      },
    ],
    worklogs: [],
    deleted: false,
  }
}

function historiesOf(i: number, createdAt: number, worker: JiraUser, reporter: JiraUser): JiraHistory[] {
  const move = (from: number, to: number) => {
    const [before, after] = [pick(statuses, from), pick(statuses, to)]
    return item('status', before.id, before.name, after.id, after.name)
  }
  const entries: [hours: number, author: JiraUser, items: JiraHistoryItem[]][] = [
    [
      1,
      reporter,
      [{ ...item('Story Points', null, null, null, String((i % 5) + 1)), fieldId: storyPoints, fieldtype: 'custom' }],
    ],
    [5, reporter, [item('assignee', null, null, worker.key, worker.displayName)]],
    [24, worker, [move(0, 1)]],
    [30, worker, [item('description', null, words(i, 12), null, words(i + 1, 12))]],
    [72 + (i % 60), worker, [move(1, 2)]],
    [100 + (i % 90), reporter, [move(2, 3), item('resolution', null, null, '10000', 'Done')]],
  ]
  return entries.map(([hours, author, items], k) => ({
    id: String(1_000_000 + i * 6 + k),
    authorKey: author.key,
    created: jiraTimestamp(createdAt + hours * hour),
    items,
  }))
}

function item(
  field: string,
  from: string | null,
  fromString: string | null,
  to: string | null,
  toText: string | null,
): JiraHistoryItem {
  return { field, fieldId: field, fieldtype: 'jira', from, fromString, to, toString: toText }
}

const vocabulary =
  'customer invoice retry queue latency schema migrate report export import filter search login session token cache index deploy rollback alert metric trace budget quota tenant webhook payload parser layout button dialog mobile offline sync conflict merge'.split(
    ' ',
  )

function words(seed: number, count: number): string {
  return Array.from({ length: count }, (_, k) => pick(vocabulary, seed * 31 + k * (k + 17))).join(' ')
}
