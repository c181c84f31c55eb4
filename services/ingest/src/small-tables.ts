import { isDeepStrictEqual } from 'node:util'
import {
  type Connection,
  type Db,
  inTransaction,
  markTicketsNaming,
  markTicketsOfSprints,
  noteAdvance,
  readCursor,
  readReferencesAge,
  readTrackerReferences,
  writeAccounts,
  writeCursor,
  writeSprints,
  writeTrackerReferences,
} from '@headroom/store'
import type { ReferenceData, Tracker } from '@headroom/trackers'
import { hastenCensus } from './census.ts'
import { changedReferences } from './changed-references.ts'
import type { IngestDeps } from './ingest-deps.ts'

/** They change rarely, and a large site has hundreds of boards to ask. A webhook that names one asks for them sooner. */
const freshMs = 15 * 60_000

/**
 * Statuses, fields, labels, sprints and accounts: as stored while that is recent, else read anew. What changed in them
 * moves no ticket's own time of change, so the tickets that name it are marked to be read again.
 */
export async function readSmallTables(
  deps: IngestDeps,
  args: { readonly connection: Connection; readonly tracker: Tracker; readonly anew: boolean },
): Promise<ReferenceData> {
  const { connection, tracker, anew } = args
  const before = await readTrackerReferences(deps.store.db, connection.id)
  const readAt = await readReferencesAge(deps.store.db, connection.id)
  const age = deps.now() - (readAt?.getTime() ?? 0)
  if (!anew && before && age >= 0 && age < freshMs) return before
  const now = new Date(deps.now())
  const references = await tracker.readReferences()
  const sprints = await tracker.readSprints(references)
  for await (const accounts of tracker.readAccounts()) {
    await inTransaction(deps.store, (tx) => writeAccounts(tx, connection.id, accounts))
  }
  const homes = (await tracker.readHomes()).toSorted()
  await inTransaction(deps.store, async (tx) => {
    await noteHomes(tx, connection.id, homes)
    await writeTrackerReferences(tx, connection.id, references, now)
    await markTicketsOfSprints(tx, connection.id, await writeSprints(tx, connection.id, sprints))
    if (before) await markTicketsNaming(tx, connection.id, changedReferences(before, references))
    await noteAdvance(tx, connection.id, now)
  })
  return references
}

const homesStream = 'homes'

/** A project that went out of sight, or came into it, changes no ticket's own time: the census must look, and now. */
async function noteHomes(tx: Db, connectionId: string, homes: readonly string[]): Promise<void> {
  const before = await readCursor(tx, connectionId, homesStream)
  if (isDeepStrictEqual(before?.ids, homes)) return
  await writeCursor(tx, connectionId, homesStream, { ids: homes })
  if (before) await hastenCensus(tx, connectionId)
}
