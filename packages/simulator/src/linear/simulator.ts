import { randomUUID } from 'node:crypto'
import { createApp, listen } from '../server/app.ts'
import { controlRoutes } from '../server/control.ts'
import { createFaults, type Faults } from '../server/faults.ts'
import { type OauthApp, type OauthGrant, oauthRoutes } from '../server/oauth.ts'
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts'
import type { LinearChanges, LinearCreation } from './changes.ts'
import { type LinearContext, linearDirectory } from './context.ts'
import { createLinearIssue, deleteLinearIssue, editLinearIssue, type LinearEvent } from './edit.ts'
import { createLinearExecutor } from './execute.ts'
import { defaultLinearLimits, type LinearLimits } from './limits.ts'
import { linearDistort } from './malform.ts'
import { createRateLimiter } from './rate-limit.ts'
import { graphqlRoute, linearRateLimited } from './route.ts'
import { linearWebhookBodies, linearWebhookRules } from './webhooks.ts'
import { type LinearIssueRecord, type LinearWorkspace, linearIdentifier } from './workspace.ts'

/** The API key that is accepted when no other is configured. */
export const defaultLinearApiKey = 'lin_api_simulated'

export interface LinearSimulatorOptions {
  readonly workspace: LinearWorkspace
  /** Default: 127.0.0.1. The SDK accepts http only for loopback addresses. */
  readonly host?: string
  /** Default: any free port. */
  readonly port?: number
  readonly apiKeys?: readonly string[]
  /** Whether the callers administer the workspace, as managing webhooks asks. Default true. */
  readonly isAdmin?: boolean
  /** An OAuth app that is let in. */
  readonly oauth?: OauthApp
  readonly limits?: Partial<LinearLimits>
  readonly faults?: Faults
  /** Pause between two attempts of a webhook delivery. Default 1000; the real ones come after 1 minute, 1 and 6 hours. */
  readonly webhookRetryDelayMs?: number
}

/** A simulated Linear that listens. Edits change the records and are announced to the registered webhooks. */
export interface LinearSimulator {
  /** The GraphQL endpoint. */
  readonly url: string
  readonly workspace: LinearWorkspace
  readonly faults: Faults
  readonly webhooks: WebhookSender
  readonly oauth: OauthGrant
  editIssue(idOrIdentifier: string, changes: LinearChanges, byUser?: string | null): LinearIssueRecord
  createIssue(creation: LinearCreation, byUser?: string | null): LinearIssueRecord
  /** Deletes for good; `editIssue(id, { trashed: true })` is what users do. */
  deleteIssue(idOrIdentifier: string, byUser?: string | null): LinearIssueRecord
  /** Waits until all webhook deliveries have succeeded or were given up. */
  flush(): Promise<void>
  stop(): Promise<void>
}

/** Starts a simulated Linear workspace. */
export async function startLinearSimulator(options: LinearSimulatorOptions): Promise<LinearSimulator> {
  const { workspace, faults = createFaults() } = options
  const limits = { ...defaultLinearLimits, ...options.limits }
  const serverTime = () => workspace.serverTime()
  const webhooks = createWebhookSender(linearWebhookRules(options.webhookRetryDelayMs ?? 1000))
  const rate = createRateLimiter(limits, serverTime)
  const isAdmin = options.isAdmin ?? true
  const context: LinearContext = { workspace, find: linearDirectory(workspace), webhooks, rate, isAdmin }
  const app = createApp({
    faults,
    serverTime,
    rateLimited: (reply, fault) => linearRateLimited(context, reply, fault),
    distort: (payload, fault, request) => linearDistort(payload, fault, cursorOf(request.body)),
  })
  const happened = (event: LinearEvent) => announce(context, event)
  const editing = {
    editIssue: (id: string, changes: LinearChanges, byUser: string | null = null) =>
      happened(editLinearIssue(workspace, id, changes, byUser, limits)),
    createIssue: (creation: LinearCreation, byUser: string | null = null) =>
      happened(createLinearIssue(workspace, creation, byUser)),
    deleteIssue: (id: string, byUser: string | null = null) => happened(deleteLinearIssue(workspace, id, byUser)),
  }
  const oauth = oauthRoutes(app, options.oauth, serverTime)
  graphqlRoute(app, {
    context,
    oauth,
    executor: createLinearExecutor(),
    limits,
    apiKeys: options.apiKeys ?? [defaultLinearApiKey],
  })
  controlRoutes(app, webhooks, (issue, changes, by) => {
    const edited = editing.editIssue(issue, changes as LinearChanges, by)
    return { id: edited.id, key: linearIdentifier(workspace, edited) }
  })
  const url = `${await listen(app, options.host, options.port)}/graphql`
  const stop = async () => {
    await webhooks.stop()
    await app.close()
  }
  return { url, workspace, faults, webhooks, oauth, ...editing, flush: () => webhooks.flush(), stop }
}

function cursorOf(body: unknown): string | null {
  const { after } = (body as { variables?: { after?: unknown } | null } | undefined)?.variables ?? {}
  return typeof after === 'string' ? after : null
}

function announce(context: LinearContext, event: LinearEvent): LinearIssueRecord {
  for (const webhook of context.webhooks.webhooks)
    for (const { name, body } of linearWebhookBodies(context, event, webhook.id))
      context.webhooks.send(webhook, { id: randomUUID(), name, body })
  return event.issue
}
