export type { AccessToken, OauthCredentials } from './access-token.ts'
export { convertPayload } from './convert-payload.ts'
export { createTracker } from './create-tracker.ts'
export { TrackerProtocolError, TrackerUnauthorizedError, TrackerUnavailableError } from './errors.ts'
export { isOauth, renewOauth } from './oauth.ts'
export type { Outlet } from './outlet.ts'
export { outletTo } from './outlet.ts'
export type { RateBudget, RateReport, RequestGate } from './request-gate.ts'
export type {
  Cursor,
  FetchedTicket,
  ReferenceData,
  SightingPage,
  TicketPage,
  Tracker,
  TrackerCredentials,
  TrackerLog,
  TrackerOptions,
  TrackerSettings,
  WebhookHint,
  WebhookProtocol,
  WebhookRequest,
  WorklogChanges,
} from './tracker.ts'
export type { WebhookOutcome, WebhookRegistrar } from './webhook-outcome.ts'
export { webhookProtocolFor } from './webhook-protocol.ts'
export { createWebhookRegistrar } from './webhook-registrar.ts'
