import type { EpochMs, TrackerAccount, TrackerTicket } from '@headroom/domain'
import {
  addToRun,
  type Db,
  type RunProblem,
  unknownAccounts,
  type WriteTicketsResult,
  writeAccounts,
  writeFailedTickets,
  writeTickets,
} from '@headroom/store'
import type { FetchedTicket } from '@headroom/trackers'

export interface PageToStore {
  readonly connectionId: string
  /** Null when nobody asked for this read, as after a webhook. */
  readonly runId: string | null
  readonly tickets: readonly FetchedTicket[]
  /** When the request that read them was sent. */
  readonly fetchedAt: EpochMs
}

/**
 * Stores what was read of some tickets, in the caller's transaction: the readable ones, the unreadable ones with their
 * payload, people that nobody has listed, and the run's counts.
 */
export async function storePage(tx: Db, page: PageToStore): Promise<WriteTicketsResult> {
  const readable = page.tickets.flatMap((t) => ('ticket' in t ? [{ ticket: t.ticket, raw: t.raw }] : []))
  const unreadable = page.tickets.flatMap((t) => ('problem' in t ? [t] : []))
  await addMissingAccounts(
    tx,
    page.connectionId,
    readable.map((t) => t.ticket),
  )
  const result = await writeTickets(tx, {
    connectionId: page.connectionId,
    tickets: readable,
    fetchedAt: page.fetchedAt,
  })
  await writeFailedTickets(tx, page.connectionId, unreadable, new Date(page.fetchedAt))
  if (page.runId) {
    const problems: RunProblem[] = unreadable.map((t) => ({
      ticket: t.key,
      problem: `${t.problem}. Its payload is kept; the rest goes on.`,
    }))
    const { created, updated, unchanged, stale } = result
    await addToRun(
      tx,
      page.runId,
      { seen: page.tickets.length, created, updated, unchanged: unchanged + stale, failed: unreadable.length },
      problems,
    )
  }
  return result
}

/** Histories name people who are no longer in the tracker's list of users. Their days count all the same. */
export async function addMissingAccounts(
  tx: Db,
  connectionId: string,
  tickets: readonly TrackerTicket[],
): Promise<void> {
  const names = new Map<string, string>()
  const see = (accountId: string | null, name: string | null) => {
    if (accountId !== null && (name !== null || !names.has(accountId))) names.set(accountId, name ?? accountId)
  }
  for (const ticket of tickets) {
    see(ticket.assigneeAccountId, null)
    see(ticket.reporterAccountId, null)
    for (const t of ticket.transitions) {
      see(t.authorAccountId, null)
      if (t.field === 'assignee') {
        see(t.from, t.fromName)
        see(t.to, t.toName)
      }
    }
    for (const { authorAccountId } of [...ticket.activities, ...ticket.worklogs]) see(authorAccountId, null)
  }
  const missing = await unknownAccounts(tx, connectionId, [...names.keys()])
  const accounts: TrackerAccount[] = missing.map((accountId) => ({
    accountId,
    displayName: names.get(accountId) ?? accountId,
    email: null,
    kind: 'human',
    active: false,
    timeZone: null,
  }))
  await writeAccounts(tx, connectionId, accounts)
}
