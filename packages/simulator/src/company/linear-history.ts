import type { LinearHistoryRow } from '../linear/workspace.ts'
import { earlierTexts } from './earlier-texts.ts'
import type { CompanyTeam, CompanyTicket, Priority, ShownChange, ShownState, StatusRole } from './model.ts'
import { uuidOf } from './uuid.ts'

/** Changes in the first three minutes are part of the creation and leave no row (Linear's documentation of the activity log). */
const creationMs = 3 * 60_000

/** Linear's numbers of the company's priorities. */
export const linearPriorities: Readonly<Record<Priority, 1 | 2 | 3 | 4>> = { urgent: 1, high: 2, medium: 3, low: 4 }

/** Ids of the things that a row may name. */
export interface LinearIds {
  readonly seed: string
  readonly state: (team: CompanyTeam, role: StatusRole) => string
  readonly user: (person: number) => string
  readonly cycle: (sprint: number) => string
  readonly isBot: (person: number) => boolean
}

/** The rows of an issue's history, oldest first. */
export function linearHistory(ids: LinearIds, ticket: CompanyTicket, team: CompanyTeam): LinearHistoryRow[] {
  const titles = earlierTexts(ticket, 'title')
  let state = ticket.created
  const rows: LinearHistoryRow[] = []
  ticket.changes.forEach((change, i) => {
    const changed = { ...pairs(ids, team, state, change), ...textPairs(change, titles) }
    state = { ...state, ...change.set }
    if (change.at - ticket.createdAt < creationMs || Object.keys(changed).length === 0) return
    const at = new Date(change.at).toISOString()
    const bot = ids.isBot(change.author)
    rows.push({
      id: uuidOf(ids.seed, `history-${ticket.index}-${i}`),
      createdAt: at,
      updatedAt: at,
      actorId: bot ? null : ids.user(change.author),
      ...(bot ? { botActor: { type: 'github', name: 'GitHub' } } : {}),
      ...changed,
    })
  })
  return rows
}

function pairs(ids: LinearIds, team: CompanyTeam, state: ShownState, { set }: ShownChange): Partial<LinearHistoryRow> {
  const user = (person: number | null) => (person === null ? null : ids.user(person))
  return {
    ...(set.status === undefined
      ? {}
      : { fromStateId: ids.state(team, state.status), toStateId: ids.state(team, set.status) }),
    ...(set.assignee === undefined ? {} : { fromAssigneeId: user(state.assignee), toAssigneeId: user(set.assignee) }),
    ...(set.estimate === undefined ? {} : { fromEstimate: state.estimate, toEstimate: set.estimate }),
    ...(set.sprints === undefined
      ? {}
      : { fromCycleId: cycleOf(ids, state.sprints), toCycleId: cycleOf(ids, set.sprints) }),
    ...(set.priority === undefined
      ? {}
      : { fromPriority: linearPriorities[state.priority], toPriority: linearPriorities[set.priority] }),
  }
}

function textPairs(change: ShownChange, titles: string[]): Partial<LinearHistoryRow> {
  if (change.edited === 'description') return { updatedDescription: true }
  if (change.edited !== 'title') return {}
  const before = titles.shift() ?? ''
  return { fromTitle: before, toTitle: titles[0] ?? before }
}

/** An issue is in one cycle at a time: the last one. */
export function cycleOf(ids: Pick<LinearIds, 'cycle'>, sprints: readonly number[]): string | null {
  const last = sprints.at(-1)
  return last === undefined ? null : ids.cycle(last)
}
