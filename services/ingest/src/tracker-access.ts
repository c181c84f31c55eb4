import type { SealedBox } from '@headroom/runtime'
import type { Connection } from '@headroom/store'
import { createTracker, type Tracker, type TrackerCredentials } from '@headroom/trackers'

/** Opens the tracker of a connection; passed around so that only this file touches credentials. */
export type OpenTracker = (connection: Connection) => Tracker

/** Throws SealError when the stored credentials can't be opened with this secret key. */
export function trackerOpener(box: SealedBox): OpenTracker {
  return (connection) =>
    createTracker({
      kind: connection.kind,
      baseUrl: connection.baseUrl,
      credentials: JSON.parse(box.open(connection.sealedCredentials, connection.id)) as TrackerCredentials,
      scope: connection.scope,
    })
}
