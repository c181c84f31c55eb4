import { headerNumber, type RateBudget, type RateReport } from '../request-gate.ts'

const secondsInHour = 3600

/**
 * What Linear's headers say about its two buckets, requests and complexity, both by the hour and filled all the time.
 * Resets are epoch milliseconds. https://linear.app/developers/rate-limiting
 */
export function readLinearRate(isRefused: boolean, headers: Headers): RateReport {
  return {
    refusedForMs: isRefused ? retryAfterMs(headers) : null,
    requests: budget(headers, 'requests'),
    points: budget(headers, 'complexity'),
    cost: headerNumber(headers, 'x-complexity'),
  }
}

/** The buckets refill all the time, so waiting for their reset longer than a minute gains nothing. */
export function retryAfterMs(headers: Headers): number {
  const seconds = headerNumber(headers, 'retry-after')
  if (seconds !== null) return seconds * 1000
  const resets = ['requests', 'complexity', 'endpoint-requests']
    .filter((bucket) => headers.get(`x-ratelimit-${bucket}-remaining`) === '0')
    .map((bucket) => Number(headers.get(`x-ratelimit-${bucket}-reset`)) - Date.now())
  return Math.min(60_000, Math.max(1000, ...resets.filter((ms) => Number.isFinite(ms))))
}

function budget(headers: Headers, name: 'requests' | 'complexity'): RateBudget | null {
  const limit = headerNumber(headers, `x-ratelimit-${name}-limit`)
  const remaining = headerNumber(headers, `x-ratelimit-${name}-remaining`)
  if (limit === null || limit <= 0 || remaining === null) return null
  return { limit, remaining, perSecond: limit / secondsInHour }
}
