import { trackerConnection } from './create-tracker.ts'
import { JiraClient } from './jira/client.ts'
import { adminWebhooks, dynamicWebhooks } from './jira/webhook-registration.ts'
import { linearWebhooks } from './linear/webhook-registration.ts'
import { isOauth } from './oauth.ts'
import type { TrackerOptions, TrackerSettings } from './tracker.ts'
import type { WebhookRegistrar } from './webhook-outcome.ts'

/**
 * The registrar of a connection. Jira Cloud with an OAuth app: dynamic webhooks, which end after 30 days. Jira with a
 * token: webhooks of the site, which need an administrator. Linear: webhooks of the workspace, which need one as well.
 */
export function createWebhookRegistrar(settings: TrackerSettings, options: TrackerOptions = {}): WebhookRegistrar {
  const { kind, scope, credentials } = settings
  const connection = trackerConnection(settings, options)
  if (kind === 'linear') return linearWebhooks(connection, scope.teams ?? [])
  const client = new JiraClient({ ...connection, apiVersion: kind === 'jira-cloud' ? '3' : '2' })
  const projects = scope.projects ?? []
  return isOauth(credentials) ? dynamicWebhooks(client, projects) : adminWebhooks(client, kind, projects)
}
