import { SimulatorEditError } from '../server/edit-error.ts'
import { type LinearChanges, oneOf } from './changes.ts'
import type { HistoryChanges } from './edit-history.ts'
import { findLinearIssue } from './queries.ts'
import { type LinearIssueRecord, type LinearState, type LinearWorkspace, linearIdentifier } from './workspace.ts'

export type IssueFields = Partial<Omit<LinearIssueRecord, 'id' | 'history' | 'comments'>>

/** The new values of what really changes, and the pairs for the history row. */
export function changedFields(
  workspace: LinearWorkspace,
  issue: LinearIssueRecord,
  changes: LinearChanges,
  at: string,
) {
  const fields: IssueFields = {}
  const row: HistoryChanges = {}
  if (changes.team !== undefined) move(workspace, issue, changes.team, fields, row)
  const teamId = fields.teamId ?? issue.teamId
  if (changes.state !== undefined) {
    const state = oneOf(
      workspace.states.filter((candidate) => candidate.teamId === teamId),
      changes.state,
      'state',
    )
    if (state.id !== issue.stateId) enterState(issue, state, at, fields, row)
  }
  plainChanges(workspace, issue, changes, at, fields, row)
  if (changes.labels !== undefined) relabel(workspace, issue, changes.labels, fields, row)
  archive(issue, changes, at, fields, row)
  return { fields, row }
}

/** Fields with one `from` and one `to` in the history. */
function plainChanges(
  workspace: LinearWorkspace,
  issue: LinearIssueRecord,
  changes: LinearChanges,
  at: string,
  fields: IssueFields,
  row: HistoryChanges,
): void {
  const pair = <
    Name extends 'assigneeId' | 'estimate' | 'priority' | 'cycleId' | 'projectId' | 'parentId' | 'dueDate' | 'title',
  >(
    name: Name,
    to: LinearIssueRecord[Name] | undefined,
  ) => {
    const from = name in fields ? fields[name] : issue[name]
    if (to === undefined || to === from) return false
    const capital = `${name[0]?.toUpperCase()}${name.slice(1)}`
    Object.assign(fields, { [name]: to })
    Object.assign(row, { [`from${capital}`]: issue[name], [`to${capital}`]: to })
    return true
  }
  const named = (
    list: readonly { id: string; name: string | null }[],
    wanted: string | null | undefined,
    what: string,
  ) => (wanted === null || wanted === undefined ? wanted : oneOf(list, wanted, what).id)
  pair('assigneeId', named(workspace.users, changes.assignee, 'user'))
  pair('estimate', changes.estimate)
  pair('priority', changes.priority)
  pair('dueDate', changes.dueDate)
  pair('title', changes.title)
  pair('parentId', parentId(workspace, changes.parent))
  if (pair('cycleId', named(workspace.cycles, changes.cycle, 'cycle')))
    fields.addedToCycleAt = changes.cycle === null ? null : at
  if (pair('projectId', named(workspace.projects, changes.project, 'project')))
    fields.addedToProjectAt = changes.project === null ? null : at
  if (changes.description !== undefined && changes.description !== issue.description) {
    fields.description = changes.description
    row.updatedDescription = true
  }
}

function parentId(workspace: LinearWorkspace, wanted: string | null | undefined): string | null | undefined {
  if (wanted === null || wanted === undefined) return wanted
  const parent = findLinearIssue({ workspace }, wanted)
  if (parent === undefined) throw new SimulatorEditError(`The simulated workspace has no issue '${wanted}'.`)
  return parent.id
}

function enterState(
  issue: LinearIssueRecord,
  state: LinearState,
  at: string,
  fields: IssueFields,
  row: HistoryChanges,
): void {
  fields.stateId = state.id
  row.fromStateId = issue.stateId
  row.toStateId = state.id
  const { type } = state
  if (type === 'started' && issue.startedAt === null) fields.startedAt = at
  const completedAt = type === 'completed' ? at : null
  const canceledAt = type === 'canceled' || type === 'duplicate' ? at : null
  if (completedAt !== issue.completedAt) fields.completedAt = completedAt
  if (canceledAt !== issue.canceledAt) fields.canceledAt = canceledAt
}

/** Numbers, states and cycles belong to a team: a move changes them all. */
function move(
  workspace: LinearWorkspace,
  issue: LinearIssueRecord,
  wanted: string,
  fields: IssueFields,
  row: HistoryChanges,
): void {
  const team = oneOf(workspace.teams, wanted, 'team')
  if (team.id === issue.teamId) return
  const type = workspace.states.find(({ id }) => id === issue.stateId)?.type
  const states = workspace.states.filter(({ teamId }) => teamId === team.id)
  const state = states.find((candidate) => candidate.type === type) ?? states[0]
  if (state === undefined) throw new SimulatorEditError(`The simulated team '${team.key}' has no state: add one first.`)
  fields.previousIdentifiers = [...issue.previousIdentifiers, linearIdentifier(workspace, issue)]
  fields.teamId = team.id
  fields.number = nextNumber(workspace, team.id)
  fields.stateId = state.id
  Object.assign(row, { fromTeamId: issue.teamId, toTeamId: team.id, fromStateId: issue.stateId, toStateId: state.id })
  if (issue.cycleId !== null) {
    fields.cycleId = null
    Object.assign(row, { fromCycleId: issue.cycleId, toCycleId: null })
  }
}

/** The next free number of a team; numbers are never given twice while an issue remembers them. */
export function nextNumber(workspace: LinearWorkspace, teamId: string): number {
  const prefix = `${workspace.teams.find(({ id }) => id === teamId)?.key}-`
  let highest = 0
  for (const issue of workspace.issues.values()) {
    if (issue.teamId === teamId) highest = Math.max(highest, issue.number)
    for (const identifier of issue.previousIdentifiers)
      if (identifier.startsWith(prefix)) highest = Math.max(highest, Number(identifier.slice(prefix.length)))
  }
  return highest + 1
}

function relabel(
  workspace: LinearWorkspace,
  issue: LinearIssueRecord,
  wanted: readonly string[],
  fields: IssueFields,
  row: HistoryChanges,
): void {
  const labelIds = wanted.map((name) => oneOf(workspace.labels, name, 'label').id)
  const added = labelIds.filter((id) => !issue.labelIds.includes(id))
  const removed = issue.labelIds.filter((id) => !labelIds.includes(id))
  if (added.length + removed.length === 0) return
  fields.labelIds = labelIds
  if (added.length > 0) row.addedLabelIds = added
  if (removed.length > 0) row.removedLabelIds = removed
}

function archive(
  issue: LinearIssueRecord,
  { archived, trashed }: LinearChanges,
  at: string,
  fields: IssueFields,
  row: HistoryChanges,
): void {
  const isArchived = archived ?? trashed
  if (isArchived !== undefined && isArchived !== (issue.archivedAt !== null)) {
    fields.archivedAt = isArchived ? at : null
    row.archived = isArchived
  }
  const isTrashed = trashed ?? (archived === false ? false : undefined)
  if (isTrashed !== undefined && isTrashed !== issue.trashed) {
    fields.trashed = isTrashed
    row.trashed = isTrashed
  }
}
