import type {
  JiraBoard,
  JiraField,
  JiraIssueType,
  JiraPriority,
  JiraProject,
  JiraSite,
  JiraSprint,
  JiraStatus,
  JiraUser,
} from '../jira/site.ts'
import type { Company, CompanyPerson, CompanyTeam, Priority } from './model.ts'
import { createRandom } from './random.ts'
import { jiraTypeNames } from './tracker-type.ts'

/** Ids of the custom fields that the company's site has. */
export const jiraFieldIds = {
  epicLink: 'customfield_10014',
  sprint: 'customfield_10020',
  storyPoints: 'customfield_10026',
} as const

/** Jira's names of the company's priorities. */
export const jiraPriorityNames: Readonly<Record<Priority, string>> = {
  urgent: 'Highest',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}

/** Everything of a site that is not an issue: users, projects, statuses, fields, boards, sprints. */
export function jiraReference(
  company: Company,
  kind: JiraSite['kind'],
): Omit<JiraSite, 'kind' | 'baseUrl' | 'serverTime' | 'issues'> {
  const teams = company.teams.filter((team) => team.tracker === 'jira')
  const statuses = jiraStatuses(teams)
  return {
    users: company.people.map((person) => jiraUser(company, person, kind)),
    projects: teams.map(jiraProject),
    statuses,
    issueTypes: jiraTypeNames.map(jiraIssueType),
    fields: jiraFields,
    priorities: Object.values(jiraPriorityNames).map((name, i): JiraPriority => ({ id: String(i + 1), name })),
    boards: teams.map((team) => jiraBoard(team, statuses)),
    sprints: company.sprints
      .filter((sprint) => company.teams[sprint.team]?.tracker === 'jira')
      .map((sprint) => jiraSprint(company, sprint)),
  }
}

function jiraUser(company: Company, person: CompanyPerson, kind: JiraSite['kind']): JiraUser {
  const random = createRandom(`${company.seed}/account-${person.index}`)
  const accountId = `5f${Array.from({ length: 22 }, () => random.int(0, 15).toString(16)).join('')}`
  return {
    key: kind === 'cloud' ? accountId : `JIRAUSER${10100 + person.index}`,
    name: person.email.split('@')[0] ?? person.name,
    displayName: person.name,
    emailAddress: person.email,
    timeZone: person.role === 'bot' ? null : person.timeZone,
    active: person.left === null,
    accountType: person.role === 'bot' ? 'app' : 'atlassian',
  }
}

function jiraProject(team: CompanyTeam): JiraProject {
  return { id: String(10000 + team.index), key: team.key, name: team.name, style: 'classic' }
}

/** Teams that call a status the same share it, as on a site with one common set of statuses. */
function jiraStatuses(teams: readonly CompanyTeam[]): JiraStatus[] {
  const category = { todo: 'new', 'in-progress': 'indeterminate', done: 'done', canceled: 'done' } as const
  const byName = new Map(teams.flatMap((team) => team.statuses.map((status) => [status.name, status] as const)))
  return [...byName.values()].map((status, i) => ({
    id: status.name === 'In Progress' ? '3' : String(10000 + i),
    name: status.name,
    category: category[status.category],
  }))
}

function jiraIssueType(name: string, i: number): JiraIssueType {
  return {
    id: String(10001 + i),
    name,
    subtask: name === 'Sub-task',
    hierarchyLevel: name === 'Epic' ? 1 : name === 'Sub-task' ? -1 : 0,
  }
}

function jiraBoard(team: CompanyTeam, statuses: readonly JiraStatus[]): JiraBoard {
  return {
    id: team.index + 1,
    name: `${team.key} board`,
    type: team.sprints ? 'scrum' : 'kanban',
    projectKey: team.key,
    columns: team.statuses.map(({ name }) => ({
      name,
      statusIds: statuses.filter((status) => status.name === name).map((status) => status.id),
    })),
    estimationFieldId: team.sprints ? jiraFieldIds.storyPoints : null,
  }
}

function jiraSprint(company: Company, sprint: Company['sprints'][number]): JiraSprint {
  const iso = (at: number) => new Date(at).toISOString()
  const closed = sprint.endsAt <= company.until
  const started = sprint.startsAt <= company.until
  return {
    id: sprint.index + 1,
    name: `${company.teams[sprint.team]?.key} Sprint ${sprint.number}`,
    state: closed ? 'closed' : started ? 'active' : 'future',
    startDate: iso(sprint.startsAt),
    endDate: iso(sprint.endsAt),
    completeDate: closed ? iso(sprint.endsAt) : null,
    originBoardId: sprint.team + 1,
    goal: null,
  }
}

const system = (id: string, name: string, type: string, items?: string): JiraField => ({
  id,
  name,
  custom: false,
  schema: { type, system: id, ...(items === undefined ? {} : { items }) },
})

const jiraFields: JiraField[] = [
  system('summary', 'Summary', 'string'),
  system('description', 'Description', 'string'),
  system('issuetype', 'Issue Type', 'issuetype'),
  system('project', 'Project', 'project'),
  system('status', 'Status', 'status'),
  system('priority', 'Priority', 'priority'),
  system('resolution', 'Resolution', 'resolution'),
  system('resolutiondate', 'Resolved', 'datetime'),
  system('labels', 'Labels', 'array', 'string'),
  system('components', 'Components', 'array', 'component'),
  system('assignee', 'Assignee', 'user'),
  system('reporter', 'Reporter', 'user'),
  system('creator', 'Creator', 'user'),
  system('created', 'Created', 'datetime'),
  system('updated', 'Updated', 'datetime'),
  system('comment', 'Comment', 'comments-page'),
  system('worklog', 'Log Work', 'array', 'worklog'),
  { id: 'parent', name: 'Parent', custom: false },
  {
    id: jiraFieldIds.epicLink,
    name: 'Epic Link',
    custom: true,
    schema: { type: 'any', custom: 'com.pyxis.greenhopper.jira:gh-epic-link', customId: 10014 },
  },
  {
    id: 'customfield_10016',
    name: 'Story point estimate',
    custom: true,
    schema: { type: 'number', custom: 'com.pyxis.greenhopper.jira:jsw-story-points', customId: 10016 },
  },
  {
    id: 'customfield_10019',
    name: 'Rank',
    custom: true,
    schema: { type: 'any', custom: 'com.pyxis.greenhopper.jira:gh-lexo-rank', customId: 10019 },
  },
  {
    id: jiraFieldIds.sprint,
    name: 'Sprint',
    custom: true,
    schema: { type: 'array', items: 'json', custom: 'com.pyxis.greenhopper.jira:gh-sprint', customId: 10020 },
  },
  {
    id: jiraFieldIds.storyPoints,
    name: 'Story Points',
    custom: true,
    schema: { type: 'number', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float', customId: 10026 },
  },
]
