import type { EffortSettings } from './effort-settings.ts'
import type { EpochMs } from './ticket.ts'

/** A change that an account made to a ticket at a time. */
export interface Edit {
  readonly ticketId: string
  readonly accountId: string
  readonly at: EpochMs
}

/**
 * The edits that were part of a bulk edit: one account changed at least `bulkEditTickets` tickets within
 * `bulkEditSeconds`. Such a change says that somebody tidied up the board, not that anybody worked on the tickets.
 * Whether an edit is among them depends on the account's edits up to `bulkEditSeconds` before and after it alone.
 */
export function findBulkEdits(
  edits: readonly Edit[],
  settings: Pick<EffortSettings, 'bulkEditTickets' | 'bulkEditSeconds'>,
): Edit[] {
  return [...Map.groupBy(edits, (edit) => edit.accountId).values()].flatMap((ofAccount) =>
    inCrowd(
      ofAccount.sort((a, b) => a.at - b.at),
      settings,
    ),
  )
}

/** Slides a window over edits in order of time; every edit of a window with enough tickets is taken, once. */
function inCrowd(
  edits: readonly Edit[],
  { bulkEditTickets, bulkEditSeconds }: Pick<EffortSettings, 'bulkEditTickets' | 'bulkEditSeconds'>,
): Edit[] {
  const crowd: Edit[] = []
  const inWindow = new Map<string, number>()
  let first = 0
  let taken = 0
  edits.forEach((edit, last) => {
    inWindow.set(edit.ticketId, (inWindow.get(edit.ticketId) ?? 0) + 1)
    for (let left = edits[first]; left && edit.at - left.at > bulkEditSeconds * 1000; left = edits[++first]) {
      const others = (inWindow.get(left.ticketId) ?? 0) - 1
      if (others > 0) inWindow.set(left.ticketId, others)
      else inWindow.delete(left.ticketId)
    }
    if (inWindow.size < bulkEditTickets) return
    crowd.push(...edits.slice(Math.max(first, taken), last + 1))
    taken = last + 1
  })
  return crowd
}
