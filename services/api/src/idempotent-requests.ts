import { createHash } from 'node:crypto'
import { claimIdempotencyKey, keepAnswer, releaseIdempotencyKey } from '@headroom/store'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiDeps } from './api-deps.ts'
import { actorOf } from './authentication.ts'
import { invalidField, ProblemError } from './problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The claimed Idempotency-Key of a request that is the first with it. */
    claimedKey: string | null
  }
}

/**
 * POSTs with an Idempotency-Key are done once: the same request again gets the same answer (marked
 * `Idempotent-Replayed`), another one under that key 409, and one while the first is at work 409 with a hint when to ask
 * again. A request that failed created nothing and may be sent again.
 */
export function honourIdempotencyKeys(scope: FastifyInstance, { store }: ApiDeps): void {
  scope.decorateRequest('claimedKey', null)

  scope.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (request.method !== 'POST' || key === undefined) return
    if (typeof key !== 'string' || key.length < 1 || key.length > 255)
      throw invalidField('Idempotency-Key', 'must be 1 to 255 characters')
    const claim = await claimIdempotencyKey(store.db, { apiKeyId: actorOf(request), key, requestHash: hashOf(request) })
    switch (claim.kind) {
      case 'first':
        request.claimedKey = key
        return
      case 'repeat':
        return reply
          .code(claim.answer.status)
          .headers({ ...claim.answer.headers, 'idempotent-replayed': 'true' })
          .serializer((body: unknown) => String(body))
          .send(claim.answer.body)
      case 'at-work':
        throw new ProblemError(
          'idempotency-key-at-work',
          'The first request with this key is still at work; ask again.',
          {
            headers: { 'retry-after': '1' },
          },
        )
      case 'other-request':
        throw new ProblemError('idempotency-key-reused', 'This key belongs to another request; use a new one.')
    }
  })

  scope.addHook('onSend', async (request, reply, payload) => {
    const key = request.claimedKey
    if (key === null) return payload
    const claim = { apiKeyId: actorOf(request), key }
    if (reply.statusCode >= 400) await releaseIdempotencyKey(store.db, claim)
    else
      await keepAnswer(store.db, claim, {
        status: reply.statusCode,
        headers: keptHeaders(reply.getHeaders()),
        body: typeof payload === 'string' ? payload : '',
      })
    request.claimedKey = null
    return payload
  })
}

function hashOf(request: FastifyRequest): string {
  return createHash('sha256')
    .update(`${request.method}\n${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest('hex')
}

function keptHeaders(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    ['content-type', 'location'].flatMap((name) =>
      headers[name] === undefined ? [] : [[name, String(headers[name])]],
    ),
  )
}
