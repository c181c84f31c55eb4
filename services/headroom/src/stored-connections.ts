import { trackerOpener } from '@headroom/ingest'
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

/** The tracker behind a connection, with its credentials unsealed. */
export function trackerOf({ secretKey }: Headroom, connection: Connection) {
  return trackerOpener(createSealedBox(secretKey, 'tracker-credentials'))(connection)
}
