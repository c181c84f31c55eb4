import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** A registered receiver. Without a secret deliveries are not signed. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly secret: string | null
  /** Registered by an OAuth app: deliveries carry a token signed with this instead of a signature. */
  readonly clientSecret?: string
  /** By the tracker's clock; left out: it lives until somebody removes it. */
  readonly expiresAtMs?: number
  /** Names of the events that it wants, in the tracker's terms; left out: all. */
  readonly events?: readonly string[]
}

export interface WebhookRules {
  readonly retriesMax: number
  readonly retryDelayMs: number
  /** An attempt without an answer for this long has failed. */
  readonly timeoutMs: number
  /** Whether the tracker repeats after this HTTP status; failures to connect are always repeated. */
  readonly repeatsAfter: (status: number) => boolean
  readonly headers: (
    webhook: Webhook,
    body: string,
    delivery: { readonly id: string; readonly retry: number },
  ) => Record<string, string>
}

/** One delivery and what became of it. `statuses` has one entry per attempt; `null`: no answer. */
export interface Delivery {
  readonly id: string
  readonly webhook: Webhook
  readonly body: string
  readonly statuses: (number | null)[]
}

/** What happens to the next delivery instead of being sent once: twice, never, or only when `flush` is called. */
export type DeliveryFault = 'duplicated' | 'lost' | 'held'

export interface WebhookSender {
  readonly webhooks: Webhook[]
  /** Everything that was sent or lost, oldest first. */
  readonly deliveries: Delivery[]
  /** Starts the delivery of one event to a receiver that wants it. Attempts of one delivery have the same bytes. */
  send(webhook: Webhook, event: { readonly id: string; readonly name: string; readonly body: string }): void
  nextDelivery(fault: DeliveryFault): void
  /** Sends what was held and waits until every delivery has succeeded or was given up. */
  flush(): Promise<void>
  /** Gives up what is waiting for a repeat. */
  stop(): Promise<void>
}

export function createWebhookSender(rules: WebhookRules): WebhookSender {
  const webhooks: Webhook[] = []
  const deliveries: Delivery[] = []
  const running = new Set<Promise<void>>()
  const faults: DeliveryFault[] = []
  let held: Delivery[] = []
  const stopping = new AbortController()

  function start(delivery: Delivery): void {
    const run = attemptAll(delivery, rules, stopping.signal).finally(() => running.delete(run))
    running.add(run)
  }
  async function flush(): Promise<void> {
    const released = held
    held = []
    for (const delivery of released) start(delivery)
    while (running.size > 0) await Promise.all(running)
  }
  return {
    webhooks,
    deliveries,
    flush,
    nextDelivery: (fault) => {
      faults.push(fault)
    },
    send: (webhook, { id, name, body }) => {
      if (webhook.events !== undefined && !webhook.events.includes(name)) return
      const delivery: Delivery = { id, webhook, body, statuses: [] }
      deliveries.push(delivery)
      const fault = faults.shift()
      if (fault === 'lost') return
      if (fault === 'held') {
        held.push(delivery)
        return
      }
      start(delivery)
      if (fault === 'duplicated') start(delivery)
    },
    stop: async () => {
      stopping.abort()
      await flush()
    },
  }
}

/** `sha256` HMAC in hex, over exactly the bytes that are sent. */
export function hmacSha256Hex(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body, 'utf8').digest('hex')
}

async function attemptAll(delivery: Delivery, rules: WebhookRules, stopped: AbortSignal): Promise<void> {
  for (let retry = 0; retry <= rules.retriesMax && !stopped.aborted; retry += 1) {
    if (retry > 0) await sleep(rules.retryDelayMs, undefined, { signal: stopped }).catch(() => undefined)
    if (stopped.aborted) return
    const status = await attempt(delivery, rules, retry, stopped)
    delivery.statuses.push(status)
    if (status !== null && !rules.repeatsAfter(status)) return
  }
}

async function attempt(
  delivery: Delivery,
  rules: WebhookRules,
  retry: number,
  stopped: AbortSignal,
): Promise<number | null> {
  const { webhook, body, id } = delivery
  try {
    const answer = await fetch(webhook.url, {
      method: 'POST',
      body,
      headers: rules.headers(webhook, body, { id, retry }),
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(rules.timeoutMs), stopped]),
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    // Refused, reset or too slow: all the same to a tracker, which only sees that nobody confirmed.
    return null
  }
}
