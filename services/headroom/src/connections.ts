import { randomUUID } from 'node:crypto'
import { setWebhookSecret } from '@headroom/api'
import { tryTracker } from '@headroom/ingest'
import { createSealedBox } from '@headroom/runtime'
import { insertConnection, inTransaction, requestRun } from '@headroom/store'
import type { TrackerSettings } from '@headroom/trackers'
import type { Headroom } from './open-headroom.ts'

/** A connection that could not be made; the message is one line with the remedy. */
export class ConnectionRefusedError extends Error {
  override name = 'ConnectionRefusedError'
}

export interface ConnectionToAdd extends TrackerSettings {
  readonly name: string
  readonly webhookSecret?: string
}

/** A stored connection and its first run, which the ingest service does. */
export interface AddedConnection {
  readonly id: string
  readonly runId: string
  readonly accountName: string
}

/** Tries the credentials, stores them sealed, and asks for a first full run. Throws tracker errors and {@link ConnectionRefusedError}. */
export async function addConnection(headroom: Headroom, settings: ConnectionToAdd): Promise<AddedConnection> {
  const { accountName, credentials } = await tryTracker(settings)
  const id = randomUUID()
  const { kind, name, baseUrl, scope } = settings
  const seal = createSealedBox(headroom.secretKey, 'tracker-credentials')
  const webhookBox = createSealedBox(headroom.secretKey, 'webhook-secrets')
  const runId = await inTransaction(headroom.store, async (tx) => {
    const sealedCredentials = seal.seal(JSON.stringify(credentials), id)
    if (!(await insertConnection(tx, { id, kind, name, baseUrl, scope, sealedCredentials }))) {
      throw new ConnectionRefusedError(
        `There is a connection named "${name}" already. Choose another name, or remove that one.`,
      )
    }
    await setWebhookSecret(tx, webhookBox, { connectionId: id, kind, secret: settings.webhookSecret ?? null })
    return requestRun(tx, { id: randomUUID(), connectionId: id, mode: 'full' })
  })
  await headroom.queues.wake('sync', { runId })
  return { id, runId, accountName }
}
