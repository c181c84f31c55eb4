/** Lets the requests made with one credential out at a pace that its tracker bears. */
export interface RequestGate {
  /**
   * Waits until one request may be sent. Throws {@link TrackerUnavailableError} when that is too far away to hold a
   * worker for. Every `enter` that returned is followed by one `leave`.
   */
  enter(): Promise<void>
  /** The request has ended, and this is what its answer said about the pace. */
  leave(said: RateReport): void
}

/** What an answer says about rate limits. */
export interface RateReport {
  /** Not null when the request was refused for coming too fast: so many milliseconds nothing should be sent. */
  readonly refusedForMs: number | null
  readonly requests: RateBudget | null
  /** Linear's complexity, Jira Cloud's hourly points; null where the tracker counts requests only, or does not say. */
  readonly points: RateBudget | null
  /** What this request cost, in points. */
  readonly cost: number | null
}

/** One of the tracker's buckets: what it holds at most, what is left, and how fast it fills again. */
export interface RateBudget {
  readonly limit: number
  readonly remaining: number
  readonly perSecond: number
}

/** An answer that says nothing about rate limits, and a request that got no answer. */
export const saysNothing: RateReport = { refusedForMs: null, requests: null, points: null, cost: null }

/** Lets everything out at once; for a single request, and where nobody else uses the credential. */
export const openGate: RequestGate = { enter: async () => {}, leave: () => {} }

/** The number in a header; null when it is missing or is none. */
export function headerNumber(headers: Headers, name: string): number | null {
  const text = headers.get(name)?.trim()
  const value = text ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : null
}
