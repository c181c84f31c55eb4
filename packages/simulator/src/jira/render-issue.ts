import { wikiToAdf } from './adf.ts'
import type { JiraContext } from './context.ts'
import type { FieldSelection } from './field-selection.ts'
import { renderAuthor, renderChangelog } from './render-history.ts'
import { customFieldId, customFieldTypes, renderSprintField } from './render-sprint.ts'
import type { JiraComment, JiraIssueRecord, JiraWorklog } from './site.ts'

/** How an issue is to be shown. */
export interface IssueView {
  readonly version: 2 | 3
  readonly selection: FieldSelection
  readonly changelog: boolean
}

const cloudEnvelope = 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations'
const dcEnvelope = 'operations,versionedRepresentations,editmeta,changelog,renderedFields'

/** An issue as a search, a bulk fetch or a GET shows it. `fields` is missing when no field was asked for. */
export function renderIssue(context: JiraContext, record: JiraIssueRecord, view: IssueView): Record<string, unknown> {
  const { site } = context
  const fields = renderFields(context, record, view)
  return {
    expand: site.kind === 'cloud' ? cloudEnvelope : dcEnvelope,
    id: record.id,
    self: `${site.baseUrl}/rest/api/${view.version}/issue/${record.id}`,
    key: record.key,
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(view.changelog ? { changelog: renderChangelog(context, record.histories) } : {}),
  }
}

function renderFields(context: JiraContext, record: JiraIssueRecord, view: IssueView): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(withEpicLink(context, record))) {
    if (view.selection(name)) fields[name] = renderValue(context, name, value, view.version)
  }
  if (view.selection('comment')) fields.comment = embeddedComments(context, record, view.version)
  if (view.selection('worklog')) fields.worklog = embeddedWorklogs(context, record, view.version)
  return fields
}

/** Data Center has `parent` on sub-tasks only; the link to an epic is a custom field with the epic's key. */
function withEpicLink({ site }: JiraContext, record: JiraIssueRecord): Record<string, unknown> {
  if (site.kind === 'cloud') return record.fields
  const { parent, ...rest } = record.fields
  const type = rest.issuetype as { subtask?: unknown } | null | undefined
  if (parent === undefined || type?.subtask === true) return record.fields
  const epicLink = customFieldId(site, customFieldTypes.epicLink)
  const key = (parent as { key?: unknown } | null)?.key
  return epicLink === undefined ? rest : { ...rest, [epicLink]: rest[epicLink] ?? key ?? null }
}

function renderValue(context: JiraContext, name: string, value: unknown, version: 2 | 3): unknown {
  const custom = name.startsWith('customfield_')
    ? context.site.fields.find((field) => field.id === name)?.schema?.custom
    : undefined
  if (custom === customFieldTypes.sprint) return renderSprintField(context, value)
  if (version === 2 || typeof value !== 'string') return value
  const rich = name === 'description' || name === 'environment' || custom === customFieldTypes.textarea
  return rich ? richText(value, version) : value
}

/** Texts are wiki markup in version 2 and documents in version 3, where an empty description is null. */
export function richText(wiki: string, version: 2 | 3): unknown {
  if (version === 2) return wiki
  return wiki === '' ? null : wikiToAdf(wiki)
}

/** Jira shows embedded lists only in part; `total` tells. Comments: the oldest ones. */
function embeddedComments(context: JiraContext, record: JiraIssueRecord, version: 2 | 3) {
  const { comments } = record
  const shown = context.site.kind === 'dc' ? comments : comments.slice(0, context.limits.embeddedCommentsMax)
  return {
    comments: shown.map((comment) => renderComment(context, record, comment, version)),
    self: `${context.site.baseUrl}/rest/api/${version}/issue/${record.id}/comment`,
    maxResults: shown.length,
    total: comments.length,
    startAt: 0,
  }
}

function embeddedWorklogs(context: JiraContext, record: JiraIssueRecord, version: 2 | 3) {
  const worklogs = liveWorklogs(record)
  return {
    startAt: 0,
    maxResults: context.limits.embeddedWorklogsMax,
    total: worklogs.length,
    worklogs: worklogs
      .slice(0, context.limits.embeddedWorklogsMax)
      .map((worklog) => renderWorklog(context, record, worklog, version)),
  }
}

export function liveWorklogs(record: JiraIssueRecord): JiraWorklog[] {
  return record.worklogs.filter((worklog) => worklog.deletedAt === null)
}

export function renderComment(context: JiraContext, record: JiraIssueRecord, comment: JiraComment, version: 2 | 3) {
  const author = renderAuthor(context, comment.authorKey)
  return {
    self: `${context.site.baseUrl}/rest/api/${version}/issue/${record.id}/comment/${comment.id}`,
    id: comment.id,
    ...(author === null ? {} : { author, updateAuthor: author }),
    body: version === 2 ? comment.body : wikiToAdf(comment.body),
    created: comment.created,
    updated: comment.updated,
    ...(context.site.kind === 'cloud' ? { jsdPublic: true } : {}),
  }
}

export function renderWorklog(context: JiraContext, record: JiraIssueRecord, worklog: JiraWorklog, version: 2 | 3) {
  const author = renderAuthor(context, worklog.authorKey)
  const hours = worklog.timeSpentSeconds / 3600
  return {
    self: `${context.site.baseUrl}/rest/api/${version}/issue/${record.id}/worklog/${worklog.id}`,
    ...(author === null ? {} : { author, updateAuthor: author }),
    comment: version === 2 ? worklog.comment : wikiToAdf(worklog.comment),
    created: worklog.created,
    updated: worklog.updated,
    started: worklog.started,
    timeSpent: Number.isInteger(hours) ? `${hours}h` : `${Math.round(worklog.timeSpentSeconds / 60)}m`,
    timeSpentSeconds: worklog.timeSpentSeconds,
    id: worklog.id,
    issueId: record.id,
  }
}
