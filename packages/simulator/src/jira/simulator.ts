import type { FastifyInstance } from 'fastify'
import { createApp, listen } from '../server/app.ts'
import { controlRoutes } from '../server/control.ts'
import { createFaults, type Faults } from '../server/faults.ts'
import { type OauthApp, type OauthGrant, oauthRoutes } from '../server/oauth.ts'
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts'
import { defaultJiraAccounts, type JiraAccount, requireJiraAccount } from './authentication.ts'
import type { JiraChanges, JiraCreation } from './changes.ts'
import { defaultJiraLimits, type JiraContext, type JiraLimits, userDirectory } from './context.ts'
import { createJiraIssue, deleteJiraIssue, editJiraIssue, type JiraEvent, restoreJiraIssue } from './edit.ts'
import { jiraErrorAnswers } from './error-answers.ts'
import { jiraDistort } from './malform.ts'
import { jiraRateLimited, limitRate, type Traffic } from './rate-limit.ts'
import { agileRoutes } from './routes/agile.ts'
import { changelogRoutes } from './routes/changelogs.ts'
import { cloudIssueRoutes, issueRoutes } from './routes/issues.ts'
import { referenceRoutes } from './routes/references.ts'
import { cloudSearchRoutes } from './routes/search-cloud.ts'
import { dcSearchRoutes } from './routes/search-dc.ts'
import { dynamicWebhookRoutes, webhookRoutes } from './routes/webhooks.ts'
import { worklogRoutes } from './routes/worklogs.ts'
import { createSearchIndex } from './search-index.ts'
import type { JiraIssueRecord, JiraSite } from './site.ts'
import { jiraWebhookBodies, jiraWebhookRules, newDeliveryIdentifier } from './webhooks.ts'

export interface JiraSimulatorOptions {
  readonly site: JiraSite
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Default: any free port. */
  readonly port?: number
  readonly accounts?: readonly JiraAccount[]
  /** Whether the accounts administer the site, as registering its webhooks asks. Default true. */
  readonly isAdmin?: boolean
  /** An OAuth app that is let in, at the gateway. */
  readonly oauth?: OauthApp
  readonly limits?: Partial<JiraLimits>
  readonly faults?: Faults
  /** Pause between two attempts of a webhook delivery. Default 1000; the real site waits 5 to 15 minutes. */
  readonly webhookRetryDelayMs?: number
}

/** A simulated Jira that listens. Edits change the site's records and are announced to the registered webhooks. */
export interface JiraSimulator {
  /** The site's address, without trailing slash. */
  readonly url: string
  readonly site: JiraSite
  readonly faults: Faults
  readonly webhooks: WebhookSender
  readonly oauth: OauthGrant
  /** What the rate limit let through and refused until now. */
  readonly traffic: Readonly<Traffic>
  editIssue(idOrKey: string, changes: JiraChanges, byUser?: string | null): JiraIssueRecord
  createIssue(creation: JiraCreation, byUser?: string | null): JiraIssueRecord
  deleteIssue(idOrKey: string, byUser?: string | null): JiraIssueRecord
  /** Shows a deleted issue again, as when a backup is restored or a permission given back; no webhook tells of it. */
  restoreIssue(id: string): JiraIssueRecord
  /** Changes from now on how late and how unsteadily search sees changes. */
  disturbIndex(limits: Pick<JiraLimits, 'indexLagMs' | 'indexFlapEvery'>): void
  /** Waits until all webhook deliveries have succeeded or were given up. */
  flush(): Promise<void>
  stop(): Promise<void>
}

/** Starts a simulated Jira Cloud or Data Center, as the site's `kind` says. */
export async function startJiraSimulator(options: JiraSimulatorOptions): Promise<JiraSimulator> {
  const { site, faults = createFaults() } = options
  const limits = { ...defaultJiraLimits, ...options.limits }
  const disturbance = { indexLagMs: limits.indexLagMs, indexFlapEvery: limits.indexFlapEvery }
  const index = createSearchIndex(site, disturbance)
  const webhooks = createWebhookSender(jiraWebhookRules(site, options.webhookRetryDelayMs ?? 1000))
  let url = ''
  const context: JiraContext = { site, limits, index, address: () => url, userByKey: userDirectory(site) }
  const app = createApp({
    faults,
    serverTime: () => site.serverTime(),
    rateLimited: (reply, fault) => jiraRateLimited(site, reply, fault),
    distort: jiraDistort,
  })
  const happened = (event: JiraEvent) => announce(context, webhooks, event)
  const editing = {
    editIssue: (idOrKey: string, changes: JiraChanges, byUser: string | null = null) =>
      happened(editJiraIssue(site, idOrKey, changes, byUser)),
    createIssue: (creation: JiraCreation, byUser: string | null = null) =>
      happened(createJiraIssue(site, creation, byUser)),
    deleteIssue: (idOrKey: string, byUser: string | null = null) => happened(deleteJiraIssue(site, idOrKey, byUser)),
    restoreIssue: (id: string) => restoreJiraIssue(site, id),
    disturbIndex: (now: typeof disturbance) => void Object.assign(disturbance, now),
  }
  jiraErrorAnswers(app, site.kind)
  const traffic = limitRate(app, site, limits)
  const oauth = oauthRoutes(app, options.oauth, () => site.serverTime())
  requireJiraAccount(app, site, options.accounts ?? defaultJiraAccounts, oauth)
  routes(app, context)
  webhookRoutes(app, context, webhooks, options.isAdmin ?? true)
  if (options.oauth) dynamicWebhookRoutes(app, context, webhooks, options.oauth.clientSecret)
  controlRoutes(app, webhooks, (issue, changes, by) => {
    const { id, key } = editing.editIssue(issue, changes as JiraChanges, by)
    return { id, key }
  })
  url = await listen(app, options.host, options.port)
  if (site.baseUrl === '') site.baseUrl = url
  const stop = async () => {
    await webhooks.stop()
    await app.close()
  }
  return { url, site, faults, webhooks, oauth, traffic, ...editing, flush: () => webhooks.flush(), stop }
}

function routes(app: FastifyInstance, context: JiraContext): void {
  const cloud = context.site.kind === 'cloud'
  for (const version of cloud ? ['2', '3', 'latest'] : ['2', 'latest']) {
    const prefix = `/rest/api/${version}`
    referenceRoutes(app, context, prefix)
    issueRoutes(app, context, prefix)
    worklogRoutes(app, context, prefix)
    if (cloud) {
      cloudSearchRoutes(app, context, prefix)
      cloudIssueRoutes(app, context, prefix)
      changelogRoutes(app, context, prefix)
    } else dcSearchRoutes(app, context, prefix)
  }
  agileRoutes(app, context)
}

function announce(context: JiraContext, sender: WebhookSender, event: JiraEvent): JiraIssueRecord {
  context.index.changed(event.issue.id, event.before)
  for (const { name, body } of jiraWebhookBodies(context, event))
    for (const webhook of sender.webhooks.filter(
      ({ expiresAtMs = Number.POSITIVE_INFINITY }) => expiresAtMs > context.site.serverTime(),
    ))
      sender.send(webhook, { id: newDeliveryIdentifier(), name, body })
  return event.issue
}
