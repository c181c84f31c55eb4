import { type ApiKey, type ApiScope, findApiKey } from '@headroom/store'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiDeps } from './api-deps.ts'
import { ProblemError } from './problem.ts'
import { sessionKey } from './session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that the caller showed; null without a valid one. */
    caller: ApiKey | null
  }
  interface FastifyContextConfig {
    /** What a caller needs for this route: all of these. Every route under /v1 says so. */
    scopes?: readonly ApiScope[]
  }
}

/** Finds out who calls. A signed-in browser may read by its cookie; whatever changes something needs the key itself. */
export function identifyCallers(scope: FastifyInstance, deps: ApiDeps): void {
  scope.decorateRequest('caller', null)
  scope.addHook('onRequest', async (request) => {
    const [, key] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
    if (key) request.caller = await findApiKey(deps.store.db, key)
    else if (request.method === 'GET' || request.method === 'HEAD') request.caller = await sessionKey(request, deps)
  })
}

/** Lets a request on only when its caller has the scopes that its route asks for; before its body is read. */
export function demandScopes(scope: FastifyInstance): void {
  scope.addHook('onRoute', ({ url, config }) => {
    if (!config?.scopes) throw new Error(`Route ${url} does not say which scopes it needs`)
  })
  scope.addHook('preParsing', async (request) => {
    const needed = request.routeOptions.config.scopes ?? []
    if (!request.caller)
      throw new ProblemError(
        'unauthenticated',
        'Send a valid key: Authorization: Bearer KEY. Make one with: npm run headroom -- keys create',
        {
          headers: { 'www-authenticate': 'Bearer realm="headroom"' },
        },
      )
    const missing = needed.filter((one) => !hasScope(request, one))
    if (missing.length > 0)
      throw new ProblemError('forbidden', `This key lacks the scope ${missing.join(', ')}; use one that has it.`)
  })
}

/** `admin` includes `write`, which includes `read`; `people` stands for itself. */
export function hasScope(request: FastifyRequest, scope: ApiScope): boolean {
  const included: Record<ApiScope, readonly ApiScope[]> = {
    read: ['read', 'write', 'admin'],
    write: ['write', 'admin'],
    admin: ['admin'],
    people: ['people'],
  }
  return request.caller?.scopes.some((held) => included[scope].includes(held)) ?? false
}

/** Who acts, for the audit log. */
export function actorOf(request: FastifyRequest): string {
  if (!request.caller) throw new Error('A route without authentication asked who its caller is')
  return request.caller.id
}
