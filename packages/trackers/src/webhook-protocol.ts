import type { TrackerKind } from '@headroom/domain'
import { jiraCloudWebhook, jiraDcWebhook } from './jira/webhook.ts'
import { linearWebhook } from './linear/webhook.ts'
import type { WebhookProtocol } from './tracker.ts'

const protocols = {
  'jira-cloud': jiraCloudWebhook(),
  'jira-dc': jiraDcWebhook,
  linear: linearWebhook(),
} satisfies Record<TrackerKind, WebhookProtocol>

/** How deliveries of a kind of tracker are verified, named and read. Pure but for a look at the clock. */
export function webhookProtocolFor(kind: TrackerKind): WebhookProtocol {
  return protocols[kind]
}
