/** What may go wrong with one answer. See {@link Faults}. */
export type FaultKind =
  /** 429 (Jira) or HTTP 400 RATELIMITED (Linear), with the tracker's headers. */
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds?: number; readonly reason?: string }
  /** 503 with an HTML body. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds?: number }
  /** 500 with a JSON body. */
  | { readonly kind: 'server-error' }
  /** The token has expired: Jira answers 200 with what an anonymous visitor may see; Linear says not authenticated. */
  | { readonly kind: 'expired-token' }
  /** 200 with the HTML of a login page, as behind single sign-on. */
  | { readonly kind: 'login-page' }
  /** 200 with the first half of the JSON. */
  | { readonly kind: 'truncated' }
  /** The connection is reset before an answer. */
  | { readonly kind: 'reset' }
  /**
   * The issue `issueId` (or the first of the answer) comes with a field of the wrong shape, or without it when `value` is
   * left out. `field` is a name under `fields` in Jira, a name of the node in Linear.
   */
  | { readonly kind: 'malformed'; readonly field: string; readonly value?: unknown; readonly issueId?: string }
  /** 410: the resource was removed, in the words of Jira's removed search. */
  | { readonly kind: 'gone' }
  /** The answer comes a byte at a time, a tenth of a second apart: its beginning soon, its end after any time-out. */
  | { readonly kind: 'slow-drip' }
  /** A search's legal page without issues, with a token that leads on; Data Center: with a total that promises more. */
  | { readonly kind: 'empty-page' }
  /** Jira Cloud and Linear: the token of a search's page leads to the same page again. */
  | { readonly kind: 'repeated-token' }

/** `times` answers are hit (default 1), only of requests whose path contains `path`, and only once `after` of them have passed. */
export type Fault = FaultKind & { readonly times?: number; readonly path?: string; readonly after?: number }

/** Faults waiting for a request, set by tests at run time; the first one that fits a request hits it. */
export interface Faults {
  next(fault: Fault): void
  clear(): void
  /** Removes one hit from the first waiting fault that fits and returns it; `null` when none fits. */
  take(path: string): Fault | null
}

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number; toPass: number }[] = []
  return {
    next: (fault) => {
      waiting.push({ fault, left: fault.times ?? 1, toPass: fault.after ?? 0 })
    },
    clear: () => {
      waiting = []
    },
    take: (path) => {
      const hit = waiting.find(({ fault }) => fault.path === undefined || path.includes(fault.path))
      if (hit === undefined) return null
      if (hit.toPass > 0) {
        hit.toPass -= 1
        return null
      }
      hit.left -= 1
      if (hit.left <= 0) waiting = waiting.filter((entry) => entry !== hit)
      return hit.fault
    },
  }
}
