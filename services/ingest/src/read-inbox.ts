import {
  findConnection,
  inTransaction,
  markDirty,
  outdateReferences,
  settleDeliveries,
  takeDeliveries,
} from '@headroom/store'
import { type WebhookHint, type WebhookProtocol, webhookProtocolFor } from '@headroom/trackers'
import type { IngestDeps } from './ingest-deps.ts'

const batchSize = 200

/** Turns a connection's webhook deliveries into marks on tickets, and wakes the hydrator. */
export async function readInbox(deps: IngestDeps, connectionId: string): Promise<void> {
  const connection = await findConnection(deps.store.db, connectionId)
  if (!connection) return
  const protocol = webhookProtocolFor(connection.kind)
  for (;;) {
    const taken = await inTransaction(deps.store, async (tx) => {
      const deliveries = await takeDeliveries(tx, connectionId, batchSize)
      const hints = deliveries.map(({ deliveryId, body }) => ({ deliveryId, hint: hintOf(protocol, body) }))
      const ids = (deleted: boolean) =>
        hints.flatMap(({ hint }) => (hint.kind === 'tickets' && hint.deleted === deleted ? hint.externalIds : []))
      await markDirty(tx, connectionId, ids(false), 'webhook')
      await markDirty(tx, connectionId, ids(true), 'delete-event')
      if (hints.some(({ hint }) => hint.kind === 'references')) await outdateReferences(tx, connectionId)
      await settleDeliveries(
        tx,
        connectionId,
        hints.map(({ deliveryId, hint }) => ({ deliveryId, outcome: outcomeOf(hint) })),
      )
      return deliveries.length
    })
    if (taken === 0) break
    await deps.queues.wake('hydrate', { connectionId })
  }
}

function hintOf(protocol: WebhookProtocol, body: Buffer): WebhookHint {
  try {
    return protocol.hint(JSON.parse(body.toString('utf8')))
  } catch {
    return { kind: 'ignored', why: 'the body is not JSON' }
  }
}

function outcomeOf(hint: WebhookHint): string {
  switch (hint.kind) {
    case 'tickets':
      return `${hint.deleted ? 'deleted' : 'changed'}: ${hint.externalIds.join(', ')}`
    case 'references':
      return 'references'
    case 'ignored':
      return `ignored: ${hint.why}`
  }
}
