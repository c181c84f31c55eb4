import type { EpochMs } from '@headroom/domain'
import { type Db, readCursor } from '@headroom/store'

const stream = 'changes'

/** How far an incremental sync looks back behind the last one: trackers list changes late. */
const overlapMs = 15 * 60_000

/** Name and value of the cursor that says: all changes before `at` are stored or marked. */
export function changesSince(at: EpochMs): [stream: string, cursor: { since: EpochMs }] {
  return [stream, { since: at - overlapMs }]
}

/** From when on changes are to be asked for; null as long as no backfill has come to its end. */
export async function readChangesSince(db: Db, connectionId: string): Promise<EpochMs | null> {
  const cursor = await readCursor(db, connectionId, stream)
  return cursor && Number(cursor.since)
}
