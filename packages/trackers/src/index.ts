export { createTracker } from './create-tracker.ts'
export { TrackerProtocolError, TrackerUnauthorizedError, TrackerUnavailableError } from './errors.ts'
export type {
  Cursor,
  FetchedTicket,
  ReferenceData,
  TicketPage,
  Tracker,
  TrackerCredentials,
  TrackerLog,
  TrackerOptions,
  TrackerSettings,
  WebhookHint,
  WebhookProtocol,
  WebhookRequest,
} from './tracker.ts'
export { webhookProtocolFor } from './webhook-protocol.ts'
