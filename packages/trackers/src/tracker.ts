import type { EpochMs, Sighting, Sprint, TrackerAccount, TrackerKind, TrackerTicket } from '@headroom/domain'
import type { AccessToken, OauthCredentials } from './access-token.ts'
import type { Outlet } from './outlet.ts'
import type { RequestGate } from './request-gate.ts'

/** What a connection knows about its tracker. */
export interface TrackerSettings {
  readonly kind: TrackerKind
  /** Jira: the site's address with its context path. Linear: the GraphQL endpoint (default https://api.linear.app/graphql). */
  readonly baseUrl: string
  readonly credentials: TrackerCredentials
  /** Jira: projects by key, id or name. Linear: teams by key. Absent or empty: all that the account sees. */
  readonly scope: { readonly projects?: readonly string[]; readonly teams?: readonly string[] }
}

/**
 * How we sign in: Jira Cloud with an API token or an OAuth app's grant, Data Center with a personal access token, Linear
 * with an API key or an OAuth app (without a refresh token the app signs in as itself).
 */
export type TrackerCredentials =
  | { readonly email: string; readonly apiToken: string }
  | { readonly token: string }
  | { readonly apiKey: string }
  | OauthCredentials

/** Where an adapter says what a person may want to know later. Constant message, variable fields; pino fits. */
export interface TrackerLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** How a tracker is spoken to; everything has a default. */
export interface TrackerOptions {
  /** For one request, headers and body together. Default 60 s. */
  readonly timeoutMs?: number
  /** Default: silent. */
  readonly log?: TrackerLog
  /** How to wait between repeats of a request. */
  readonly wait?: (ms: number) => Promise<void>
  /** 0 to 1, for the jitter of those waits. */
  readonly random?: () => number
  /** What paces the requests of this credential. Default: nothing does. */
  readonly gate?: RequestGate
  /** Where requests leave by. Default: to any address. */
  readonly outlet?: Outlet
  /** Gives the access tokens of OAuth credentials, which can't be used without. */
  readonly accessToken?: AccessToken
}

/** A tracker's address and sign-in with every option decided: what the clients are made of. */
export interface TrackerConnection extends Required<Omit<TrackerOptions, 'accessToken'>> {
  readonly baseUrl: string
  readonly credentials: TrackerCredentials
  readonly accessToken: AccessToken
}

/** One ticket as read: the raw payload, and either what it says or why it could not be understood. */
export type FetchedTicket =
  | { readonly externalId: string; readonly key: string; readonly raw: unknown; readonly ticket: TrackerTicket }
  | { readonly externalId: string; readonly key: string; readonly raw: unknown; readonly problem: string }

/** What converting a payload depends on beside the payload: statuses, fields, sprints, labels. Plain JSON, storable. */
export type ReferenceData = Readonly<Record<string, unknown>>

/** A place in the walk over all tickets: plain JSON, storable, valid after a crash or an expired page token. */
export type Cursor = Readonly<Record<string, unknown>>

export interface TicketPage {
  readonly tickets: readonly FetchedTicket[]
  /** Where to go on; null when the walk has reached its end. */
  readonly next: Cursor | null
}

/** Tickets that a census meets. */
export interface SightingPage {
  readonly sightings: readonly Sighting[]
  /** Where to go on; null when the walk has reached its end. */
  readonly next: Cursor | null
  /** What the tracker said against its own answer: a walk with warnings proves no absence. */
  readonly warnings: readonly string[]
}

/** Work that was logged, changed or deleted. */
export interface WorklogChanges {
  /** Tickets that the changed worklogs belong to. */
  readonly externalIds: readonly string[]
  /** Worklogs that are gone; the tracker no longer says whose they were. */
  readonly deletedWorklogIds: readonly string[]
  /** Where to go on from, by the tracker's clock. */
  readonly next: { readonly updatedSince: EpochMs; readonly deletedSince: EpochMs }
}

/**
 * One configured account of one tracker. Reads only. Every method throws {@link TrackerUnauthorizedError},
 * {@link TrackerUnavailableError} or {@link TrackerProtocolError}; a single unreadable ticket never throws.
 */
export interface Tracker {
  readonly kind: TrackerKind
  /** Checks address and credentials, and names who we are there. */
  test(): Promise<{ readonly accountName: string }>
  /** Reads the small tables that converting needs. Cheap; done at the start of every run. */
  readReferences(): Promise<ReferenceData>
  readAccounts(): AsyncIterable<readonly TrackerAccount[]>
  readSprints(references: ReferenceData): Promise<readonly Sprint[]>
  /** How many tickets a backfill will meet, roughly. */
  count(): Promise<number | null>
  /**
   * One page of all tickets, in an order that changes of tickets do not disturb (creation), complete with history.
   * `cursor` null begins.
   */
  readPage(references: ReferenceData, cursor: Cursor | null): Promise<TicketPage>
  /**
   * The tickets changed at or after `since` minus the tracker's own lag; a hint, never a proof. May repeat.
   * The yielded `serverTime` of the first page is the tracker's clock when the walk began.
   */
  readChanged(since: EpochMs): AsyncIterable<{ readonly sightings: readonly Sighting[]; readonly serverTime: EpochMs }>
  /**
   * One page of a census: all tickets that the tracker lists (Linear: also archived and trashed ones), ids and times only,
   * in order of creation. `cursor` null begins.
   */
  readSightings(cursor: Cursor | null): Promise<SightingPage>
  /** Ids of the projects (Jira) or teams (Linear) that the account sees now. */
  readHomes(): Promise<readonly string[]>
  /** Changes of worklogs that need not move their ticket's own time of change. Nothing where the tracker has no worklogs. */
  readWorklogChanges(since: WorklogChanges['next']): AsyncIterable<WorklogChanges>
  /** The truth about up to 100 tickets by id. Ids that the tracker does not show (gone, or not ours to see) are `missing`. */
  readByIds(
    references: ReferenceData,
    externalIds: readonly string[],
  ): Promise<{ readonly tickets: readonly FetchedTicket[]; readonly missing: readonly string[] }>
  /** Converts a stored payload again. Pure: no request. */
  convert(references: ReferenceData, raw: unknown): FetchedTicket
}

/** What a webhook delivery says; a hint to read those tickets. */
export type WebhookHint =
  | { readonly kind: 'tickets'; readonly externalIds: readonly string[]; readonly deleted: boolean }
  | { readonly kind: 'references' }
  | { readonly kind: 'ignored'; readonly why: string }

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly rawBody: Uint8Array
  /** The unguessable token in the address, where the tracker can't sign. */
  readonly urlToken: string | null
}

export interface WebhookProtocol {
  /** True when the delivery is the tracker's own; compares in constant time, over the raw bytes. */
  verify(request: WebhookRequest, secrets: readonly string[]): boolean
  /** The same for each repeat of one delivery. */
  deliveryId(request: WebhookRequest): string
  /** Never throws: what can't be read is `ignored` with the reason. */
  hint(body: unknown): WebhookHint
}
