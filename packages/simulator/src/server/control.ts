import type { FastifyInstance } from 'fastify'
import type { WebhookSender } from '../webhook-sender.ts'
import { controlPrefix } from './app.ts'
import { SimulatorEditError } from './edit-error.ts'

const editSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['issue', 'changes'],
  properties: { issue: { type: 'string' }, changes: { type: 'object' }, by: { type: ['string', 'null'] } },
}

const webhookSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: { url: { type: 'string' }, secret: { type: ['string', 'null'] } },
}

/**
 * Lets other processes on this machine change a ticket and register a receiver:
 * `POST /__simulator/edit {issue, changes, by?}` and `POST /__simulator/webhooks {url, secret?}`.
 */
export function controlRoutes(
  app: FastifyInstance,
  sender: WebhookSender,
  edit: (
    issue: string,
    changes: Record<string, unknown>,
    by: string | null,
  ) => { readonly id: string; readonly key: string },
): void {
  app.post<{ Body: { issue: string; changes: Record<string, unknown>; by?: string | null } }>(
    `${controlPrefix}edit`,
    { schema: { body: editSchema } },
    async (request, reply) => {
      try {
        return edit(request.body.issue, request.body.changes, request.body.by ?? null)
      } catch (error) {
        if (error instanceof SimulatorEditError) return reply.code(400).send({ message: error.message })
        throw error
      }
    },
  )
  app.post<{ Body: { url: string; secret?: string | null } }>(
    `${controlPrefix}webhooks`,
    { schema: { body: webhookSchema } },
    async (request) => {
      const id = `simulator-${sender.webhooks.length + 1}`
      sender.webhooks.push({ id, url: request.body.url, secret: request.body.secret ?? null })
      return { id }
    },
  )
}
