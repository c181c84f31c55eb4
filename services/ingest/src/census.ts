import type { EpochMs } from '@headroom/domain'
import {
  addToCensus,
  addToRun,
  beginCensus,
  type Connection,
  countCensus,
  type Db,
  inTransaction,
  markDiffering,
  noteAdvance,
  readCursor,
  suspectMissing,
  writeCursor,
} from '@headroom/store'
import type { Cursor, Tracker } from '@headroom/trackers'
import type { RunningIngest } from './ingest-deps.ts'
import { trackerTime } from './tracker-time.ts'

const stream = 'census'
const hourMs = 3_600_000
const everyMs = 24 * hourMs
/** After a census that proved nothing. */
const againAfterMs = 6 * hourMs

export interface CensusArgs {
  readonly connection: Connection
  readonly tracker: Tracker
  readonly runId: string
  /** Begin one now and walk it to its end. Else one is begun when it is due, and walked in parts. */
  readonly whole: boolean
}

interface CensusUnderWay {
  /** The run that began it. */
  readonly runId: string
  readonly startedAt: EpochMs
  /** How far our clock was ahead of the tracker's. */
  readonly skewMs: number
  readonly place: Cursor | null
  readonly warnings: readonly string[]
}

/** Some pages of each poll, so that a long census keeps no poll waiting. */
const pagesOfPart = 20

/**
 * Walks over the ids of all tickets that the tracker lists: marks those that the store does not know as they are, and at
 * the end of a complete walk suspects those that it did not meet. The place in the walk is stored with each page.
 */
export async function census(deps: RunningIngest, args: CensusArgs): Promise<void> {
  const { connection, tracker, whole } = args
  let state = await findCensus(deps, args)
  for (let pages = 0; state !== null && (whole || pages < pagesOfPart); pages++) {
    deps.stopping.throwIfAborted()
    const before: CensusUnderWay = state
    const { sightings, next, warnings } = await tracker.readSightings(before.place)
    const after = { ...before, place: next, warnings: [...before.warnings, ...warnings].slice(0, 10) }
    const expected = next === null ? await tracker.count() : null
    await inTransaction(deps.store, async (tx) => {
      await addToCensus(
        tx,
        connection.id,
        sightings.map((s) => s.externalId),
      )
      await markDiffering(tx, { connectionId: connection.id, sightings, reason: 'census', skewMs: before.skewMs })
      await noteAdvance(tx, connection.id, new Date(deps.now()))
      await writeCursor(tx, connection.id, stream, after)
    })
    if (next === null) await endCensus(deps, args, after, expected)
    state = next === null ? null : after
  }
}

/** The first census is due a day after everything was read. Call in the transaction that ends a backfill. */
export function firstCensus(at: EpochMs): [stream: string, cursor: { dueAt: EpochMs }] {
  return [stream, { dueAt: at + everyMs }]
}

/** Makes the next census due now; one that is under way goes on. */
export async function hastenCensus(tx: Db, connectionId: string): Promise<void> {
  const cursor = await readCursor(tx, connectionId, stream)
  if (cursor && 'dueAt' in cursor) await writeCursor(tx, connectionId, stream, { ...cursor, dueAt: 0 })
}

/** The one under way, or a new one when it is time; else null. */
async function findCensus(deps: RunningIngest, args: CensusArgs): Promise<CensusUnderWay | null> {
  const { connection, tracker, runId, whole } = args
  const cursor = await readCursor(deps.store.db, connection.id, stream)
  // Somebody who asks for one now wants to know what is there now.
  if (cursor && 'startedAt' in cursor && (!whole || cursor.runId === runId)) return cursor as unknown as CensusUnderWay
  if (!whole && deps.now() < Number(cursor?.dueAt ?? 0)) return null
  const startedAt = deps.now()
  const skewMs = startedAt - (await trackerTime(tracker, startedAt))
  const state: CensusUnderWay = { runId, startedAt, skewMs, place: null, warnings: [] }
  await inTransaction(deps.store, async (tx) => {
    await beginCensus(tx, connection.id)
    await writeCursor(tx, connection.id, stream, state)
  })
  return state
}

async function endCensus(
  deps: RunningIngest,
  { connection, runId }: CensusArgs,
  { startedAt, warnings }: CensusUnderWay,
  expected: number | null,
): Promise<void> {
  await inTransaction(deps.store, async (tx) => {
    const met = await countCensus(tx, connection.id)
    const doubt = doubtOf({ met, expected, warnings })
    const dueAt = startedAt + (doubt === null ? everyMs : againAfterMs)
    await writeCursor(tx, connection.id, stream, { dueAt, met, expected })
    if (doubt !== null) {
      await addToRun(tx, runId, {}, [{ problem: doubt }])
      return
    }
    // Jira's search leaves archived tickets out, though they are still there.
    const withArchived = connection.kind === 'linear'
    const missing = await suspectMissing(tx, connection.id, { startedAt: new Date(startedAt), withArchived })
    if (missing > 0) deps.log.info({ connectionId: connection.id, missing, met }, 'census misses tickets')
  })
}

/** Why a walk that has come to its end proves no absence; null when it does. */
function doubtOf(walk: {
  readonly met: number
  readonly expected: number | null
  readonly warnings: readonly string[]
}): string | null {
  const { met, expected, warnings } = walk
  const consequence = 'No ticket is taken as deleted from it; the next one is in six hours.'
  if (warnings.length > 0) return `The tracker warned during the census (${warnings[0]}). ${consequence}`
  if (expected === null) return `The tracker did not say how many tickets it has. ${consequence}`
  // Counts of Jira Cloud are estimates, and tickets come and go while the walk is under way.
  const tolerance = Math.max(10, Math.ceil(expected / 100))
  if (Math.abs(met - expected) <= tolerance) return null
  return `The census met ${met} tickets where the tracker counts about ${expected}. ${consequence}`
}
