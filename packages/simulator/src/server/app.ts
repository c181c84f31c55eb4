import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Fault, Faults } from './faults.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that hits this request, if any. */
    fault: Fault | null
  }
}

/** What differs between the trackers when an answer goes wrong. */
export interface AppSettings {
  readonly faults: Faults
  /** The tracker's clock, for the `Date` header. */
  readonly serverTime: () => number
  readonly rateLimited: (reply: FastifyReply, fault: Extract<Fault, { kind: 'rate-limited' }>) => FastifyReply
  /** Changes the answer as the fault says, where the fault is one of its content; returns the answer. */
  readonly distort: (payload: unknown, fault: Fault, request: FastifyRequest) => unknown
}

/** Routes of the simulator's own, for tests and people: never hit by faults, never asking for credentials. */
export const controlPrefix = '/__simulator/'

/** Addresses below Atlassian's gateway begin with this. */
const gatewayPath = /^\/ex\/jira\/[^/]+(?=\/)/

/** True for a request that came by the gateway and not at the site's own address. */
export function cameByGateway(request: FastifyRequest): boolean {
  return gatewayPath.test(request.originalUrl)
}

/** A server whose answers carry the tracker's clock and can be hit by faults. Not listening yet. */
export function createApp({ faults, serverTime, rateLimited, distort }: AppSettings): FastifyInstance {
  const app = Fastify({
    bodyLimit: 10 * 1024 * 1024,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allowUnionTypes: true } },
    routerOptions: { maxParamLength: 500 },
    // Atlassian's gateway serves every site below its cloudId; `originalUrl` still tells.
    rewriteUrl: (request) => (request.url ?? '/').replace(gatewayPath, ''),
  })
  app.decorateRequest('fault', null)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('date', new Date(serverTime()).toUTCString())
    if (request.url.startsWith(controlPrefix)) return refuseForeigners(request, reply)
    request.fault = faults.take(request.url)
    return request.fault === null ? undefined : answerFault(request, reply, request.fault, rateLimited)
  })
  app.addHook('preSerialization', async (request, _reply, payload) =>
    request.fault === null ? payload : distort(payload, request.fault, request),
  )
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string') return payload
    if (request.fault?.kind === 'truncated') return payload.slice(0, Math.floor(payload.length / 2))
    if (request.fault?.kind !== 'slow-drip') return payload
    reply.removeHeader('content-length')
    return Readable.from(drip(payload))
  })
  return app
}

/** What Jira Cloud says at the address of a resource that it has removed. */
export const removedMessage =
  'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046'

/** Listens and returns the address, without trailing slash. */
export async function listen(app: FastifyInstance, host = '127.0.0.1', port = 0): Promise<string> {
  await app.listen({ host, port })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('The simulator has no TCP address.')
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}

async function* drip(text: string): AsyncGenerator<string> {
  for (const character of text) {
    yield character
    await sleep(100, undefined, { ref: false })
  }
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

function refuseForeigners(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  if (loopback.has(request.ip)) return undefined
  return reply.code(403).send({ message: 'The simulator takes edits from this machine only.' })
}

function answerFault(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: Fault,
  rateLimited: AppSettings['rateLimited'],
): FastifyReply | undefined {
  switch (fault.kind) {
    case 'rate-limited':
      return rateLimited(reply, fault)
    case 'unavailable':
      if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds))
      return reply.code(503).type('text/html; charset=utf-8').send('<html><body>Service Unavailable</body></html>')
    case 'gone':
      return reply.code(410).send({ errorMessages: [removedMessage], errors: {} })
    case 'server-error':
      return reply.code(500).send({ errorMessages: ['Internal server error'], errors: {} })
    case 'login-page':
      return reply.type('text/html; charset=utf-8').send('<!DOCTYPE html><html><title>Log in</title></html>')
    case 'reset':
      request.raw.socket.resetAndDestroy()
      return reply.hijack()
    default:
      return undefined
  }
}
