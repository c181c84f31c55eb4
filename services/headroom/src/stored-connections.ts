import { type TrackerAccess, trackerOpener } from '@headroom/ingest'
import { createSealedBox, UserError } from '@headroom/runtime'
import { type Connection, listConnections } from '@headroom/store'
import type { Headroom } from './open-headroom.ts'

/** The connection of this name or id. Throws a UserError that names those there are. */
export async function connectionNamed({ store }: Headroom, name: string): Promise<Connection> {
  const connections = await listConnections(store.db)
  const found = connections.find((c) => c.name === name || c.id === name)
  if (found) return found
  const names = connections.map((c) => `"${c.name}"`).join(', ')
  throw new UserError(
    `There is no connection "${name}".${names ? ` There is ${names}.` : ' Add one with: npm run headroom -- connections add'}`,
  )
}

/** How trackers are reached from here. */
export function trackerAccessOf({ secretKey, store, config }: Headroom): TrackerAccess {
  return {
    box: createSealedBox(secretKey, 'tracker-credentials'),
    store,
    allowPrivate: () => config.allowPrivateTrackers,
  }
}

/** The tracker behind a connection, with its credentials unsealed; somebody waits for what it says. */
export function trackerOf(headroom: Headroom, connection: Connection) {
  return trackerOpener(trackerAccessOf(headroom))(connection, 'webhook')
}
