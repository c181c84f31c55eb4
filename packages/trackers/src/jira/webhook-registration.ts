import { z } from 'zod'
import { TrackerProtocolError, TrackerUnauthorizedError } from '../errors.ts'
import type { WebhookOutcome, WebhookRegistrar } from '../webhook-outcome.ts'
import type { JiraClient } from './client.ts'
import { checked } from './site.ts'

const dynamicEvents = [
  'jira:issue_created',
  'jira:issue_updated',
  'jira:issue_deleted',
  'comment_created',
  'comment_updated',
  'comment_deleted',
  'sprint_created',
  'sprint_updated',
  'sprint_started',
  'sprint_closed',
  'sprint_deleted',
]

/** An administrator's webhook can have more. */
const adminEvents = [
  ...dynamicEvents,
  'worklog_created',
  'worklog_updated',
  'worklog_deleted',
  'issuelink_created',
  'issuelink_deleted',
  'board_configuration_changed',
  'project_created',
  'project_updated',
  'project_deleted',
  'user_created',
  'user_updated',
  'user_deleted',
]

const dynamicPath = '/rest/api/3/webhook'
const lifeMs = 30 * 24 * 3_600_000

/** Webhooks of an OAuth app: one address for all, an own filter is a must, and they end 30 days after the last refresh. */
export function dynamicWebhooks(client: JiraClient, projects: readonly string[]): WebhookRegistrar {
  const list = async () => {
    const schema = z.object({
      values: z.array(z.object({ id: z.coerce.string(), expirationDate: z.coerce.number().nullish() })),
    })
    return checked(schema, await client.get(dynamicPath, { maxResults: 100 }), 'its webhooks').values
  }
  return {
    async register({ url }) {
      const before = await list()
      const jqlFilter = projectFilter(projects.length > 0 ? projects : await allProjects(client))
      const answer = await client.post(dynamicPath, { url, webhooks: [{ events: dynamicEvents, jqlFilter }] })
      const [result] = checked(registration, answer, 'a registration').webhookRegistrationResult
      const id = result?.createdWebhookId
      if (!id) throw new TrackerProtocolError(`Jira did not register the webhook: ${result?.errors?.join(' ')}`)
      if (before.length > 0) {
        await client.answer('DELETE', dynamicPath, { webhookIds: before.map((one) => Number(one.id)) })
      }
      const expiresAt = (await list()).find((one) => one.id === id)?.expirationDate
      return { kind: 'registered', externalIds: [id], expiresAt: expiresAt ?? Date.now() + lifeMs }
    },
    async refresh(externalIds) {
      const known = new Set((await list()).map((one) => one.id))
      // Ids that Jira does not know it passes over without a word.
      if (!externalIds.every((id) => known.has(id))) return null
      const { body } = await client.answer('PUT', `${dynamicPath}/refresh`, { webhookIds: externalIds.map(Number) })
      return { expiresAt: checked(z.object({ expirationDate: z.coerce.number() }), body, 'a refresh').expirationDate }
    },
  }
}

const registration = z.object({
  webhookRegistrationResult: z.array(
    z.object({ createdWebhookId: z.coerce.string().optional(), errors: z.array(z.string()).nullish() }),
  ),
})

async function allProjects(client: JiraClient): Promise<string[]> {
  const schema = z.object({ values: z.array(z.object({ key: z.string() })), isLast: z.boolean().nullish() })
  const keys: string[] = []
  for (;;) {
    const answer = await client.get('/rest/api/3/project/search', { startAt: keys.length, maxResults: 50 })
    const { values, isLast } = checked(schema, answer, 'its projects')
    keys.push(...values.map(({ key }) => key))
    if (isLast !== false || values.length === 0) return keys
  }
}

function projectFilter(projects: readonly string[]): string {
  return `project in (${projects.map((p) => `"${p.replace(/["\\]/g, '\\$&')}"`).join(', ')})`
}

/** Data Center moved the resource in version 10. */
const adminPaths = {
  'jira-cloud': ['/rest/webhooks/1.0/webhook'],
  'jira-dc': ['/rest/jira-webhook/1.0/webhooks', '/rest/webhooks/1.0/webhook'],
} as const

const shownWebhook = z.object({ self: z.string(), url: z.string() })

/**
 * Webhooks of the site, which only its administrators may register. A secret can't be changed afterwards, so that the new
 * webhook is there before the old one goes; what both of them send is known by its name or does no harm twice.
 */
export function adminWebhooks(
  client: JiraClient,
  kind: 'jira-cloud' | 'jira-dc',
  projects: readonly string[],
): WebhookRegistrar {
  const at = async (path: string, { url, secret }: { url: string; secret: string }): Promise<WebhookOutcome> => {
    const before = checked(z.array(shownWebhook), await client.get(path), 'its webhooks')
    const created = await client.post(path, {
      name: 'Headroom',
      url,
      events: adminEvents,
      filters: projects.length > 0 ? { 'issue-related-events-section': projectFilter(projects) } : {},
      excludeBody: false,
      // Data Center's deliveries prove themselves by the token in the address, in every version.
      ...(kind === 'jira-cloud' ? { secret } : {}),
    })
    const id = idOf(checked(shownWebhook, created, 'a registration'))
    for (const one of before) if (sameAddress(one.url, url)) await client.answer('DELETE', `${path}/${idOf(one)}`)
    return { kind: 'registered', externalIds: [id], expiresAt: null }
  }
  return {
    async register(webhook) {
      for (const path of adminPaths[kind]) {
        try {
          return await at(path, webhook)
        } catch (error) {
          if (error instanceof TrackerUnauthorizedError)
            return { kind: 'by-hand', why: 'the account is no administrator of this Jira' }
          if (!(error instanceof TrackerProtocolError) || error.status !== 404) throw error
        }
      }
      return { kind: 'by-hand', why: 'this Jira does not offer its webhooks to programs' }
    },
    refresh: async () => ({ expiresAt: null }),
  }
}

function idOf({ self }: z.infer<typeof shownWebhook>): string {
  return self.slice(self.lastIndexOf('/') + 1)
}

/** The token in the address may have changed. */
function sameAddress(one: string, other: string): boolean {
  const place = (url: string) => (URL.canParse(url) ? new URL(url).origin + new URL(url).pathname : url)
  return place(one) === place(other)
}
