import { type ApiKey, findApiKeyById } from '@headroom/store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiDeps } from './api-deps.ts'

const cookieName = 'headroom_session'
const validForSeconds = 30 * 24 * 3600

/** Signs this browser in as a key, until the key is revoked or a month has passed. */
export function startSession(reply: FastifyReply, deps: ApiDeps, apiKeyId: string): void {
  const until = Math.floor(deps.now().getTime() / 1000) + validForSeconds
  reply.setCookie(cookieName, `${apiKeyId}.${until}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: deps.publicUrl.startsWith('https:'),
    signed: true,
    maxAge: validForSeconds,
  })
}

export function endSession(reply: FastifyReply): void {
  reply.clearCookie(cookieName, { path: '/' })
}

/** The key that this browser is signed in as; null when it is not. */
export async function sessionKey(request: FastifyRequest, deps: ApiDeps): Promise<ApiKey | null> {
  const cookie = request.cookies[cookieName]
  const opened = cookie ? request.unsignCookie(cookie) : null
  const [, id, until] = /^([0-9a-f-]{36})\.(\d+)$/.exec(opened?.valid ? opened.value : '') ?? []
  if (!id || !until || Number(until) * 1000 < deps.now().getTime()) return null
  return findApiKeyById(deps.store.db, id)
}
