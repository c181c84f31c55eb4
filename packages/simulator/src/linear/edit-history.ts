import { randomUUID } from 'node:crypto'
import type { LinearLimits } from './limits.ts'
import type { LinearHistoryRow, LinearIssueRecord } from './workspace.ts'

/** The changed pairs of a history row. */
export type HistoryChanges = Omit<Partial<LinearHistoryRow>, 'id' | 'createdAt' | 'updatedAt' | 'actorId' | 'botActor'>

/** Adds a row, or changes the last one where Linear groups, or does neither just after the creation. */
export function recordHistory(
  issue: LinearIssueRecord,
  changes: HistoryChanges,
  byUser: string | null,
  at: string,
  { creationGraceMs, historyGroupingMs }: Pick<LinearLimits, 'creationGraceMs' | 'historyGroupingMs'>,
): void {
  if (Object.keys(changes).length === 0) return
  const now = Date.parse(at)
  if (now - Date.parse(issue.createdAt) < creationGraceMs) return
  const last = issue.history.at(-1)
  if (last !== undefined && last.actorId === byUser && now - Date.parse(last.createdAt) < historyGroupingMs) {
    Object.assign(last, grouped(last, changes), { updatedAt: at })
    return
  }
  issue.history.push({ id: randomUUID(), createdAt: at, updatedAt: at, actorId: byUser, ...changes })
}

/** The oldest `from` stays, the newest `to` counts. */
function grouped(last: LinearHistoryRow, changes: HistoryChanges): HistoryChanges {
  const kept = Object.entries(changes).filter(([name]) => !(name.startsWith('from') && name in last))
  return Object.fromEntries(kept) as HistoryChanges
}
