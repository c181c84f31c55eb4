import type { FastifyInstance } from 'fastify'
import type { WebhookSender } from '../../webhook-sender.ts'
import { callerOf } from '../authentication.ts'
import type { JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'

interface Registration {
  readonly name: string
  readonly url: string
  readonly events: string[]
  readonly secret?: string
  readonly filters?: Record<string, string>
  readonly excludeBody?: boolean
}

const bodySchema = {
  type: 'object',
  required: ['name', 'url', 'events'],
  properties: {
    name: { type: 'string' },
    url: { type: 'string' },
    description: { type: 'string' },
    events: { type: 'array', items: { type: 'string' } },
    filters: { type: 'object' },
    excludeBody: { type: 'boolean' },
    secret: { type: 'string' },
  },
}

/** A registered webhook as answers show it; the secret is never shown again. */
interface Shown {
  readonly id: string
  readonly registration: Registration
}

/** Registration of admin webhooks. Data Center moved it to another address in version 10. */
export function webhookRoutes(
  app: FastifyInstance,
  context: JiraContext,
  sender: WebhookSender,
  isAdmin: boolean,
): void {
  const path = context.site.kind === 'cloud' ? '/rest/webhooks/1.0/webhook' : '/rest/jira-webhook/1.0/webhooks'
  const shown: Shown[] = []
  const value = ({ id, registration }: Shown) => ({
    name: registration.name,
    url: registration.url,
    events: registration.events,
    filters: registration.filters ?? {},
    excludeBody: registration.excludeBody ?? false,
    isSigned: registration.secret !== undefined,
    enabled: true,
    self: `${context.address()}${path}/${id}`,
    ...(context.site.kind === 'dc' ? { id: Number(id) } : {}),
  })
  const mustBeAdmin = () => {
    if (!isAdmin)
      throw new JiraRefusal(
        403,
        'You are not authorized to perform this operation. Administrator privileges are required.',
      )
  }
  app.post<{ Body: Registration }>(path, { schema: { body: bodySchema } }, async (request, reply) => {
    const { url, events, secret = null } = request.body
    mustBeAdmin()
    if (!URL.canParse(url)) throw new JiraRefusal(400, 'The URL of the webhook is not valid.')
    const id = String(sender.webhooks.length + 1)
    sender.webhooks.push({ id, url, secret, events })
    const entry = { id, registration: request.body }
    shown.push(entry)
    return reply.code(201).send(value(entry))
  })
  app.get(path, async () => {
    mustBeAdmin()
    return shown.map(value)
  })
  app.delete<{ Params: { id: string } }>(`${path}/:id`, async (request, reply) => {
    const at = sender.webhooks.findIndex(({ id }) => id === request.params.id)
    if (at < 0) throw new JiraRefusal(404, 'The webhook does not exist.')
    sender.webhooks.splice(at, 1)
    shown.splice(
      shown.findIndex(({ id }) => id === request.params.id),
      1,
    )
    return reply.code(204).send()
  })
}

interface DynamicRegistration {
  readonly url: string
  readonly webhooks: readonly { readonly events: string[]; readonly jqlFilter: string }[]
}

const dynamicSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'webhooks'],
  properties: {
    url: { type: 'string' },
    webhooks: {
      type: 'array',
      items: {
        type: 'object',
        required: ['events', 'jqlFilter'],
        properties: { events: { type: 'array', items: { type: 'string' } }, jqlFilter: { type: 'string' } },
      },
    },
  },
}

const idsSchema = {
  type: 'object',
  required: ['webhookIds'],
  properties: { webhookIds: { type: 'array', items: { type: 'integer' } } },
}

const lifeMs = 30 * 24 * 3_600_000
const perAppMax = 5

/** Webhooks of the OAuth app whose client secret is `clientSecret`: they end after 30 days unless they are refreshed. */
export function dynamicWebhookRoutes(
  app: FastifyInstance,
  context: JiraContext,
  sender: WebhookSender,
  clientSecret: string,
): void {
  const path = '/rest/api/3/webhook'
  const expiry = () => context.site.serverTime() + lifeMs
  const own = () => sender.webhooks.filter((webhook) => webhook.clientSecret !== undefined)
  let latest = 1000
  app.addHook('preHandler', async (request) => {
    if (request.routeOptions.url?.startsWith(path) && !callerOf(request).isOauth)
      throw new JiraRefusal(403, 'Only Connect and OAuth 2.0 apps can use this operation.')
  })
  app.post<{ Body: DynamicRegistration }>(path, { schema: { body: dynamicSchema } }, async (request) => ({
    webhookRegistrationResult: request.body.webhooks.map(({ events, jqlFilter }) => {
      if (own().length >= perAppMax) return { errors: ['The limit of webhooks per app and user was reached.'] }
      if (jqlFilter.trim() === '') return { errors: ['The JQL filter must not be empty.'] }
      const id = String(++latest)
      sender.webhooks.push({ id, url: request.body.url, secret: null, clientSecret, events, expiresAtMs: expiry() })
      return { createdWebhookId: Number(id) }
    }),
  }))
  app.get(path, async () => {
    const values = own().map(({ id, url, events = [], expiresAtMs }) => ({
      id: Number(id),
      url,
      events,
      jqlFilter: 'project in (ALL)',
      expirationDate: expiresAtMs,
    }))
    return { maxResults: 100, startAt: 0, total: values.length, isLast: true, values }
  })
  app.put<{ Body: { webhookIds: number[] } }>(`${path}/refresh`, { schema: { body: idsSchema } }, async (request) => {
    const expiresAtMs = expiry()
    for (const [at, webhook] of sender.webhooks.entries())
      if (request.body.webhookIds.map(String).includes(webhook.id)) sender.webhooks[at] = { ...webhook, expiresAtMs }
    return { expirationDate: expiresAtMs }
  })
  app.delete<{ Body: { webhookIds: number[] } }>(path, { schema: { body: idsSchema } }, async (request, reply) => {
    for (const id of request.body.webhookIds.map(String)) {
      const at = sender.webhooks.findIndex((webhook) => webhook.id === id && webhook.clientSecret !== undefined)
      if (at >= 0) sender.webhooks.splice(at, 1)
    }
    return reply.code(202).send()
  })
}
