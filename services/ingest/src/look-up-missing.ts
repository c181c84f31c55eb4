import {
  addToRun,
  type Connection,
  forgetMissing,
  holdMissing,
  inTransaction,
  type MissingInHome,
  markDeleted,
  missingToLookUp,
  noteAdvance,
  readConfirmedMissing,
  readHeldMissing,
  writeLook,
} from '@headroom/store'
import type { ReferenceData, Tracker } from '@headroom/trackers'
import type { RunningIngest } from './ingest-deps.ts'
import { storePage } from './store-page.ts'

/** Between the two looks, so that no passing trouble of the tracker is taken for a deletion. */
const betweenLooksMs = 30 * 60_000
const batchSize = 100

export interface LookUpArgs {
  readonly connection: Connection
  readonly tracker: Tracker
  readonly references: ReferenceData
  readonly runId: string
}

/**
 * Looks suspects up by id, each twice and well apart. What two looks did not find, with credentials that are good
 * afterwards, is deleted here too: softly, and any later sight brings it back.
 */
export async function lookUpMissing(deps: RunningIngest, args: LookUpArgs): Promise<void> {
  const { connection, tracker, references, runId } = args
  for (;;) {
    deps.stopping.throwIfAborted()
    const fetchedAt = deps.now()
    const firstLookUntil = new Date(fetchedAt - betweenLooksMs)
    const ids = await missingToLookUp(deps.store.db, connection.id, { firstLookUntil, limit: batchSize })
    if (ids.length === 0) break
    const { tickets, missing } = await tracker.readByIds(references, ids)
    // Some trackers show nothing to an expired token, as if everything were gone.
    if (missing.length > 0) await tracker.test()
    await inTransaction(deps.store, async (tx) => {
      await storePage(tx, { connectionId: connection.id, runId, tickets, fetchedAt })
      await writeLook(tx, connection.id, {
        found: tickets.map((t) => t.externalId),
        absent: missing,
        at: new Date(fetchedAt),
      })
      await noteAdvance(tx, connection.id, new Date(deps.now()))
    })
  }
  await deleteConfirmed(deps, args)
}

async function deleteConfirmed(deps: RunningIngest, { connection, tracker, runId }: LookUpArgs): Promise<void> {
  const confirmed = await readConfirmedMissing(deps.store.db, connection.id)
  if (confirmed.length === 0) return
  const homes = new Set(await tracker.readHomes())
  for (const missing of confirmed) {
    const { home, externalIds, confirmedAt } = missing
    await inTransaction(deps.store, async (tx) => {
      if (isTooMany(missing)) return holdMissing(tx, connection.id, externalIds)
      const reason = home === null || homes.has(home) ? 'absent' : 'project-gone'
      const deleted = await markDeleted(tx, connection.id, externalIds, { reason, readAt: confirmedAt })
      await forgetMissing(tx, connection.id, externalIds)
      await addToRun(tx, runId, { deleted })
      deps.metrics.ticketsStored.inc({ outcome: 'deleted' }, deleted)
    })
  }
}

/** Few go unasked whatever the size of their project. */
const fewMax = 10
const manyMin = 200

/** More at once than a clean-up explains: rather a permission that was taken away, or a project moved out of sight. */
function isTooMany({ externalIds, held, live, approved }: MissingInHome): boolean {
  const missing = externalIds.length + held
  return !approved && missing > fewMax && (missing > manyMin || missing > live / 100)
}

/** What a person has to decide about a connection's missing tickets, in one line; null when there is nothing. */
export async function heldProblem(deps: Pick<RunningIngest, 'store'>, connection: Connection): Promise<string | null> {
  const held = await readHeldMissing(deps.store.db, connection.id)
  if (held.length === 0) return null
  const counts = held.map((h) => `${h.held} of ${h.live} tickets of ${h.homeName ?? 'no project'}`).join(', ')
  return `The tracker no longer shows ${counts}; they still count. If the account lost a permission, give it back; if they are really deleted, say so with: npm run headroom -- connections confirm-deletions "${connection.name}"`
}
