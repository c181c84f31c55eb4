export { TrackerProtocolError, TrackerUnauthorizedError, TrackerUnavailableError } from './errors.ts'
export type {
  Cursor,
  FetchedTicket,
  ReferenceData,
  TicketPage,
  Tracker,
  TrackerCredentials,
  TrackerSettings,
  WebhookHint,
  WebhookProtocol,
  WebhookRequest,
} from './tracker.ts'
