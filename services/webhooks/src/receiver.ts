import type { Queues } from '@headroom/queues'
import type { Logger, Metrics, SealedBox } from '@headroom/runtime'
import { findWebhookSecrets, insertDelivery, type Store, type WebhookSecretRow } from '@headroom/store'
import { type WebhookRequest, webhookProtocolFor } from '@headroom/trackers'
import type { FastifyInstance, FastifyRequest } from 'fastify'

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
  await app.register(async (scope) => {
    // The signature is over the bytes as they came, so nothing may parse them.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    )
    for (const tracker of ['jira', 'linear'] as const) {
      scope.post<Route>(`/webhooks/${tracker}/:connectionId`, { bodyLimit: bodyBytesMax }, async (request, reply) => {
        const status = await receive(deps, tracker, request)
        deps.metrics.webhooks.inc({ tracker, outcome: String(status) })
        return reply.code(status).send()
      })
    }
  })
}

async function receive(
  deps: WebhooksDeps,
  tracker: 'jira' | 'linear',
  request: FastifyRequest<Route>,
): Promise<200 | 401 | 404 | 503> {
  const { connectionId } = request.params
  try {
    const known = uuid.test(connectionId) ? await findWebhookSecrets(deps.store.db, connectionId) : null
    if (!known || known.kind.startsWith('jira') !== (tracker === 'jira')) return 404
    const delivery = toWebhookRequest(request)
    const protocol = webhookProtocolFor(known.kind)
    if (!protocol.verify(delivery, secretsOf(deps, known))) {
      deps.log.warn({ connectionId }, 'webhook with a bad signature')
      return 401
    }
    await insertDelivery(deps.store.db, {
      connectionId,
      deliveryId: protocol.deliveryId(delivery),
      body: delivery.rawBody,
    })
  } catch (error) {
    deps.log.error({ connectionId, err: error }, 'webhook could not be stored')
    return 503
  }
  // It is durable: if nobody can be woken now, the next poll finds it.
  await deps.queues.wake('inbox', { connectionId }).catch((error: unknown) => {
    deps.log.warn({ connectionId, err: error }, 'inbox could not be woken')
  })
  return 200
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function toWebhookRequest(request: FastifyRequest<Route>): WebhookRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
  return { headers, rawBody: request.body ?? Buffer.alloc(0), urlToken: request.query.token ?? null }
}

/** Only an old Data Center, which can't sign, proves itself by the token in the address. */
function secretsOf({ box }: WebhooksDeps, known: WebhookSecretRow): string[] {
  const secrets = JSON.parse(box.open(known.sealedSecrets, known.connectionId)) as string[]
  return known.kind === 'jira-dc' ? [...secrets, known.urlToken] : secrets
}
