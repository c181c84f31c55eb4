import { z } from 'zod'
import { TrackerProtocolError, TrackerUnauthorizedError } from '../errors.ts'
import type { TrackerConnection } from '../tracker.ts'
import type { WebhookRegistrar } from '../webhook-outcome.ts'
import { createLinearRequest } from './client.ts'
import { readAll, readChecked } from './lists.ts'

/** What moves a ticket's measures. Relations, history and workflow states have no events; polls read them. */
const resourceTypes = ['Issue', 'Comment', 'Attachment', 'IssueLabel', 'IssueSLA', 'Cycle', 'Project', 'User']

const webhooksQuery = `query HeadroomWebhooks($after: String) {
  webhooks(first: 50, after: $after) { nodes { id url enabled } pageInfo { hasNextPage endCursor } }
}`
const createMutation = `mutation HeadroomWebhookCreate($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { success webhook { id } }
}`
const updateMutation = `mutation HeadroomWebhookUpdate($id: String!, $input: WebhookUpdateInput!) {
  webhookUpdate(id: $id, input: $input) { success webhook { id } }
}`

const payload = z.object({ success: z.literal(true), webhook: z.object({ id: z.string() }) })

/** Webhooks of a Linear workspace, which need its administrator. They stay until somebody removes them. */
export function linearWebhooks(connection: TrackerConnection, teams: readonly string[]): WebhookRegistrar {
  const request = createLinearRequest(connection)
  const node = z.object({ id: z.string(), url: z.string().nullish(), enabled: z.boolean() })
  const list = () => readAll(request, webhooksQuery, 'webhooks', node)
  return {
    async register({ url, secret }) {
      try {
        const known = (await list()).find((one) => one.url === url)
        const shared = { resourceTypes, secret, enabled: true, label: 'Headroom' }
        if (known) {
          const schema = z.object({ webhookUpdate: payload })
          await readChecked(request, schema, updateMutation, { id: known.id, input: shared })
          return { kind: 'registered', externalIds: [known.id], expiresAt: null }
        }
        const where = teams.length === 1 ? { teamId: teams[0] } : { allPublicTeams: true }
        const schema = z.object({ webhookCreate: payload })
        const { webhookCreate } = await readChecked(request, schema, createMutation, {
          input: { ...shared, url, ...where },
        })
        return { kind: 'registered', externalIds: [webhookCreate.webhook.id], expiresAt: null }
      } catch (error) {
        const isRefused =
          error instanceof TrackerUnauthorizedError ||
          (error instanceof TrackerProtocolError && /admin|scope|permission/i.test(error.message))
        if (!isRefused) throw error
        return { kind: 'by-hand', why: 'the account is no administrator of this Linear workspace' }
      }
    },
    async refresh(externalIds) {
      const enabled = new Set((await list()).filter((one) => one.enabled).map((one) => one.id))
      return externalIds.every((id) => enabled.has(id)) ? { expiresAt: null } : null
    },
  }
}
