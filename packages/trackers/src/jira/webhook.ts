import { isBearerOf } from '../bearer-token.ts'
import { bodyDigest, isSecret, isSignedWith } from '../signature.ts'
import type { WebhookHint, WebhookProtocol } from '../tracker.ts'

/**
 * Jira Cloud signs every delivery of an administrator's webhook that has a secret. Those of an OAuth app's webhook carry a
 * token signed with the app's client secret instead, which says who sends but not what. `now` is the clock that ends it.
 */
export function jiraCloudWebhook(now: () => number = Date.now): WebhookProtocol {
  return {
    verify({ headers, rawBody }, secrets) {
      const signature = headers['x-hub-signature']
      if (signature !== undefined) return isSigned(signature, rawBody, secrets)
      return isBearerOf(headers.authorization, secrets, now())
    },
    deliveryId,
    hint,
  }
}

/** Data Center signs from version 10 on; before, an unguessable token in the address stands for the signature. */
export const jiraDcWebhook: WebhookProtocol = {
  verify({ headers, rawBody, urlToken }, secrets) {
    const signature = headers['x-hub-signature']
    if (signature !== undefined) return isSigned(signature, rawBody, secrets)
    return urlToken !== null && isSecret(urlToken, secrets)
  },
  deliveryId,
  hint,
}

/** `X-Hub-Signature: sha256=<hex>`; WebSub lets the method change, and we know this one only. */
function isSigned(signature: string | undefined, rawBody: Uint8Array, secrets: readonly string[]): boolean {
  const [method, hex] = (signature ?? '').split('=')
  return method === 'sha256' && hex !== undefined && isSignedWith(hex, rawBody, secrets)
}

/** Cloud keeps the identifier over all retries of a delivery. */
function deliveryId({ headers, rawBody }: Parameters<WebhookProtocol['deliveryId']>[0]): string {
  return headers['x-atlassian-webhook-identifier'] || bodyDigest(rawBody)
}

function hint(body: unknown): WebhookHint {
  const event = text(field(body, 'webhookEvent')) ?? ''
  if (/^(sprint|board|project|issuetype|user|jira:version|version|status|priority)_/.test(event))
    return { kind: 'references' }
  const ids = issueIds(body)
  if (ids.length > 0) return { kind: 'tickets', externalIds: ids, deleted: event === 'jira:issue_deleted' }
  return { kind: 'ignored', why: event === '' ? 'not a Jira event' : `${event} names no issue` }
}

/** Issue events carry the issue; comments, worklogs and links sometimes only point at it. */
function issueIds(body: unknown): string[] {
  const link = field(body, 'issueLink')
  const found = [
    text(field(field(body, 'issue'), 'id')),
    text(field(field(body, 'worklog'), 'issueId')),
    /\/issue\/(\d+)\/comment\//.exec(text(field(field(body, 'comment'), 'self')) ?? '')?.[1] ?? null,
    text(field(link, 'sourceIssueId')),
    text(field(link, 'destinationIssueId')),
  ]
  return [...new Set(found.filter((id) => id !== null && /^\d+$/.test(id)))].filter((id) => id !== null)
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function text(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}
