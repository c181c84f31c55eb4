import {
  type Connection,
  countKeptPayloads,
  type Db,
  inTransaction,
  type KeptPayload,
  type KeptTicket,
  lockTickets,
  readCursor,
  readEarlierPayloads,
  readFailedTickets,
  readKeptPayloads,
  readTrackerReferences,
  rewriteTickets,
  type Store,
  writeCursor,
  writeFailedTickets,
} from '@headroom/store'
import { convertPayload, type FetchedTicket } from '@headroom/trackers'
import { addMissingAccounts, storePage } from './store-page.ts'

const stream = 'replay'
/** Small, since a payload may have megabytes. */
const pageSize = 100

/** How far a replay is. */
export interface ReplayProgress {
  /** Tickets written anew, those of an earlier replay that was broken off among them. */
  readonly done: number
  readonly total: number
}

export interface ReplayResult extends ReplayProgress {
  /** Tickets that say something else than before, and wait to be classified and measured. */
  readonly changed: number
  /** Payloads that are not understood. */
  readonly failed: number
}

export interface ReplayArgs {
  readonly connection: Connection
  readonly tell: (progress: ReplayProgress) => void
  readonly stopping: AbortSignal
}

/**
 * Makes tickets, histories, keys and failures of a connection anew from the payloads and references that are kept, without
 * any request. A replay that was broken off goes on where it stood. Safe beside a running server: page by page it takes
 * turns with what is read meanwhile. Null when nothing was ever read.
 */
export async function replayConnection(
  { store }: { readonly store: Store },
  args: ReplayArgs,
): Promise<ReplayResult | null> {
  const { connection, tell, stopping } = args
  const references = await readTrackerReferences(store.db, connection.id)
  if (!references) return null
  const convert: Convert = (raw) => convertPayload(connection.kind, references, raw)
  const total = await countKeptPayloads(store.db, connection.id)
  let place: Place | null = ((await readCursor(store.db, connection.id, stream)) as Place | null) ?? start
  let reached = place
  while (place) {
    stopping.throwIfAborted()
    reached = place
    tell({ done: Math.min(reached.done, total), total })
    place = await inTransaction(store, (tx) => replayPage(tx, connection.id, convert, reached))
  }
  const { done, changed } = reached
  const failed = await replayFailures(store, connection.id, convert)
  return { done, total: Math.max(total, done), changed, failed }
}

/** Has the next replay begin anew, also when one was broken off. */
export async function forgetReplay(tx: Db, connectionId: string): Promise<void> {
  await writeCursor(tx, connectionId, stream, null)
}

type Convert = (raw: unknown) => FetchedTicket

interface Place {
  readonly [key: string]: unknown
  readonly after: string | null
  readonly done: number
  readonly changed: number
}

const start: Place = { after: null, done: 0, changed: 0 }

/** Answers where to go on; null at the end. */
async function replayPage(tx: Db, connectionId: string, convert: Convert, place: Place): Promise<Place | null> {
  await lockTickets(tx, connectionId)
  const kept = await readKeptPayloads(tx, { connectionId, after: place.after, limit: pageSize })
  const converted = kept.map((payload) => ({ kept: payload, fetched: convert(payload.payload) }))
  const readable = converted.flatMap(({ kept: payload, fetched }) =>
    'ticket' in fetched ? [{ ...payload, ticket: fetched.ticket }] : [],
  )
  await addMissingAccounts(
    tx,
    connectionId,
    readable.map((r) => r.ticket),
  )
  const earlier = await readEarlierKeys(tx, readable, convert)
  const changed = await rewriteTickets(
    tx,
    connectionId,
    readable.map((r) => ({ ...r, earlier: earlier.get(r.ticketId) ?? [] })),
  )
  for (const { kept: payload, fetched } of converted) {
    if ('problem' in fetched) await writeFailedTickets(tx, connectionId, [fetched], new Date(payload.fetchedAt))
  }
  const last = kept.at(-1)
  const next = last && { after: last.ticketId, done: place.done + kept.length, changed: place.changed + changed }
  await writeCursor(tx, connectionId, stream, next ?? null)
  return next ?? null
}

type Keys = KeptTicket['earlier'][number]

/** Keys that only a superseded payload named, as of a ticket that moved before its history was read whole. */
async function readEarlierKeys(
  tx: Db,
  tickets: readonly KeptPayload[],
  convert: Convert,
): Promise<ReadonlyMap<string, Keys[]>> {
  const keys = new Map<string, Keys[]>()
  const ticketIds = tickets.map((t) => t.ticketId)
  for (let after = 0; ; ) {
    const page = await readEarlierPayloads(tx, { ticketIds, after, limit: pageSize })
    for (const { ticketId, payload } of page) {
      const fetched = convert(payload)
      const { key, previousKeys } = 'ticket' in fetched ? fetched.ticket : { key: fetched.key, previousKeys: [] }
      keys.set(ticketId, [...(keys.get(ticketId) ?? []), { key, previousKeys }])
    }
    const last = page.at(-1)
    if (!last) return keys
    after = last.version
  }
}

/** Tries what was not understood once more. What is now goes the way of any reading of that time. Answers what is left. */
async function replayFailures(store: Store, connectionId: string, convert: Convert): Promise<number> {
  let failed = 0
  for (let after: string | null = null; ; ) {
    const page = await readFailedTickets(store.db, { connectionId, after, limit: pageSize })
    for (const { raw, failedAt, externalId } of page) {
      const fetched = { ...convert(raw), externalId }
      if ('problem' in fetched) failed++
      await inTransaction(store, (tx) =>
        storePage(tx, { connectionId, runId: null, tickets: [fetched], fetchedAt: failedAt.getTime() }),
      )
    }
    const last = page.at(-1)
    if (!last) return failed
    after = last.externalId
  }
}
