import type { LinearIssueRecord } from './workspace.ts'

/** A stay of an issue in a state; `endedAt` null: it is still there. */
export interface LinearStateSpan {
  readonly id: string
  readonly stateId: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** The state timeline of an issue, newest first, the initial state included. */
export function stateSpans(issue: LinearIssueRecord): LinearStateSpan[] {
  const moves = issue.history.filter(({ toStateId }) => toStateId !== undefined && toStateId !== null)
  const initial = moves[0]?.fromStateId ?? issue.stateId
  const starts = [
    { stateId: initial, at: issue.createdAt },
    ...moves.map((row) => ({ stateId: row.toStateId ?? issue.stateId, at: row.createdAt })),
  ]
  return starts
    .map(({ stateId, at }, place) => ({
      // Spans that began together are listed by id: the later one has the lower number.
      id: `${issue.id}:${String(starts.length - place).padStart(6, '0')}`,
      stateId,
      startedAt: at,
      endedAt: starts[place + 1]?.at ?? null,
      createdAt: at,
      updatedAt: at,
    }))
    .reverse()
}
