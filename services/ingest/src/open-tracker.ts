import type { Connection, ConnectionTest } from '@headroom/store'
import type { Tracker, WebhookRegistrar } from '@headroom/trackers'

/**
 * What a reading is for, in the order in which requests of one credential go out: somebody or a webhook waits, the poll
 * keeps up, the backfill takes what is left. Absent: `poll`.
 */
export type TrackerPriority = 'webhook' | 'poll' | 'backfill'

/** Opens the tracker of a connection, or the one on which credentials are tried out; whoever has it sees no credentials. */
export type OpenTracker = (of: Connection | ConnectionTest, priority?: TrackerPriority) => Tracker

/** Opens the registrar of a connection's webhooks. */
export type OpenRegistrar = (connection: Connection) => WebhookRegistrar
