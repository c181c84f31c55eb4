import { bodyDigest, isSignedWith } from '../signature.ts'
import type { WebhookHint, WebhookProtocol } from '../tracker.ts'

/**
 * Linear repeats a failed delivery after 1 minute, 1 hour and 6 hours with the same body, so the 60 seconds that its SDK
 * allows would refuse every repeat. Within a day a replayed delivery is harmless: it is known by its id.
 */
const oldestMs = 24 * 3_600_000
/** Clocks differ. */
const aheadMs = 15 * 60_000

/** Linear's deliveries; `now` is the clock that ages them. */
export function linearWebhook(now: () => number = Date.now): WebhookProtocol {
  return {
    verify({ headers, rawBody }, secrets) {
      if (!isSignedWith(headers['linear-signature'] ?? '', rawBody, secrets)) return false
      const sentAt = field(parse(rawBody), 'webhookTimestamp')
      // Linear signed it; what we can't read in it is kept and not refused.
      if (typeof sentAt !== 'number') return true
      const ageMs = now() - sentAt
      return ageMs <= oldestMs && ageMs >= -aheadMs
    },
    deliveryId: ({ headers, rawBody }) => headers['linear-delivery'] || bodyDigest(rawBody),
    hint,
  }
}

const referenceTypes = new Set(['Cycle', 'IssueLabel', 'Project', 'ProjectLabel', 'Team', 'User', 'WorkflowState'])

function hint(body: unknown): WebhookHint {
  const type = field(body, 'type')
  const action = field(body, 'action')
  const data = field(body, 'data')
  if (typeof type !== 'string') return { kind: 'ignored', why: 'not a Linear event' }
  if (referenceTypes.has(type)) return { kind: 'references' }
  const id =
    type === 'Issue'
      ? field(data, 'id')
      : type === 'IssueSLA'
        ? field(field(body, 'issueData'), 'id')
        : type === 'Comment' || type === 'Attachment'
          ? (field(data, 'issueId') ?? field(field(data, 'issue'), 'id'))
          : undefined
  if (typeof id !== 'string' || id === '') return { kind: 'ignored', why: `${type} names no issue` }
  return { kind: 'tickets', externalIds: [id], deleted: type === 'Issue' && action === 'remove' }
}

function parse(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(rawBody).toString('utf8'))
  } catch {
    return null
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
