import type { Activity, Sprint, StatusCategory, TrackerTicket } from '@headroom/domain'
import { problemOf } from '../problem.ts'
import { categoryByName, saysCanceled } from '../status-category.ts'
import { parseTime } from '../timestamp.ts'
import type { FetchedTicket } from '../tracker.ts'
import { adfToText } from './adf.ts'
import { type CategoryOf, type JiraHistory, readHistory } from './history.ts'
import type { JiraReferences } from './references.ts'
import { accountIdOf, type JiraIssue, type JiraParts, jiraIssue, jiraParts } from './schema.ts'
import { currentSprintLast, parseSprint } from './sprint.ts'
import { wikiToText } from './wiki.ts'

/** A stored Jira issue in our words. Pure; what can't be understood is a problem in one line, never a throw. */
export function convertJira(references: JiraReferences, raw: unknown): FetchedTicket {
  const stored = typeof raw === 'object' && raw !== null ? raw : {}
  const rawIssue = 'issue' in stored ? stored.issue : null
  const externalId = textAt(rawIssue, 'id')
  const key = textAt(rawIssue, 'key')
  const issue = jiraIssue.safeParse(rawIssue)
  if (!issue.success) {
    return { externalId, key, raw, problem: problemOf(`Issue ${key || externalId || 'without id'}`, issue.error) }
  }
  const parts = jiraParts.safeParse(stored)
  if (!parts.success) return { externalId, key, raw, problem: problemOf(`Issue ${key}`, parts.error) }
  return { externalId, key, raw, ticket: toTicket(issue.data, customFields(rawIssue), references, parts.data) }
}

type Fields = Readonly<Record<string, unknown>>

function toTicket(issue: JiraIssue, custom: Fields, references: JiraReferences, parts: JiraParts): TrackerTicket {
  const { fields } = issue
  const resolution = fields.resolution?.name ?? null
  const categoryOf = categoryJudge(fields.status, references)
  const histories = distinct(parts.histories).map(
    (h): JiraHistory => ({ id: h.id, at: h.created, authorAccountId: accountIdOf(h.author), items: h.items ?? [] }),
  )
  const { transitions, activities } = readHistory(histories, resolution, references, categoryOf)
  const keys = transitions.filter((t) => t.field === 'key').flatMap((t) => [t.from, t.to])
  return {
    externalId: issue.id,
    key: issue.key,
    previousKeys: [...new Set(keys)].filter((k): k is string => k !== null && k !== issue.key),
    url: `${references.siteUrl}/browse/${issue.key}`,
    // Without its title a ticket still took its days; archives of old sites have some.
    title: fields.summary ?? '',
    description: descriptionText(fields.description),
    type: fields.issuetype.name,
    isSubtask: fields.issuetype.subtask === true || fields.issuetype.hierarchyLevel === -1,
    isEpic: isEpic(fields.issuetype, custom, references),
    status: {
      id: fields.status.id,
      name: fields.status.name,
      category: categoryOf(fields.status.id, fields.status.name, resolution),
    },
    project: fields.project ?? null,
    trackerTeam: null,
    ...parentOf(fields.parent, custom, references),
    sprints: sprintsOf(custom, references),
    labels: fields.labels ?? [],
    components: (fields.components ?? []).map((c) => c.name),
    priority: fields.priority?.name ?? null,
    estimate: estimateOf(custom, references),
    resolution,
    assigneeAccountId: accountIdOf(fields.assignee),
    reporterAccountId: accountIdOf(fields.reporter),
    createdAt: fields.created,
    updatedAt: fields.updated,
    archivedAt: parseTime(fields.archiveddate),
    trashed: false,
    transitions,
    activities: [...activities, ...parts.comments.map(commentActivity)].sort((a, b) => a.at - b.at),
    worklogs: parts.worklogs,
    historyComplete: histories.length >= parts.historyTotal,
  }
}

const categories: Readonly<Record<string, StatusCategory>> = {
  new: 'todo',
  indeterminate: 'in-progress',
  done: 'done',
}

/** Jira has no category for work that was given up; it lies in `done`, told apart by the status's or resolution's name. */
function categoryJudge(current: JiraIssue['fields']['status'], references: JiraReferences): CategoryOf {
  return (id, name, resolution) => {
    const known = id === null ? undefined : references.statuses[id]
    const key = id === current.id ? (current.statusCategory?.key ?? known?.categoryKey) : known?.categoryKey
    const said = name ?? known?.name ?? ''
    const category = categories[key ?? ''] ?? categoryByName(said)
    if (category !== 'done') return category
    return saysCanceled(said) || (resolution !== null && saysCanceled(resolution)) ? 'canceled' : 'done'
  }
}

function descriptionText(description: unknown): string {
  return typeof description === 'string' ? wikiToText(description) : adfToText(description)
}

function isEpic(type: JiraIssue['fields']['issuetype'], custom: Fields, references: JiraReferences): boolean {
  if (typeof type.hierarchyLevel === 'number') return type.hierarchyLevel >= 1
  return type.name.toLowerCase() === 'epic' || references.epicLabelFields.some((f) => Boolean(custom[f.id]))
}

/** Cloud says `parent` for every level; Data Center only for sub-tasks, and names the epic's key in a custom field. */
function parentOf(
  parent: JiraIssue['fields']['parent'],
  custom: Fields,
  references: JiraReferences,
): Pick<TrackerTicket, 'parentExternalId' | 'parentKey'> {
  if (parent) return { parentExternalId: parent.id ?? null, parentKey: parent.key ?? null }
  for (const field of [...references.epicLinkFields, ...references.parentLinkFields]) {
    const value = custom[field.id]
    if (typeof value === 'string' && value !== '') return { parentExternalId: null, parentKey: value }
  }
  return { parentExternalId: null, parentKey: null }
}

function sprintsOf(custom: Fields, references: JiraReferences): Sprint[] {
  const values = references.sprintFields.flatMap((f) => custom[f.id] ?? [])
  const sprints = values.map(parseSprint).filter((s) => s !== null)
  return currentSprintLast([...new Map(sprints.map((s) => [s.id, s])).values()])
}

function estimateOf(custom: Fields, references: JiraReferences): number | null {
  for (const field of references.estimateFields) {
    const value = custom[field.id]
    const points = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof points === 'number' && Number.isFinite(points)) return points
  }
  return null
}

function commentActivity(comment: JiraParts['comments'][number]): Activity {
  return {
    id: `comment:${comment.id}`,
    at: comment.created,
    kind: 'comment',
    authorAccountId: accountIdOf(comment.author),
  }
}

/** One history may come on two pages of the bulk changelog (JRACLOUD-94906). */
function distinct<T extends { readonly id: string }>(histories: readonly T[]): T[] {
  return [...new Map(histories.map((h) => [h.id, h])).values()]
}

function customFields(issue: unknown): Fields {
  const fields = typeof issue === 'object' && issue !== null && 'fields' in issue ? issue.fields : null
  return typeof fields === 'object' && fields !== null ? (fields as Fields) : {}
}

function textAt(value: unknown, key: string): string {
  if (typeof value !== 'object' || value === null) return ''
  const found: unknown = Reflect.get(value, key)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}
