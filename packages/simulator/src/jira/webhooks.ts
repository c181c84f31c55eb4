import { createHmac, randomBytes } from 'node:crypto'
import { hmacSha256Hex, type WebhookRules } from '../webhook-sender.ts'
import type { JiraContext } from './context.ts'
import type { JiraEvent } from './edit.ts'
import { renderAuthor, renderHistoryItem } from './render-history.ts'
import { renderComment, renderIssue } from './render-issue.ts'
import type { JiraSite } from './site.ts'

const repeated = new Set([408, 409, 425, 429])

/** How Jira sends: Cloud repeats up to five times after some failures; Data Center is not known to repeat. */
export function jiraWebhookRules(site: JiraSite, retryDelayMs: number): WebhookRules {
  return {
    retriesMax: site.kind === 'cloud' ? 5 : 0,
    retryDelayMs,
    timeoutMs: 20_000,
    repeatsAfter: (status) => status >= 500 || repeated.has(status),
    headers: ({ secret, clientSecret }, body, { id, retry }) => ({
      'content-type': 'application/json; charset=UTF-8',
      'user-agent': 'Atlassian Webhook HTTP Client',
      ...(secret === null ? {} : { 'x-hub-signature': jiraSignature(secret, body) }),
      ...(clientSecret === undefined ? {} : { authorization: `Bearer ${appToken(clientSecret)}` }),
      ...(site.kind === 'cloud' ? { 'x-atlassian-webhook-identifier': id, 'x-atlassian-webhook-flow': 'Primary' } : {}),
      ...(retry === 0 ? {} : { 'x-atlassian-webhook-retry': String(retry) }),
    }),
  }
}

/** The value of `X-Hub-Signature`: `sha256=` and the HMAC of the raw body in hex. */
export function jiraSignature(secret: string, body: string): string {
  return `sha256=${hmacSha256Hex(secret, body)}`
}

/** A JSON Web Token that the app's client secret signs (HS256); it says nothing of the body. */
function appToken(clientSecret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const seconds = Math.floor(Date.now() / 1000)
  const signed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ iss: 'simulator', iat: seconds, exp: seconds + 180 })}`
  return `${signed}.${createHmac('sha256', clientSecret).update(signed).digest('base64url')}`
}

/** An identifier that is the same for all attempts of one delivery. */
export function newDeliveryIdentifier(): string {
  return randomBytes(24).toString('hex')
}

const eventNames = {
  created: 'jira:issue_created',
  updated: 'jira:issue_updated',
  deleted: 'jira:issue_deleted',
} as const

/** The bodies that one event causes: the issue's own, and for a comment a second one. Shapes are those of REST v2. */
export function jiraWebhookBodies(
  context: JiraContext,
  event: JiraEvent,
): { readonly name: string; readonly body: string }[] {
  const { issue, history, byUser, atMs } = event
  const view = { version: 2 as const, selection: () => true, changelog: false }
  const { expand: _expand, ...shown } = renderIssue(context, issue, view)
  const user = renderAuthor(context, byUser)
  const name = eventNames[event.kind]
  const main = {
    timestamp: atMs,
    webhookEvent: name,
    ...(event.kind === 'deleted' ? {} : { issue_event_type_name: eventType(event) }),
    ...(user === null ? {} : { user }),
    issue: shown,
    ...(history === null
      ? {}
      : { changelog: { id: history.id, items: history.items.map((item) => renderHistoryItem(context, item)) } }),
  }
  const comment = issue.comments.find(({ id }) => id === event.commentId)
  const bodies: { name: string; body: string }[] = [{ name, body: JSON.stringify(main) }]
  if (comment !== undefined) {
    const { summary, status, priority, issuetype, project, assignee } = issue.fields
    const short = {
      id: issue.id,
      self: shown.self,
      key: issue.key,
      fields: { summary, status, priority, issuetype, project, assignee },
    }
    const body = {
      timestamp: atMs,
      webhookEvent: 'comment_created',
      comment: renderComment(context, issue, comment, 2),
      issue: short,
    }
    bodies.push({ name: 'comment_created', body: JSON.stringify(body) })
  }
  return bodies
}

function eventType({ kind, history, commentId }: JiraEvent): string {
  if (kind === 'created') return 'issue_created'
  const changed = new Set(history?.items.map(({ field }) => field))
  if (changed.has('Key')) return 'issue_moved'
  if (changed.size === 1 && changed.has('assignee')) return 'issue_assigned'
  if (changed.has('status')) return 'issue_generic'
  return changed.size === 0 && commentId !== null ? 'issue_commented' : 'issue_updated'
}
