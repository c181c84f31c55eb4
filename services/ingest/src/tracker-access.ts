import type { SealedBox } from '@headroom/runtime'
import type { Connection, ConnectionTest } from '@headroom/store'
import { createTracker, type Tracker, type TrackerCredentials, type TrackerSettings } from '@headroom/trackers'

/**
 * Opens the tracker of a connection, or the one on which credentials are tried out; passed around so that only this file
 * touches credentials.
 */
export type OpenTracker = (of: Connection | ConnectionTest, priority?: TrackerPriority) => Tracker

/**
 * What a reading is for, in the order in which requests of one credential go out: somebody or a webhook waits, the poll
 * keeps up, the backfill takes what is left. Absent: `poll`.
 */
export type TrackerPriority = 'webhook' | 'poll' | 'backfill'

/** Somebody waits for the answer to a trial, and not longer than 20 s. */
const trialTimeoutMs = 15_000

/** Throws SealError when the stored credentials can't be opened with this secret key. */
export function trackerOpener(box: SealedBox): OpenTracker {
  return (of) => {
    const { kind, baseUrl } = of
    return 'sealedRequest' in of
      ? createTracker({ kind, baseUrl, ...openRequest(box, of) }, { timeoutMs: trialTimeoutMs })
      : createTracker({ kind, baseUrl, credentials: openCredentials(box, of), scope: of.scope })
  }
}

function openCredentials(box: SealedBox, { id, sealedCredentials }: Connection): TrackerCredentials {
  return JSON.parse(box.open(sealedCredentials, id)) as TrackerCredentials
}

function openRequest(box: SealedBox, { id, sealedRequest }: ConnectionTest) {
  return JSON.parse(box.open(sealedRequest, id)) as Pick<TrackerSettings, 'credentials' | 'scope'>
}
