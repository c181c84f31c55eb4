import type { FastifyInstance } from 'fastify'
import type { WebhookSender } from '../../webhook-sender.ts'
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
export function webhookRoutes(app: FastifyInstance, context: JiraContext, sender: WebhookSender): void {
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
  app.post<{ Body: Registration }>(path, { schema: { body: bodySchema } }, async (request, reply) => {
    const { url, events, secret = null } = request.body
    if (!URL.canParse(url)) throw new JiraRefusal(400, 'The URL of the webhook is not valid.')
    const id = String(sender.webhooks.length + 1)
    sender.webhooks.push({ id, url, secret, events })
    const entry = { id, registration: request.body }
    shown.push(entry)
    return reply.code(201).send(value(entry))
  })
  app.get(path, async () => shown.map(value))
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
