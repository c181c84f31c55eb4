import { findConnection, putWebhookRegistration, webhooksExpiringBefore } from '@headroom/store'
import type { IngestDeps } from './ingest-deps.ts'
import type { OpenRegistrar } from './open-tracker.ts'

/** They live for 30 days; refreshed every ten, there are many more tries before one ends. */
const refreshBeforeMs = 20 * 24 * 3_600_000

/**
 * Keeps the webhooks alive that a tracker would forget (those of OAuth apps of Jira Cloud), and registers anew what it
 * has lost. A failure is logged and met again at the next poll; meanwhile polls find what a dead webhook does not tell.
 */
export async function refreshWebhooks(
  deps: Pick<IngestDeps, 'store' | 'log' | 'now'> & { readonly openRegistrar: OpenRegistrar },
): Promise<void> {
  const { db } = deps.store
  for (const registration of await webhooksExpiringBefore(db, new Date(deps.now() + refreshBeforeMs))) {
    const { connectionId, externalIds, url } = registration
    const connection = await findConnection(db, connectionId)
    if (!connection || connection.state === 'unauthorized') continue
    try {
      const registrar = deps.openRegistrar(connection)
      const refreshed = await registrar.refresh(externalIds)
      // Deliveries of such webhooks are proved by the app's own secret.
      const outcome = refreshed
        ? { kind: 'registered' as const, externalIds, ...refreshed }
        : await registrar.register({ url, secret: '' })
      if (outcome.kind === 'by-hand') throw new Error(`The webhook can't be registered: ${outcome.why}`)
      const expiresAt = outcome.expiresAt === null ? null : new Date(outcome.expiresAt)
      await putWebhookRegistration(db, { connectionId, url, externalIds: outcome.externalIds, expiresAt })
      deps.log.info({ connectionId, expiresAt, again: !refreshed }, 'webhook refreshed')
    } catch (error) {
      deps.log.warn({ connectionId, err: error, expiresAt: registration.expiresAt }, 'webhook could not be refreshed')
    }
  }
}
