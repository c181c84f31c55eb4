import { findApiKey, findApiKeyById, writeAudit } from '@headroom/store'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { endSession, startSession } from '../session.ts'
import { escaped, plainPage, plainPagePolicy } from './plain-page.ts'

const form = z.object({ key: z.string().trim().max(500), next: z.string().max(2000).optional() })
const link = z.object({ token: z.string().max(100).optional(), next: z.string().max(2000).optional() })

/** `/sign-in` and `/sign-out`: a browser reads the pages as the key that was entered, or by a link made on this machine. */
export function signInPages(app: FastifyInstance, deps: ApiDeps): void {
  const { db } = deps.store
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 8192 },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  app.get('/sign-in', { schema: { hide: true } }, async (request, reply) => {
    const { token, next } = link.safeParse(request.query).data ?? {}
    if (token === undefined) return sendForm(reply, { next, problem: null })
    // Only from this machine, and not by way of a proxy that runs on it.
    const apiKeyId = isFromThisMachine(request) ? deps.signInLinks?.take(token) : null
    const key = apiKeyId ? await findApiKeyById(db, apiKeyId) : null
    if (!key)
      return sendForm(reply.code(401), {
        next,
        problem: 'This link was used already or is too old. Enter a key instead.',
      })
    return enter(reply, deps, key.id, next)
  })
  app.post('/sign-in', { schema: { hide: true }, config: { rateLimit: { max: 20 } } }, async (request, reply) => {
    const { key, next } = form.safeParse(request.body).data ?? { key: '' }
    const found = key ? await findApiKey(db, key) : null
    if (!found) return sendForm(reply.code(401), { next, problem: 'This key is not valid, or was revoked.' })
    return enter(reply, deps, found.id, next)
  })
  app.get('/sign-out', { schema: { hide: true } }, async (_request, reply) => {
    endSession(reply)
    return reply.redirect('/sign-in', 303)
  })
}

async function enter(reply: FastifyReply, deps: ApiDeps, apiKeyId: string, next: string | undefined) {
  startSession(reply, deps, apiKeyId)
  await writeAudit(deps.store.db, { actor: apiKeyId, action: 'session.start', target: apiKeyId })
  return reply.redirect(ownAddress(next), 303)
}

function sendForm(reply: FastifyReply, shown: { readonly next: string | undefined; readonly problem: string | null }) {
  const body = `${shown.problem ? `<p class="wrong" role="alert">${escaped(shown.problem)}</p>` : ''}
<form method="post" action="/sign-in"><label for="key">API key</label><input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<input type="hidden" name="next" value="${escaped(ownAddress(shown.next))}"><button>Sign in</button></form>
<p>Make a key with <code>npm run headroom -- keys create NAME --scope read</code></p>`
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', plainPagePolicy)
    .header('cache-control', 'no-store')
    .send(plainPage('Sign in to Headroom', body))
}

/** Only a path on this server: else a link could send people elsewhere. */
function ownAddress(next: string | undefined): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/'
}

function isFromThisMachine(request: FastifyRequest): boolean {
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
  return !isForwarded && /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
}
