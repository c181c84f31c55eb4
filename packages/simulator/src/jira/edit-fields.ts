import { SimulatorEditError } from '../server/edit-error.ts'
import { type JiraChanges, oneOf } from './changes.ts'
import { findIssue } from './context.ts'
import { customFieldId, customFieldTypes } from './render-sprint.ts'
import type { JiraHistoryItem, JiraIssueRecord, JiraSite } from './site.ts'
import { jiraIssueTypeValue, jiraParentValue, jiraPriorityValue, jiraStatusValue, jiraUserValue } from './values.ts'

type Named =
  | { readonly id?: string; readonly key?: string; readonly name?: string; readonly displayName?: string }
  | null
  | undefined

interface FieldChange {
  readonly field: string
  readonly fieldId: string
  readonly value: unknown
  readonly from: readonly [id: string | null, text: string | null]
  readonly to: readonly [id: string | null, text: string | null]
}

/** The fields after the changes, and one history item for each field that really changed. */
export function changedFields(site: JiraSite, issue: JiraIssueRecord, changes: JiraChanges) {
  const fields = { ...issue.fields }
  const items: JiraHistoryItem[] = []
  for (const change of listChanges(site, issue, changes)) {
    const unchanged = change.from[0] === change.to[0] && change.from[1] === change.to[1]
    if (unchanged && change.fieldId in fields) continue
    fields[change.fieldId] = change.value
    const fieldtype = change.fieldId.startsWith('customfield_') ? ('custom' as const) : ('jira' as const)
    const { field, fieldId } = change
    const [from, fromString] = change.from
    const [to, toText] = change.to
    items.push({ field, fieldId, fieldtype, from, fromString, to, toString: toText })
    if (fieldId === 'status') items.push(...resolve(site, issue, fields))
  }
  return { fields, items }
}

function listChanges(site: JiraSite, issue: JiraIssueRecord, changes: JiraChanges): FieldChange[] {
  return [
    ...namedChanges(site, issue, changes),
    ...textChanges(issue, changes),
    ...(changes.storyPoints === undefined ? [] : [pointsChange(site, issue, changes.storyPoints)]),
    ...(changes.sprintIds === undefined ? [] : [sprintChange(site, issue, changes.sprintIds)]),
    ...(changes.parent === undefined ? [] : [parentChange(site, issue, changes.parent)]),
  ]
}

function namedChanges(site: JiraSite, { fields }: JiraIssueRecord, changes: JiraChanges): FieldChange[] {
  const result: FieldChange[] = []
  const add = (fieldId: string, to: { readonly id: string; readonly name: string }, value: unknown) => {
    const old = fields[fieldId] as Named
    result.push({ field: fieldId, fieldId, value, from: [old?.id ?? null, old?.name ?? null], to: [to.id, to.name] })
  }
  const { status, issueType, priority, assignee } = changes
  if (status !== undefined) {
    const to = oneOf(site.statuses, status, 'status')
    add('status', to, jiraStatusValue(site, to))
  }
  if (issueType !== undefined) {
    const to = oneOf(site.issueTypes, issueType, 'issue type')
    add('issuetype', to, jiraIssueTypeValue(site, to))
  }
  if (priority !== undefined) {
    const to = oneOf(site.priorities, priority, 'priority')
    add('priority', to, jiraPriorityValue(site, to))
  }
  if (assignee !== undefined) result.push(assigneeChange(site, fields.assignee, assignee))
  return result
}

function assigneeChange(site: JiraSite, old: unknown, key: string | null): FieldChange {
  const user = key === null ? null : site.users.find((candidate) => candidate.key === key)
  if (user === undefined) throw new SimulatorEditError(`The simulated site has no user '${key}'.`)
  const before = old as (Named & { readonly accountId?: string }) | undefined
  return {
    field: 'assignee',
    fieldId: 'assignee',
    value: user === null ? null : jiraUserValue(site, user),
    from: [before?.accountId ?? before?.key ?? null, before?.displayName ?? null],
    to: [user?.key ?? null, user?.displayName ?? null],
  }
}

function textChanges({ fields }: JiraIssueRecord, changes: JiraChanges): FieldChange[] {
  const result: FieldChange[] = []
  for (const fieldId of ['summary', 'description'] as const) {
    const to = changes[fieldId]
    if (to === undefined) continue
    const from = fields[fieldId]
    result.push({
      field: fieldId,
      fieldId,
      value: to,
      from: [null, typeof from === 'string' ? from : null],
      to: [null, to],
    })
  }
  if (changes.labels !== undefined) {
    const old = Array.isArray(fields.labels) ? fields.labels.join(' ') : ''
    const value = [...changes.labels]
    result.push({ field: 'labels', fieldId: 'labels', value, from: [null, old], to: [null, value.join(' ')] })
  }
  return result
}

function pointsChange(site: JiraSite, { fields }: JiraIssueRecord, points: number | null): FieldChange {
  const field = site.fields.find(
    (candidate) => candidate.schema?.custom === customFieldTypes.float && /story points?/i.test(candidate.name),
  )
  if (field === undefined) throw new SimulatorEditError('The simulated site has no story points field.')
  const shown = (value: unknown) => (typeof value === 'number' ? String(value) : null)
  const [from, to] = [shown(fields[field.id]), shown(points)]
  return { field: field.name, fieldId: field.id, value: points, from: [null, from], to: [null, to] }
}

function sprintChange(site: JiraSite, { fields }: JiraIssueRecord, sprintIds: readonly number[]): FieldChange {
  const fieldId = customFieldId(site, customFieldTypes.sprint)
  if (fieldId === undefined) throw new SimulatorEditError('The simulated site has no sprint field.')
  const before = fields[fieldId]
  const old = Array.isArray(before) ? before.filter((entry) => typeof entry === 'number') : []
  const name = (id: number) => site.sprints.find((sprint) => sprint.id === id)?.name ?? String(id)
  const shown = (ids: readonly number[]) => [ids.join(', '), ids.map(name).join(', ')] as const
  return { field: 'Sprint', fieldId, value: [...sprintIds], from: shown(old), to: shown(sprintIds) }
}

/** Cloud records the change of any parent; Data Center that of the epic link, with keys as texts. */
function parentChange(site: JiraSite, { fields }: JiraIssueRecord, parent: string | null): FieldChange {
  const to = parent === null ? null : findIssue(site, parent)
  if (to === undefined) throw new SimulatorEditError(`The simulated site has no issue '${parent}'.`)
  const old = fields.parent as Named
  const epicLink = site.kind === 'dc' && site.fields.find((field) => field.schema?.custom === customFieldTypes.epicLink)
  return {
    field: epicLink ? epicLink.name : site.kind === 'cloud' ? 'IssueParentAssociation' : 'Parent',
    fieldId: 'parent',
    value: to === null ? null : jiraParentValue(site, to),
    from: [old?.id ?? null, old?.key ?? null],
    to: [to?.id ?? null, to?.key ?? null],
  }
}

/** Entering a done status resolves an issue, leaving it opens it again: one more item in the same history. */
function resolve(site: JiraSite, issue: JiraIssueRecord, fields: Record<string, unknown>): JiraHistoryItem[] {
  const status = fields.status as { statusCategory?: { key?: string } }
  const done = status.statusCategory?.key === 'done'
  const old = issue.fields.resolution as Named
  if (done === (old !== null && old !== undefined)) return []
  const name = done ? 'Done' : null
  fields.resolution = done
    ? { self: `${site.baseUrl}/rest/api/2/resolution/10000`, id: '10000', description: '', name }
    : null
  fields.resolutiondate = done ? new Date(site.serverTime()).toISOString().replace('Z', '+0000') : null
  return [
    {
      field: 'resolution',
      fieldId: 'resolution',
      fieldtype: 'jira',
      from: old?.id ?? null,
      fromString: old?.name ?? null,
      to: done ? '10000' : null,
      toString: name,
    },
  ]
}
