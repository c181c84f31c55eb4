import type { EpochMs } from '@headroom/domain'
import { type JiraIssueRecord, type JiraSite, jiraTimestamp } from '../jira/site.ts'
import {
  jiraIssueTypeValue,
  jiraParentValue,
  jiraPriorityValue,
  jiraProjectValue,
  jiraStatusValue,
  jiraUserValue,
} from '../jira/values.ts'
import { type JiraNames, jiraHistories, jiraStatusOf, resolutionOf } from './jira-histories.ts'
import { jiraFieldIds, jiraPriorityNames, jiraReference } from './jira-reference.ts'
import { type Company, type CompanyTeam, type CompanyTicket, currentState } from './model.ts'

/** The Jira site of a company, Cloud by default, with the tickets of its Jira teams. `serverTime` is the company's end unless given. */
export function toJiraSite(
  company: Company,
  options: { kind?: JiraSite['kind']; serverTime?: () => EpochMs } = {},
): JiraSite {
  const kind = options.kind ?? 'cloud'
  const site: JiraSite = {
    kind,
    baseUrl: '',
    serverTime: options.serverTime ?? (() => company.until),
    ...jiraReference(company, kind),
    issues: new Map(),
  }
  const names: JiraNames = {
    site,
    company,
    userOf: (person) => {
      const user = site.users[person]
      if (!user) throw new Error(`The company has no person ${person}.`)
      return user
    },
  }
  const records = new Map<number, JiraIssueRecord>()
  let lines = 100_000
  for (const ticket of company.tickets) {
    const team = company.teams[ticket.team]
    if (team?.tracker !== 'jira') continue
    const parent = ticket.parent === null ? undefined : records.get(ticket.parent)
    const record = issueRecord(names, ticket, team, parent, lines)
    lines += record.histories.length + record.comments.length + record.worklogs.length
    records.set(ticket.index, record)
    site.issues.set(record.id, record)
  }
  return site
}

function issueRecord(
  names: JiraNames,
  ticket: CompanyTicket,
  team: CompanyTeam,
  parent: JiraIssueRecord | undefined,
  firstId: number,
): JiraIssueRecord {
  const histories = jiraHistories(names, ticket, team, firstId)
  const record: JiraIssueRecord = {
    id: String(20_000 + ticket.index),
    key: `${team.key}-${ticket.number}`,
    previousKeys: [],
    fields: {},
    histories,
    comments: ticket.comments.map((comment, i) => ({
      id: String(firstId + histories.length + i),
      authorKey: names.userOf(comment.author).key,
      body: comment.body,
      created: jiraTimestamp(comment.at),
      updated: jiraTimestamp(comment.at),
    })),
    worklogs: worklogs(names, ticket, firstId + histories.length + ticket.comments.length),
    deleted: false,
  }
  record.fields = fieldsOf(names, ticket, team, parent, record)
  return record
}

function worklogs({ userOf, company }: JiraNames, ticket: CompanyTicket, firstId: number): JiraIssueRecord['worklogs'] {
  return ticket.worklogs.map((worklog, i) => {
    const logged = jiraTimestamp(Math.min(company.until, worklog.startedAt + worklog.seconds * 1000 + 5 * 60_000))
    return {
      id: String(firstId + i),
      authorKey: userOf(worklog.author).key,
      comment: '',
      started: jiraTimestamp(worklog.startedAt),
      created: logged,
      updated: logged,
      timeSpentSeconds: worklog.seconds,
      deletedAt: null,
    }
  })
}

function fieldsOf(
  { site, userOf }: JiraNames,
  ticket: CompanyTicket,
  team: CompanyTeam,
  parent: JiraIssueRecord | undefined,
  record: JiraIssueRecord,
): Record<string, unknown> {
  const state = currentState(ticket)
  const resolution = resolutionOf(state.status)
  const reporter = jiraUserValue(site, userOf(ticket.reporter))
  const type = named(site.issueTypes, ticket.type ?? 'Task')
  const project = named(site.projects, team.name)
  const resolved = ticket.changes.findLast((change) => change.set.status !== undefined)?.at
  return {
    summary: ticket.title,
    description: ticket.description === '' ? null : ticket.description,
    issuetype: jiraIssueTypeValue(site, type),
    project: jiraProjectValue(site, project),
    status: jiraStatusValue(site, jiraStatusOf(site, team, state.status)),
    priority: jiraPriorityValue(site, named(site.priorities, jiraPriorityNames[state.priority])),
    labels: [...ticket.labels],
    components: ticket.components.map((name) => ({
      id: String(10_500 + team.index * 20 + team.components.indexOf(name)),
      name,
    })),
    assignee: state.assignee === null ? null : jiraUserValue(site, userOf(state.assignee)),
    reporter,
    creator: reporter,
    created: jiraTimestamp(ticket.createdAt),
    updated: lastTouched(record, jiraTimestamp(ticket.createdAt)),
    resolution: resolution && { ...resolution, description: '' },
    resolutiondate: resolution && resolved !== undefined ? jiraTimestamp(resolved) : null,
    ...(parent ? { parent: jiraParentValue(site, parent) } : {}),
    [jiraFieldIds.epicLink]: parent && !ticket.isSubtask ? parent.key : null,
    [jiraFieldIds.sprint]: state.sprints.length === 0 ? null : state.sprints.map((sprint) => sprint + 1),
    [jiraFieldIds.storyPoints]: state.estimate,
    customfield_10016: null,
    issuelinks: [],
    subtasks: [],
    fixVersions: [],
    duedate: null,
  }
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((entry) => entry.name === name)
  if (!found) throw new Error(`The site has no '${name}'.`)
  return found
}

/** Jira's timestamps all have one shape and one offset, so the latest is the greatest text. */
function lastTouched(record: JiraIssueRecord, created: string): string {
  const times = [...record.histories, ...record.comments, ...record.worklogs].map((entry) => entry.created)
  return [created, ...times].sort().at(-1) ?? created
}
