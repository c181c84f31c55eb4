import { randomUUID } from 'node:crypto'
import type { JiraChanges } from '../jira/changes.ts'
import { type JiraSimulator, startJiraSimulator } from '../jira/simulator.ts'
import type { JiraIssueRecord, JiraSite } from '../jira/site.ts'
import type { SmallChange, SmallTracker, SmallTrackerOptions } from './small-tracker.ts'
import { stretchesOf, type TrueTicket } from './true-ticket.ts'

const estimateField = 'customfield_10016'

/** Jira Cloud or Data Center as a {@link SmallTracker}. */
export async function startSmallJira(
  options: SmallTrackerOptions & { readonly kind: 'jira-cloud' | 'jira-dc' },
): Promise<SmallTracker> {
  const { kind, webhookRetryDelayMs } = options
  const people = { ada: randomUUID(), bob: randomUUID() }
  const site = smallSite(options, people)
  const credentials = kind === 'jira-cloud' ? { email: 'ada@example.invalid', apiToken: 'secret' } : { token: 'secret' }
  const jira: JiraSimulator = await startJiraSimulator({
    site,
    limits: options.jira ?? {},
    accounts: [{ ...credentials, userKey: people.ada }],
    ...(webhookRetryDelayMs === undefined ? {} : { webhookRetryDelayMs }),
  })
  const issues = () => [...site.issues.values()]
  const projectOf = ({ fields }: JiraIssueRecord) =>
    site.projects.find(({ id }) => id === (fields.project as { id: string }).id)
  const toChanges = ({ title, estimate, assignee, archived, trashed, ...rest }: SmallChange): JiraChanges => {
    if (archived !== undefined || trashed !== undefined) throw new TypeError('Jira has no archive or trash of issues')
    return {
      ...rest,
      ...(title === undefined ? {} : { summary: title }),
      ...(estimate === undefined ? {} : { storyPoints: estimate }),
      ...(assignee === undefined ? {} : { assignee: assignee && people[assignee] }),
    }
  }
  return {
    kind,
    url: jira.url,
    credentials,
    faults: jira.faults,
    webhooks: jira.webhooks,
    create: (title, project = 'PAY') =>
      jira.createIssue({ project, issueType: 'Story', summary: title, description: title }, people.ada).id,
    ids: () => issues().flatMap((issue) => (isShown(issue, projectOf(issue)?.state) ? [issue.id] : [])),
    edit: (id, change) => void jira.editIssue(id, toChanges(change), people.bob),
    remove: (id) => void jira.deleteIssue(id, people.ada),
    restore: (id) => void jira.restoreIssue(id),
    setProject(key, state) {
      const project = site.projects.find((candidate) => candidate.key === key)
      if (project === undefined) throw new RangeError(`There is no project ${key}.`)
      if (state === 'live') delete project.state
      else project.state = state
    },
    disturbIndex: (indexLagMs, indexFlapEvery) => jira.disturbIndex({ indexLagMs, indexFlapEvery }),
    truth: () => new Map(issues().map((issue) => [issue.id, trueTicket(issue, projectOf(issue))])),
    clear() {
      jira.faults.clear()
      jira.disturbIndex({ indexLagMs: 0, indexFlapEvery: 0 })
      for (const project of site.projects) delete project.state
      site.issues.clear()
    },
    flush: () => jira.flush(),
    stop: () => jira.stop(),
  }
}

/** What an archived project holds can't be edited, yet it is still there to be read. */
function isShown({ deleted }: JiraIssueRecord, project: 'archived' | 'deleted' | undefined): boolean {
  return !deleted && project === undefined
}

function trueTicket(issue: JiraIssueRecord, project: JiraSite['projects'][number] | undefined): TrueTicket {
  if (issue.deleted || project?.state === 'deleted') return { gone: true }
  const { fields } = issue
  const status = fields.status as { id: string }
  const assignee = fields.assignee as { accountId?: string; key?: string } | null
  const changes = (fieldId: string) =>
    issue.histories.flatMap(({ created, items }) =>
      items.filter((item) => item.fieldId === fieldId).map(({ from, to }) => ({ at: Date.parse(created), from, to })),
    )
  const createdAt = Date.parse(String(fields.created))
  const assigneeId = assignee?.accountId ?? assignee?.key ?? null
  return {
    gone: false,
    key: issue.key,
    formerKeys: issue.previousKeys.toSorted(),
    title: String(fields.summary),
    description: String(fields.description ?? ''),
    place: project?.key ?? '',
    status: status.id,
    assignee: assigneeId,
    estimate: (fields[estimateField] as number | null | undefined) ?? null,
    archived: false,
    createdAt,
    updatedAt: Date.parse(String(fields.updated)),
    comments: issue.comments.length,
    statuses: stretchesOf(createdAt, status.id, changes('status')),
    assignees: stretchesOf(createdAt, assigneeId, changes('assignee')),
  }
}

function smallSite(
  { kind, clock, timeZone = 'Etc/UTC' }: SmallTrackerOptions,
  people: Readonly<Record<'ada' | 'bob', string>>,
): JiraSite {
  const user = { timeZone, active: true, accountType: 'atlassian' as const }
  return {
    kind: kind === 'jira-cloud' ? 'cloud' : 'dc',
    baseUrl: '',
    serverTime: () => clock.ms,
    users: [
      { ...user, key: people.ada, name: 'ada', displayName: 'Ada', emailAddress: 'ada@example.invalid' },
      { ...user, key: people.bob, name: 'bob', displayName: 'Bob', emailAddress: null },
    ],
    projects: [
      { id: '10000', key: 'PAY', name: 'Payments', style: 'classic' },
      { id: '10001', key: 'OPS', name: 'Operations', style: 'classic' },
    ],
    statuses: [
      { id: '1', name: 'To Do', category: 'new' },
      { id: '3', name: 'In Progress', category: 'indeterminate' },
      { id: '5', name: 'Done', category: 'done' },
      { id: '6', name: "Won't do", category: 'done' },
    ],
    issueTypes: [{ id: '11', name: 'Story', subtask: false, hierarchyLevel: 0 }],
    fields: [
      {
        id: estimateField,
        name: 'Story Points',
        custom: true,
        schema: { type: 'number', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float', customId: 10016 },
      },
    ],
    priorities: [{ id: '3', name: 'Medium' }],
    boards: [{ id: 1, name: 'Board', type: 'scrum', projectKey: 'PAY', columns: [], estimationFieldId: estimateField }],
    sprints: [],
    issues: new Map(),
  }
}
