import type { Queues } from '@headroom/queues'
import type { Logger, Metrics, SealedBox } from '@headroom/runtime'
import { insertDelivery, type Store } from '@headroom/store'
import { type WebhookRequest, webhookProtocolFor } from '@headroom/trackers'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type KnownSecrets, KnownSecretsReader } from './known-secrets.ts'
import { inboxWaker } from './wake-inbox.ts'

/** What receiving works with; of secrets it can open those of webhooks only. */
export interface WebhooksDeps {
  readonly store: Store
  readonly queues: Queues
  readonly box: SealedBox
  readonly log: Logger
  readonly metrics: Metrics
}

/** Jira drops larger bodies itself. */
const bodyBytesMax = 25 * 1024 * 1024

interface Route {
  Params: { connectionId: string }
  Querystring: { token?: string }
  Body: Buffer
}

/**
 * The door for the trackers' events. A delivery is answered with 200 only once it is durable; what it means is found out
 * later. 401 on a bad signature, 404 for a connection that does not exist, 503 when it can't be stored, which trackers repeat.
 */
export async function registerWebhooks(app: FastifyInstance, deps: WebhooksDeps): Promise<void> {
  const parts = { ...deps, known: new KnownSecretsReader(deps), wakeInbox: inboxWaker(deps) }
  await app.register(async (scope) => {
    // The signature is over the bytes as they came, so nothing may parse them.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    )
    for (const tracker of ['jira', 'linear'] as const) {
      scope.post<Route>(`/webhooks/${tracker}/:connectionId`, { bodyLimit: bodyBytesMax }, async (request, reply) => {
        const status = await receive(parts, tracker, request)
        deps.metrics.webhooks.inc({ tracker, outcome: String(status) })
        return reply.code(status).send()
      })
    }
  })
}

interface Parts extends WebhooksDeps {
  readonly known: KnownSecretsReader
  readonly wakeInbox: (connectionId: string) => void
}

async function receive(
  { store, log, known, wakeInbox }: Parts,
  tracker: 'jira' | 'linear',
  request: FastifyRequest<Route>,
): Promise<200 | 401 | 404 | 503> {
  const { connectionId } = request.params
  try {
    const remembered = uuid.test(connectionId) ? await known.find(connectionId) : null
    if (!remembered || remembered.kind.startsWith('jira') !== (tracker === 'jira')) return 404
    const delivery = toWebhookRequest(request)
    const protocol = webhookProtocolFor(remembered.kind)
    const isProvedBy = (found: KnownSecrets | null) => found !== null && protocol.verify(delivery, found.secrets)
    if (!isProvedBy(remembered) && !isProvedBy(await known.readAgain(connectionId))) {
      log.warn({ connectionId }, 'webhook with a bad signature')
      return 401
    }
    await insertDelivery(store.db, {
      connectionId,
      deliveryId: protocol.deliveryId(delivery),
      body: delivery.rawBody,
    })
  } catch (error) {
    log.error({ connectionId, err: error }, 'webhook could not be stored')
    return 503
  }
  wakeInbox(connectionId)
  return 200
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function toWebhookRequest(request: FastifyRequest<Route>): WebhookRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
  return { headers, rawBody: request.body ?? Buffer.alloc(0), urlToken: request.query.token ?? null }
}
