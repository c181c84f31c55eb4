import type { LinearLimits } from './limits.ts'

const hourMs = 3_600_000

interface Bucket {
  readonly limit: number
  left: number
}

/** Two leaky buckets on the workspace's clock: requests and points, both refilled evenly over the hour. */
export interface RateLimiter {
  /** Takes one request of so many points; false when one of the buckets is empty. */
  take(points: number): boolean
  /** The headers of every answer; resets are epoch milliseconds. */
  headers(points: number): Record<string, string>
  /** `rateLimitStatus.limits`. */
  status(): {
    type: string
    allowedAmount: number
    remainingAmount: number
    requestedAmount: number
    period: number
    reset: number
  }[]
}

export function createRateLimiter(limits: LinearLimits, nowMs: () => number): RateLimiter {
  const requests: Bucket = { limit: limits.requestsPerHour, left: limits.requestsPerHour }
  const points: Bucket = { limit: limits.pointsPerHour, left: limits.pointsPerHour }
  let filledAt = nowMs()

  function refill(): void {
    const passed = Math.max(0, nowMs() - filledAt)
    filledAt = nowMs()
    for (const bucket of [requests, points])
      bucket.left = Math.min(bucket.limit, bucket.left + (bucket.limit * passed) / hourMs)
  }
  const resetAt = ({ limit, left }: Bucket) => Math.ceil(nowMs() + ((limit - left) * hourMs) / limit)
  return {
    take: (cost) => {
      refill()
      if (requests.left < 1 || points.left < cost) return false
      requests.left -= 1
      points.left -= cost
      return true
    },
    headers: (cost) => ({
      'x-ratelimit-requests-limit': String(requests.limit),
      'x-ratelimit-requests-remaining': String(Math.floor(requests.left)),
      'x-ratelimit-requests-reset': String(resetAt(requests)),
      'x-complexity': String(cost),
      'x-ratelimit-complexity-limit': String(points.limit),
      'x-ratelimit-complexity-remaining': String(Math.floor(points.left)),
      'x-ratelimit-complexity-reset': String(resetAt(points)),
    }),
    status: () =>
      [
        { type: 'requests', bucket: requests },
        { type: 'complexity', bucket: points },
      ].map(({ type, bucket }) => ({
        type,
        allowedAmount: bucket.limit,
        remainingAmount: Math.floor(bucket.left),
        requestedAmount: 1,
        period: hourMs,
        reset: resetAt(bucket),
      })),
  }
}
