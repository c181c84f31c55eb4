import { randomUUID } from 'node:crypto'
import { SimulatorEditError } from '../server/edit-error.ts'
import { type LinearChanges, type LinearCreation, oneOf } from './changes.ts'
import { changedFields, type IssueFields, nextNumber } from './edit-fields.ts'
import { recordHistory } from './edit-history.ts'
import type { LinearLimits } from './limits.ts'
import { findLinearIssue } from './queries.ts'
import type { LinearComment, LinearIssueRecord, LinearWorkspace } from './workspace.ts'

/** What happened, for the webhooks. `updatedFrom` holds the old values of what changed. */
export interface LinearEvent {
  readonly action: 'create' | 'update' | 'remove' | 'restore'
  readonly issue: LinearIssueRecord
  readonly updatedFrom: Readonly<Record<string, unknown>> | null
  readonly comment: LinearComment | null
  readonly byUser: string | null
  readonly at: string
}

type HistoryLimits = Pick<LinearLimits, 'creationGraceMs' | 'historyGroupingMs'>

/**
 * Changes an issue as a user would: fields, a history row, `updatedAt`. Archiving and restoring alone leave `updatedAt`
 * as it was, which is a trap of Linear's.
 */
export function editLinearIssue(
  workspace: LinearWorkspace,
  idOrIdentifier: string,
  changes: LinearChanges,
  byUser: string | null,
  limits: HistoryLimits = { creationGraceMs: 0, historyGroupingMs: 0 },
): LinearEvent {
  const issue = existing(workspace, idOrIdentifier)
  const at = new Date(workspace.serverTime()).toISOString()
  const before: IssueFields = { ...issue }
  const { fields, row } = changedFields(workspace, issue, changes, at)
  recordHistory(issue, row, byUser, at, limits)
  const comment = changes.comment === undefined ? null : addComment(issue, changes.comment, byUser, at)
  const changed = Object.keys(fields) as (keyof IssueFields)[]
  const onlyArchive = changed.length > 0 && changed.every((field) => field === 'archivedAt' || field === 'trashed')
  const updatedFrom = Object.fromEntries(changed.map((field) => [field, before[field]]))
  Object.assign(issue, fields, onlyArchive ? {} : { updatedAt: at })
  const action = changes.trashed === true ? 'remove' : restored(before, issue) ? 'restore' : 'update'
  return { action, issue, updatedFrom: { ...updatedFrom, updatedAt: before.updatedAt }, comment, byUser, at }
}

/** Creates an issue in the team's first state, unless another is named. Creation leaves no history row. */
export function createLinearIssue(
  workspace: LinearWorkspace,
  creation: LinearCreation,
  byUser: string | null,
): LinearEvent {
  const team = oneOf(workspace.teams, creation.team, 'team')
  const states = workspace.states
    .filter(({ teamId }) => teamId === team.id)
    .sort((left, right) => left.position - right.position)
  const state = states[0]
  if (state === undefined) throw new SimulatorEditError(`The simulated team '${team.key}' has no state: add one first.`)
  const at = new Date(workspace.serverTime()).toISOString()
  const issue: LinearIssueRecord = {
    id: randomUUID(),
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    number: nextNumber(workspace, team.id),
    teamId: team.id,
    previousIdentifiers: [],
    title: creation.title,
    description: null,
    priority: 0,
    estimate: null,
    stateId: state.id,
    assigneeId: null,
    creatorId: byUser,
    delegateId: null,
    parentId: null,
    projectId: null,
    cycleId: null,
    labelIds: [],
    dueDate: null,
    startedAt: null,
    completedAt: null,
    canceledAt: null,
    addedToCycleAt: null,
    addedToProjectAt: null,
    addedToTeamAt: at,
    trashed: false,
    history: [],
    comments: [],
  }
  const { team: _team, comment: _comment, ...changes } = creation
  Object.assign(issue, changedFields(workspace, issue, changes, at).fields)
  workspace.issues.set(issue.id, issue)
  return { action: 'create', issue, updatedFrom: null, comment: null, byUser, at }
}

/** Deletes an issue for good, past the trash: no list knows it any more. */
export function deleteLinearIssue(
  workspace: LinearWorkspace,
  idOrIdentifier: string,
  byUser: string | null,
): LinearEvent {
  const issue = existing(workspace, idOrIdentifier)
  workspace.issues.delete(issue.id)
  const at = new Date(workspace.serverTime()).toISOString()
  return { action: 'remove', issue, updatedFrom: null, comment: null, byUser, at }
}

function existing(workspace: LinearWorkspace, idOrIdentifier: string): LinearIssueRecord {
  const issue = findLinearIssue({ workspace }, idOrIdentifier)
  if (issue === undefined) throw new SimulatorEditError(`The simulated workspace has no issue '${idOrIdentifier}'.`)
  return issue
}

function restored(before: IssueFields, after: LinearIssueRecord): boolean {
  return before.archivedAt !== null && after.archivedAt === null
}

function addComment(issue: LinearIssueRecord, body: string, byUser: string | null, at: string): LinearComment {
  const comment = { id: randomUUID(), createdAt: at, updatedAt: at, userId: byUser, body }
  issue.comments.push(comment)
  return comment
}
