import type { Activity, EpochMs, StatusCategory, Transition, TransitionField } from '@headroom/domain'
import type { JiraReferences } from './references.ts'

/** One entry of the changelog: what one person changed at once. */
export interface JiraHistory {
  readonly id: string
  readonly at: EpochMs
  readonly authorAccountId: string | null
  readonly items: readonly unknown[]
}

/** How to judge a status at a time when the ticket had this resolution (null: none). */
export type CategoryOf = (id: string | null, name: string | null, resolution: string | null) => StatusCategory

interface Item {
  readonly field: string
  readonly fieldId: string | null
  readonly from: string | null
  readonly to: string | null
  readonly fromName: string | null
  readonly toName: string | null
}

type Draft = { -readonly [K in keyof Transition]: Transition[K] }

/**
 * The transitions and the signs of life in a changelog. A status is judged by the resolution that the ticket had when
 * it left that status (or has now), because a resolution is often corrected after closing.
 */
export function readHistory(
  histories: readonly JiraHistory[],
  currentResolution: string | null,
  references: JiraReferences,
  categoryOf: CategoryOf,
): { transitions: Transition[]; activities: Activity[] } {
  const entries = histories
    .toSorted((a, b) => a.at - b.at || Number(a.id) - Number(b.id))
    .map((history) => ({ history, items: history.items.map(readItem) }))
  const transitions: Draft[] = []
  const activities: Activity[] = []
  let open: Draft | null = null
  let resolution = initialResolution(
    entries.flatMap((e) => e.items),
    currentResolution,
  )
  for (const { history, items } of entries) {
    const before: string | null = resolution
    for (const item of items) if (item?.field === 'resolution') resolution = item.toName
    const found = transitionsOf(history, items, references)
    for (const transition of found) {
      if (transition.field !== 'status') continue
      if (open) open.toCategory = categoryOf(open.to, open.toName, before)
      transition.fromCategory = categoryOf(transition.from, transition.fromName, before)
      open = transition
    }
    transitions.push(...found)
    activities.push(...activitiesOf(history, items, references))
  }
  if (open) open.toCategory = categoryOf(open.to, open.toName, currentResolution)
  return { transitions, activities }
}

function initialResolution(items: readonly (Item | null)[], current: string | null): string | null {
  const first = items.find((item) => item?.field === 'resolution')
  return first ? first.fromName : current
}

function readItem(item: unknown): Item | null {
  if (typeof item !== 'object' || item === null) return null
  // `toString` must be the item's own: every object inherits one.
  const text = (key: string) => {
    const value: unknown = Object.hasOwn(item, key) ? Reflect.get(item, key) : null
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null
  }
  const field = text('field')
  if (field === null) return null
  return {
    field,
    fieldId: text('fieldId'),
    from: text('tmpFromAccountId') ?? text('from'),
    to: text('tmpToAccountId') ?? text('to'),
    fromName: text('fromString'),
    toName: text('toString'),
  }
}

function transitionsOf(history: JiraHistory, items: readonly (Item | null)[], references: JiraReferences): Draft[] {
  const found: Draft[] = []
  for (const [ordinal, item] of items.entries()) {
    const field = item && fieldOf(item, references)
    if (!item || !field) continue
    const change = valuesOf(field, item)
    // Jira writes some changes twice in one entry (`type` and `issuetype`, `Parent` and `IssueParentAssociation`).
    if (found.some((t) => t.field === field && t.from === change.from && t.to === change.to)) continue
    found.push({
      id: `${history.id}:${ordinal}`,
      at: history.at,
      field,
      ...change,
      authorAccountId: history.authorAccountId,
    })
  }
  return found
}

const fieldsByName: Readonly<Record<string, TransitionField>> = {
  status: 'status',
  assignee: 'assignee',
  issuetype: 'type',
  'issue type': 'type',
  type: 'type',
  project: 'project',
  key: 'key',
  parent: 'parent',
  'parent issue': 'parent',
  issueparentassociation: 'parent',
  'epic link': 'parent',
  'parent link': 'parent',
  sprint: 'sprint',
}

function fieldOf(item: Item, references: JiraReferences): TransitionField | null {
  const isOneOf = (fields: JiraReferences['estimateFields']) =>
    fields.some((f) => (item.fieldId === null ? f.name === item.field : f.id === item.fieldId))
  if (isOneOf(references.estimateFields)) return 'estimate'
  if (isOneOf(references.sprintFields)) return 'sprint'
  if (isOneOf(references.epicLinkFields) || isOneOf(references.parentLinkFields)) return 'parent'
  return fieldsByName[item.field.toLowerCase()] ?? null
}

function valuesOf(field: TransitionField, item: Item): Pick<Transition, 'from' | 'to' | 'fromName' | 'toName'> {
  const { from, to, fromName, toName } = item
  if (field === 'estimate') {
    return { from: decimal(fromName ?? from), to: decimal(toName ?? to), fromName, toName }
  }
  if (field === 'sprint') return { from: sprintIds(from), to: sprintIds(to), fromName, toName }
  if (field === 'key') return { from: fromName ?? from, to: toName ?? to, fromName, toName }
  if (field === 'parent') return { from: from || fromName || null, to: to || toName || null, fromName, toName }
  return { from: from || null, to: to || null, fromName, toName }
}

function decimal(text: string | null): string | null {
  if (text === null || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? String(value) : null
}

function sprintIds(list: string | null): string {
  const ids = (list ?? '').split(/[\s,]+/).filter((id) => id !== '')
  return ids.toSorted((a, b) => Number(a) - Number(b)).join(',')
}

/** Written by Jira itself or by dragging cards; nobody worked on the ticket. `epic child` is about another ticket. */
const noise = new Set([
  'rank',
  'global rank',
  'workflow',
  'projectimport',
  'epic child',
  'worklogid',
  'timespent',
  'worklogtimespent',
  'resolution',
])

function activitiesOf(history: JiraHistory, items: readonly (Item | null)[], references: JiraReferences): Activity[] {
  const found: Activity[] = []
  for (const [ordinal, item] of items.entries()) {
    if (!item || fieldOf(item, references) || noise.has(item.field.toLowerCase())) continue
    const kind = item.field === 'description' || item.field === 'summary' ? item.field : 'other-edit'
    if (found.some((a) => a.kind === kind)) continue
    found.push({ id: `${history.id}:${ordinal}`, at: history.at, kind, authorAccountId: history.authorAccountId })
  }
  return found
}
