import { headerNumber, type RateBudget, type RateReport } from '../request-gate.ts'

/**
 * What Jira's headers say about its limits. Data Center tells its bucket with every answer (limit, remaining, fill rate);
 * Cloud names several limits in `RateLimit-Policy` and what is left of them, near their end, in `RateLimit`.
 * https://developer.atlassian.com/cloud/jira/platform/rate-limiting/,
 * https://confluence.atlassian.com/adminjiraserver/adjusting-your-code-for-rate-limiting-987143384.html
 */
export function readJiraRate(status: number, headers: Headers): RateReport {
  const refusedForMs = status === 429 ? (retryAfterMs(headers) ?? 1000) : null
  const [burst, quota] = structuredBudgets(headers)
  return { refusedForMs, requests: burst ?? bucket(headers), points: quota, cost: null }
}

/**
 * Retry-After in seconds or as a date; else the time of X-RateLimit-Reset: ISO 8601 (seen without seconds), or an epoch in
 * seconds or milliseconds, as proxies write it.
 */
export function retryAfterMs(headers: Headers): number | null {
  const after = headers.get('retry-after')?.trim()
  if (after && /^\d+$/.test(after)) return Number(after) * 1000
  const reset = headers.get('x-ratelimit-reset')?.trim() ?? ''
  const until = after ? Date.parse(after) : /^\d{9,}$/.test(reset) ? epochMs(Number(reset)) : Date.parse(reset)
  return Number.isNaN(until) ? null : Math.max(0, until - Date.now())
}

function epochMs(time: number): number {
  return time > 1e11 ? time : time * 1000
}

/** Without a fill rate the limit is Cloud's burst limit, which is said per second. */
function bucket(headers: Headers): RateBudget | null {
  const limit = headerNumber(headers, 'x-ratelimit-limit')
  const remaining = headerNumber(headers, 'x-ratelimit-remaining')
  if (limit === null || limit <= 0 || remaining === null) return null
  const interval = headerNumber(headers, 'x-ratelimit-interval-seconds') ?? 1
  const filled = headerNumber(headers, 'x-ratelimit-fillrate') ?? limit
  return { limit, remaining, perSecond: filled / Math.max(1, interval) }
}

/**
 * `RateLimit-Policy: "jira-burst-based";q=100;w=1` with `RateLimit: "jira-burst-based";r=0;t=1`: by name, in any order.
 * Windows of a few seconds are bursts, longer ones are quotas. Names that begin with `Beta-` only announce.
 */
function structuredBudgets(headers: Headers): readonly [burst: RateBudget | null, quota: RateBudget | null] {
  const left = new Map(items(headers.get('ratelimit')).map(({ name, values }) => [name, values]))
  const budgets = items(headers.get('ratelimit-policy')).flatMap(({ name, values }) => {
    const remaining = left.get(name)?.get('r')
    const limit = values.get('q')
    const seconds = values.get('w')
    if (remaining === undefined || !limit || !seconds || name.startsWith('Beta-')) return []
    return [{ seconds, budget: { limit, remaining, perSecond: limit / seconds } }]
  })
  const least = (of: typeof budgets) =>
    of.reduce<RateBudget | null>((found, { budget }) => {
      return found && found.remaining / found.limit <= budget.remaining / budget.limit ? found : budget
    }, null)
  return [least(budgets.filter((b) => b.seconds < 60)), least(budgets.filter((b) => b.seconds >= 60))]
}

function items(header: string | null): { name: string; values: Map<string, number> }[] {
  return [...(header ?? '').matchAll(/"([^"]+)"((?:\s*;\s*\w+=[\d.]+)*)/g)].map(([, name = '', rest = '']) => ({
    name,
    values: new Map([...rest.matchAll(/(\w+)=([\d.]+)/g)].map(([, key = '', value]) => [key, Number(value)])),
  }))
}
