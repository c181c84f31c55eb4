import type { FastifyInstance, FastifyReply } from 'fastify'
import { controlPrefix } from '../server/app.ts'
import type { Fault } from '../server/faults.ts'
import type { JiraLimits } from './context.ts'
import type { JiraSite } from './site.ts'

type RateLimited = Extract<Fault, { kind: 'rate-limited' }>

/** Too many requests, in the words and headers of the site's kind. */
export function jiraRateLimited(site: JiraSite, reply: FastifyReply, fault: Omit<RateLimited, 'kind'>): FastifyReply {
  const seconds = fault.retryAfterSeconds ?? 1
  reply.code(429).header('retry-after', String(seconds))
  if (site.kind === 'dc') {
    const headers = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0' }
    reply.headers({ ...headers, 'x-ratelimit-interval-seconds': '1', 'x-ratelimit-fillrate': '10' })
    return reply.type('text/html;charset=UTF-8').send('Rate limit exceeded.')
  }
  const reset = new Date(site.serverTime() + seconds * 1000).toISOString()
  const reason = fault.reason ?? 'jira-burst-based'
  reply.headers({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })
  reply.headers({
    'ratelimit-reason': reason,
    'ratelimit-policy': `"${reason}";q=100;w=1`,
    ratelimit: `"${reason}";r=0;t=${seconds}`,
  })
  // The real answer has no body.
  return reply.send()
}

/** How many requests the token bucket let through, and how many it refused. */
export interface Traffic {
  allowed: number
  refused: number
}

/** A token bucket over all requests, on the site's clock, with the headers that tell how full it is. */
export function limitRate(app: FastifyInstance, site: JiraSite, limits: JiraLimits): Traffic {
  const traffic: Traffic = { allowed: 0, refused: 0 }
  let tokens = limits.requestsBurst
  let filledAt = site.serverTime()
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith(controlPrefix) || reply.sent) return undefined
    if (limits.requestsPerSecond > 0) {
      const now = site.serverTime()
      tokens = Math.min(limits.requestsBurst, tokens + ((now - filledAt) / 1000) * limits.requestsPerSecond)
      filledAt = now
      if (tokens < 1) {
        traffic.refused += 1
        return jiraRateLimited(site, reply, { retryAfterSeconds: Math.ceil((1 - tokens) / limits.requestsPerSecond) })
      }
      tokens -= 1
    }
    traffic.allowed += 1
    reply.headers({
      'x-ratelimit-limit': String(limits.requestsBurst),
      'x-ratelimit-remaining': String(Math.floor(tokens)),
    })
    if (site.kind === 'dc')
      reply.headers({
        'x-ratelimit-interval-seconds': '1',
        'x-ratelimit-fillrate': String(limits.requestsPerSecond || limits.requestsBurst),
        'retry-after': '0',
      })
    return undefined
  })
  return traffic
}
