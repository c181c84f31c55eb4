import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import createFastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { ApiDeps } from './api-deps.ts'
import { apiRoutes, openRoutes } from './api-routes.ts'
import { identifyCallers } from './authentication.ts'
import { derivedKey } from './derived-key.ts'
import { tagEntities } from './entity-tags.ts'
import { answerErrors } from './error-answers.ts'
import { describeApi } from './openapi-document.ts'
import { reportPages } from './pages/report.ts'
import { signInPages } from './pages/sign-in.ts'
import { unsubscribePages } from './pages/unsubscribe.ts'

const bodyBytesMax = 1024 * 1024
/** By key, or by address for who shows none. */
const requestsPerMinute = 3000

/** A server with the API and the pages on it; it does not listen yet. */
export async function createApi(deps: ApiDeps): Promise<FastifyInstance> {
  const app = createServer(deps)
  await registerApi(app, deps)
  return app
}

/** A server as the API needs it, without any route. */
export function createServer({ log }: Pick<ApiDeps, 'log'>): FastifyInstance {
  return createFastify({
    loggerInstance: log as FastifyBaseLogger,
    // Addresses may hold tokens; what is logged of a request is its route.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
  })
}

/**
 * Puts the API and the pages on a server. Its hooks, headers and error answers are its own, so that others, such as the
 * webhooks, may live beside it.
 */
export async function registerApi(app: FastifyInstance, deps: ApiDeps): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(helmet, {
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
      hsts: deps.publicUrl.startsWith('https:'),
    })
    await scope.register(cookie, { secret: derivedKey(deps.cookieSecret, 'cookies') })
    identifyCallers(scope, deps)
    await scope.register(rateLimit, {
      max: requestsPerMinute,
      timeWindow: 60_000,
      enableDraftSpec: true,
      keyGenerator: (request) => request.caller?.id ?? request.ip,
    })
    answerErrors(scope)
    tagEntities(scope)
    logRequests(scope)
    await describeApi(scope)
    await scope.register((v1) => apiRoutes(v1, deps), { prefix: '/v1' })
    await scope.register((open) => openRoutes(open, deps))
    await scope.register(async (pages) => {
      signInPages(pages, deps)
      reportPages(pages, deps)
      unsubscribePages(pages, deps)
    })
  })
}

function logRequests(scope: FastifyInstance): void {
  scope.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, caller } = request
    const fields = { method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }
    request.log.info({ ...fields, key: caller?.id }, 'request')
  })
}
