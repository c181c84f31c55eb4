import type { EpochMs } from '@headroom/domain'
import {
  type Connection,
  inTransaction,
  markDiffering,
  markFailed,
  markKnownTickets,
  markTicketsOfWorklogs,
  noteAdvance,
  readCursor,
  writeCursor,
} from '@headroom/store'
import type { Tracker, WorklogChanges } from '@headroom/trackers'
import { changesSince } from './changes-cursor.ts'
import type { IngestDeps } from './ingest-deps.ts'

const wideStream = 'wide-changes'
const wideEveryMs = 60 * 60_000
/** Search indexes have been seen to lag by two to twelve hours (https://github.com/estuary/connectors/pull/3486). */
const wideOverlapMs = 24 * 60 * 60_000

export interface ChangesArgs {
  readonly connection: Connection
  readonly tracker: Tracker
  /** From when on changes are to be asked for. */
  readonly since: EpochMs
}

/**
 * Marks the tickets that the tracker lists as changed and that the store does not know as they are. Once an hour the walk
 * looks back a day further than the others do, for what the tracker listed late.
 */
export async function markChanges(deps: IngestDeps, { connection, tracker, since }: ChangesArgs): Promise<void> {
  const begun = deps.now()
  const wide = await readCursor(deps.store.db, connection.id, wideStream)
  const wideAt = wide ? Number(wide.at) : since
  const isWide = !wide || begun - wideAt >= wideEveryMs
  const from = isWide ? Math.min(since, wideAt - wideOverlapMs) : since
  let trackerTime: EpochMs | null = null
  for await (const { sightings, serverTime } of tracker.readChanged(from)) {
    trackerTime ??= serverTime
    const skewMs = begun - trackerTime
    await inTransaction(deps.store, async (tx) => {
      await markDiffering(tx, { connectionId: connection.id, sightings, reason: 'poll', skewMs })
      await noteAdvance(tx, connection.id, new Date(deps.now()))
    })
  }
  const serverTime = Math.min(begun, trackerTime ?? begun)
  await inTransaction(deps.store, async (tx) => {
    // What could not be understood is tried again: as long as it can't, every run says so.
    await markFailed(tx, connection.id)
    await writeCursor(tx, connection.id, ...changesSince(serverTime))
    if (isWide) await writeCursor(tx, connection.id, wideStream, { at: serverTime })
  })
}

const worklogStream = 'worklogs'

/** Marks the tickets whose worklogs were changed or deleted. */
export async function markWorklogChanges(deps: IngestDeps, { connection, tracker, since }: ChangesArgs): Promise<void> {
  const cursor = (await readCursor(deps.store.db, connection.id, worklogStream)) as WorklogChanges['next'] | null
  const from = cursor ?? { updatedSince: since, deletedSince: since }
  for await (const { externalIds, deletedWorklogIds, next } of tracker.readWorklogChanges(from)) {
    await inTransaction(deps.store, async (tx) => {
      // The feed is the whole site's; a ticket that we do not have yet comes with its own change.
      await markKnownTickets(tx, connection.id, externalIds)
      await markTicketsOfWorklogs(tx, connection.id, deletedWorklogIds)
      await writeCursor(tx, connection.id, worklogStream, next)
    })
  }
}
