import { SimulatorEditError } from '../server/edit-error.ts'
import { type JiraChanges, type JiraCreation, oneOf } from './changes.ts'
import { findIssue } from './context.ts'
import { changedFields } from './edit-fields.ts'
import { type JiraHistory, type JiraIssueRecord, type JiraSite, jiraTimestamp } from './site.ts'
import { jiraIssueTypeValue, jiraPriorityValue, jiraProjectValue, jiraStatusValue, jiraUserValue } from './values.ts'

/** What happened, for the search index and the webhooks. `before` is null when the issue is new. */
export interface JiraEvent {
  readonly kind: 'created' | 'updated' | 'deleted'
  readonly issue: JiraIssueRecord
  readonly before: JiraIssueRecord | null
  readonly history: JiraHistory | null
  readonly commentId: string | null
  readonly byUser: string | null
  readonly atMs: number
}

/** Changes an issue as a user would: fields, one history with all changed items, `updated`. Nothing happens twice. */
export function editJiraIssue(site: JiraSite, idOrKey: string, changes: JiraChanges, byUser: string | null): JiraEvent {
  const issue = existing(site, idOrKey)
  const before = snapshot(issue)
  const atMs = site.serverTime()
  const { fields, items } = changedFields(site, issue, changes)
  if (changes.project !== undefined) items.push(...move(site, issue, fields, changes.project))
  const history =
    items.length === 0 ? null : { id: nextId(site, historyIds), authorKey: byUser, created: jiraTimestamp(atMs), items }
  if (history !== null) issue.histories.push(history)
  const commentId = changes.comment === undefined ? null : comment(site, issue, changes.comment, byUser, atMs)
  issue.fields = { ...fields, updated: jiraTimestamp(atMs) }
  return { kind: 'updated', issue, before, history, commentId, byUser, atMs }
}

/** Creates an issue in the first status of the site's list unless another one is named. Its creation has no history. */
export function createJiraIssue(site: JiraSite, creation: JiraCreation, byUser: string | null): JiraEvent {
  const project = oneOf(site.projects, creation.project, 'project')
  const atMs = site.serverTime()
  const creator = site.users.find((user) => user.key === byUser)
  const status = site.statuses[0]
  if (status === undefined)
    throw new SimulatorEditError('The simulated site has no status: add one before creating issues.')
  const issue: JiraIssueRecord = {
    id: nextId(site, issueIds),
    key: nextKey(site, project.key),
    previousKeys: [],
    fields: {
      summary: creation.summary,
      description: null,
      project: jiraProjectValue(site, project),
      issuetype: jiraIssueTypeValue(site, oneOf(site.issueTypes, creation.issueType, 'issue type')),
      status: jiraStatusValue(site, status),
      priority: site.priorities[0] === undefined ? null : jiraPriorityValue(site, site.priorities[0]),
      assignee: null,
      reporter: creator === undefined ? null : jiraUserValue(site, creator),
      creator: creator === undefined ? null : jiraUserValue(site, creator),
      labels: [],
      components: [],
      fixVersions: [],
      issuelinks: [],
      subtasks: [],
      resolution: null,
      resolutiondate: null,
      duedate: null,
      created: jiraTimestamp(atMs),
      updated: jiraTimestamp(atMs),
    },
    histories: [],
    comments: [],
    worklogs: [],
    deleted: false,
  }
  const { project: _project, comment: _comment, ...changes } = creation
  issue.fields = changedFields(site, issue, changes).fields
  site.issues.set(issue.id, issue)
  return { kind: 'created', issue, before: null, history: null, commentId: null, byUser, atMs }
}

/** Deletes an issue for good: no answer shows it again, and no list tells that it existed. */
export function deleteJiraIssue(site: JiraSite, idOrKey: string, byUser: string | null): JiraEvent {
  const issue = existing(site, idOrKey)
  const before = snapshot(issue)
  issue.deleted = true
  return { kind: 'deleted', issue, before, history: null, commentId: null, byUser, atMs: site.serverTime() }
}

/** Shows a deleted issue again as it was. Nothing announces it, and its time of change stays. */
export function restoreJiraIssue(site: JiraSite, id: string): JiraIssueRecord {
  const issue = site.issues.get(id)
  if (issue === undefined) throw new SimulatorEditError(`The simulated site never had an issue '${id}'.`)
  issue.deleted = false
  return issue
}

function existing(site: JiraSite, idOrKey: string): JiraIssueRecord {
  const issue = findIssue(site, idOrKey)
  if (issue === undefined) throw new SimulatorEditError(`The simulated site has no issue '${idOrKey}'.`)
  return issue
}

/** Edits replace `fields` and append to the lists, so a shallow copy keeps the old state. */
function snapshot(issue: JiraIssueRecord): JiraIssueRecord {
  return {
    ...issue,
    previousKeys: [...issue.previousKeys],
    histories: [...issue.histories],
    comments: [...issue.comments],
    worklogs: [...issue.worklogs],
  }
}

function comment(site: JiraSite, issue: JiraIssueRecord, body: string, byUser: string | null, atMs: number): string {
  const id = nextId(site, commentIds)
  issue.comments.push({ id, authorKey: byUser, body, created: jiraTimestamp(atMs), updated: jiraTimestamp(atMs) })
  return id
}

function move(site: JiraSite, issue: JiraIssueRecord, fields: Record<string, unknown>, projectKey: string) {
  const project = oneOf(site.projects, projectKey, 'project')
  const from = fields.project as { id?: string; name?: string } | undefined
  const oldKey = issue.key
  issue.previousKeys.push(oldKey)
  issue.key = nextKey(site, project.key)
  fields.project = jiraProjectValue(site, project)
  const shared = { fieldtype: 'jira' as const }
  return [
    {
      ...shared,
      field: 'project',
      from: from?.id ?? null,
      fromString: from?.name ?? null,
      to: project.id,
      toString: project.name,
    },
    { ...shared, field: 'Key', from: null, fromString: oldKey, to: null, toString: issue.key },
  ]
}

function nextKey(site: JiraSite, projectKey: string): string {
  let highest = 0
  for (const { key, previousKeys } of site.issues.values()) {
    for (const name of [key, ...previousKeys]) {
      const [, prefix, number] = /^(.+)-(\d+)$/.exec(name) ?? []
      if (prefix === projectKey) highest = Math.max(highest, Number(number))
    }
  }
  return `${projectKey}-${highest + 1}`
}

type IdsOf = (issue: JiraIssueRecord) => readonly { readonly id: string }[]
const issueIds: IdsOf = (issue) => [issue]
const historyIds: IdsOf = (issue) => issue.histories
const commentIds: IdsOf = (issue) => issue.comments

function nextId(site: JiraSite, idsOf: IdsOf): string {
  let highest = 10_000
  for (const issue of site.issues.values())
    for (const { id } of idsOf(issue)) highest = Math.max(highest, Number(id) || 0)
  return String(highest + 1)
}
