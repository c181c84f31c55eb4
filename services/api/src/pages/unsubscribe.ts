import { pauseDigestSubscription, writeAudit } from '@headroom/store'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { plainPage, plainPagePolicy } from './plain-page.ts'

const params = z.object({ id: z.uuid(), signature: z.string().max(100) })

/**
 * `/digests/unsubscribe/{id}/{signature}`: where the foot of a mail leads. A look at it changes nothing, since mail
 * scanners open every link; the button, or a mail program's own (RFC 8058), ends the subscription.
 */
export function unsubscribePages(app: FastifyInstance, deps: ApiDeps): void {
  const path = '/digests/unsubscribe/:id/:signature'
  app.get(path, { schema: { hide: true } }, async (request, reply) => {
    if (!signedId(deps, request.params)) return sendWords(reply.code(404), 'This link is not one of ours.')
    return sendWords(reply, 'End this weekly email?', '<form method="post"><button>End it</button></form>')
  })
  app.post(path, { schema: { hide: true } }, async (request, reply) => {
    const id = signedId(deps, request.params)
    if (!id) return sendWords(reply.code(404), 'This link is not one of ours.')
    if (await pauseDigestSubscription(deps.store.db, id))
      await writeAudit(deps.store.db, { actor: 'reader of the mail', action: 'digest.unsubscribe', target: id })
    return sendWords(reply, 'The weekly email has ended.')
  })
}

/** The subscription that a link may end; null when the link was not made by us. The text is the digest service's. */
function signedId({ linkSigner }: ApiDeps, given: unknown): string | null {
  const { data } = params.safeParse(given)
  return data && linkSigner?.verify(`unsubscribe ${data.id}`, data.signature) ? data.id : null
}

function sendWords(reply: FastifyReply, words: string, form = ''): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', plainPagePolicy)
    .send(plainPage('Headroom', `<p>${words}</p>${form}`))
}
