import type { Activity, StatusCategory, Transition } from '@headroom/domain'
import { categoryByName } from '../status-category.ts'
import type { LinearReferences } from './references.ts'
import type { LinearHistoryRow, LinearIssue } from './schema.ts'

const categories: Readonly<Record<string, StatusCategory>> = {
  triage: 'todo',
  backlog: 'todo',
  unstarted: 'todo',
  started: 'in-progress',
  completed: 'done',
  canceled: 'canceled',
  duplicate: 'canceled',
}

/** The category of a state: by its type, and by its name where the type is one that we do not know yet. */
export function linearCategory(type: string, name: string): StatusCategory {
  return categories[type] ?? categoryByName(name)
}

type Change = Omit<Transition, 'id' | 'at' | 'authorAccountId'>

/**
 * The transitions of one row. Linear adds to a row for a while after making it, so the ordinal in a transition's id
 * stands for the field, not for its place among those changed.
 */
export function transitionsOf(row: LinearHistoryRow, references: LinearReferences, key: Change | null): Transition[] {
  const names = (map: Readonly<Record<string, string>>, id: string | null) => (id === null ? null : (map[id] ?? null))
  const plain = (field: Transition['field'], from: string | null, to: string | null, map = {}): Change | null =>
    from === to ? null : { field, from, to, fromName: names(map, from), toName: names(map, to) }
  const cycle = (id: string | null) => (id === null ? null : (references.cycles[id]?.name ?? null))
  const changes: (Change | null)[] = [
    stateChange(row, references),
    plain('assignee', row.fromAssigneeId, row.toAssigneeId, references.users),
    plain('estimate', decimal(row.fromEstimate), decimal(row.toEstimate)),
    plain('parent', row.fromParentId, row.toParentId),
    row.fromCycleId === row.toCycleId
      ? null
      : {
          field: 'sprint',
          from: row.fromCycleId ?? '',
          to: row.toCycleId ?? '',
          fromName: cycle(row.fromCycleId),
          toName: cycle(row.toCycleId),
        },
    plain('project', row.fromProjectId, row.toProjectId, references.projects),
    key,
  ]
  return changes.flatMap((change, ordinal) =>
    change ? [{ id: `${row.id}:${ordinal}`, at: row.createdAt, ...change, authorAccountId: row.actorId }] : [],
  )
}

function stateChange(row: LinearHistoryRow, references: LinearReferences): Change | null {
  if (row.fromStateId === row.toStateId) return null
  const from = row.fromStateId === null ? undefined : references.states[row.fromStateId]
  const to = row.toStateId === null ? undefined : references.states[row.toStateId]
  return {
    field: 'status',
    from: row.fromStateId,
    to: row.toStateId,
    fromName: from?.name ?? null,
    toName: to?.name ?? null,
    fromCategory: from ? linearCategory(from.type, from.name) : 'todo',
    toCategory: to ? linearCategory(to.type, to.name) : 'todo',
  }
}

/**
 * The change of identifier that came with each move between teams. Linear keeps the old identifiers in order and the
 * moves in the history; where their numbers differ (a renamed team) nobody can tell which was which, and none is given.
 */
export function keyChanges(issue: LinearIssue, rows: readonly LinearHistoryRow[]): Map<string, Change> {
  const keys = [...(issue.previousIdentifiers ?? []), issue.identifier]
  const moves = rows.filter((row) => row.fromTeamId !== null && row.fromTeamId !== row.toTeamId)
  if (moves.length !== keys.length - 1) return new Map()
  return new Map(
    moves.map((row, index) => {
      const from = keys[index] ?? null
      const to = keys[index + 1] ?? null
      return [row.id, { field: 'key', from, to, fromName: from, toName: to }]
    }),
  )
}

/** Signs of life of one row that are not transitions. */
export function activitiesOf(row: LinearHistoryRow): Activity[] {
  const isOtherEdit =
    (row.addedLabelIds?.length ?? 0) > 0 ||
    (row.removedLabelIds?.length ?? 0) > 0 ||
    row.fromPriority !== row.toPriority ||
    (row.fromDueDate ?? null) !== (row.toDueDate ?? null) ||
    row.fromTeamId !== row.toTeamId
  const kinds: (Activity['kind'] | null)[] = [
    (row.fromTitle ?? null) === (row.toTitle ?? null) ? null : 'summary',
    row.updatedDescription ? 'description' : null,
    isOtherEdit ? 'other-edit' : null,
  ]
  return kinds.flatMap((kind) =>
    kind ? [{ id: `${row.id}:${kind}`, at: row.createdAt, kind, authorAccountId: row.actorId }] : [],
  )
}

function decimal(value: number | null): string | null {
  return value === null ? null : String(value)
}
