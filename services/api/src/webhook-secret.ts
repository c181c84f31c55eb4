import type { TrackerKind } from '@headroom/domain'
import { newSecret, type SealedBox } from '@headroom/runtime'
import { type Db, findWebhookSecrets, putWebhookSecrets } from '@headroom/store'

/**
 * Stores what a connection's webhooks are signed with. The secret before it stays good beside the new one, so that
 * nothing is refused during a rotation; the address stays the same.
 */
export async function setWebhookSecret(
  tx: Db,
  box: SealedBox,
  args: { readonly connectionId: string; readonly kind: TrackerKind; readonly secret: string | null },
): Promise<void> {
  const { connectionId, kind, secret } = args
  const before = await findWebhookSecrets(tx, connectionId)
  const [latest] = before ? (JSON.parse(box.open(before.sealedSecrets, connectionId)) as string[]) : []
  const secrets = [...new Set([secret, latest].filter((one) => one !== null && one !== undefined))]
  await putWebhookSecrets(tx, {
    connectionId,
    kind,
    sealedSecrets: box.seal(JSON.stringify(secrets), connectionId),
    urlToken: before?.urlToken ?? newSecret(),
  })
}
