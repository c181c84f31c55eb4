import { type EffortSettings, findBulkEdits } from '@headroom/domain'
import {
  addWork,
  type ConnectionEdit,
  type Db,
  readBulkEdits,
  readCrowdedEdits,
  readTicketsNearEdits,
  replaceBulkEdits,
} from '@headroom/store'

/**
 * Finds which changes of these tickets were part of a bulk edit and keeps them, by ticket. Where that differs from what was
 * kept, it may differ as well for the other tickets that the account changed at that time: they are to be measured again.
 */
export async function refreshBulkEdits(
  tx: Db,
  ticketIds: readonly string[],
  settings: EffortSettings,
): Promise<ReadonlyMap<string, readonly ConnectionEdit[]>> {
  const asked = new Set(ticketIds)
  const crowded = Map.groupBy(await readCrowdedEdits(tx, ticketIds, settings), (edit) => edit.connectionId)
  const found = [...crowded].flatMap(([connectionId, edits]) =>
    findBulkEdits(edits, settings).flatMap((edit) => (asked.has(edit.ticketId) ? [{ ...edit, connectionId }] : [])),
  )
  const changed = differing(await readBulkEdits(tx, ticketIds), found)
  await replaceBulkEdits(tx, ticketIds, found)
  const near = await readTicketsNearEdits(tx, changed, settings)
  await addWork(
    tx,
    'measure',
    near.filter((id) => !asked.has(id)),
  )
  return Map.groupBy(found, (edit) => edit.ticketId)
}

function differing(before: readonly ConnectionEdit[], after: readonly ConnectionEdit[]): ConnectionEdit[] {
  const key = (edit: ConnectionEdit) => `${edit.ticketId} ${edit.at} ${edit.accountId}`
  const old = new Set(before.map(key))
  const now = new Set(after.map(key))
  return [...before.filter((edit) => !now.has(key(edit))), ...after.filter((edit) => !old.has(key(edit)))]
}
