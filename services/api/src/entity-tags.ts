import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

/**
 * Gives successful GETs an ETag, and answers 304 to who has that version already (RFC 9110, section 13.1.2: weak
 * comparison, lists, `*`).
 */
export function tagEntities(scope: FastifyInstance): void {
  scope.addHook('onSend', async (request, reply, payload) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead || reply.statusCode !== 200 || typeof payload !== 'string') return payload
    // A route that knows a better name for what it answers has set it.
    const named = reply.getHeader('etag')
    const tag =
      named === undefined ? `"${createHash('sha256').update(payload).digest('base64url').slice(0, 27)}"` : String(named)
    reply.header('etag', tag)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache')
    const known = request.headers['if-none-match']
    const isKnown = known === '*' || known?.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
    if (!isKnown) return payload
    reply.code(304).removeHeader('content-length')
    return ''
  })
}
