/** The tracker refused the credentials (or answered as if nobody were signed in). Not worth repeating. */
export class TrackerUnauthorizedError extends Error {
  override name = 'TrackerUnauthorizedError'
  /** The HTTP status; 200 when the tracker answered as if nobody were signed in. */
  readonly status: number | null

  constructor(message: string, options: { cause?: unknown; status?: number | null } = {}) {
    super(message, { cause: options.cause })
    this.status = options.status ?? null
  }
}

/** The tracker can't answer now: network, 429, 5xx. Worth repeating after `retryAfterMs`. */
export class TrackerUnavailableError extends Error {
  override name = 'TrackerUnavailableError'
  readonly retryAfterMs: number | null
  readonly status: number | null

  constructor(
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | null; status?: number | null } = {},
  ) {
    super(message, { cause: options.cause })
    this.retryAfterMs = options.retryAfterMs ?? null
    this.status = options.status ?? null
  }
}

/** The tracker answered something that is not its protocol (an HTML page, a removed resource, a refused request). */
export class TrackerProtocolError extends Error {
  override name = 'TrackerProtocolError'
  readonly status: number | null
  readonly body: string | null

  constructor(message: string, options: { cause?: unknown; status?: number | null; body?: string | null } = {}) {
    super(message, { cause: options.cause })
    this.status = options.status ?? null
    this.body = options.body ?? null
  }
}
