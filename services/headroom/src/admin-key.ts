import { apiScopes, createApiKey, findApiKey, listApiKeys, putAdminKey } from '@headroom/store'
import type { Headroom } from './open-headroom.ts'

const name = 'Admin'

/** The key with every scope: from the environment, or made at the first start. `created` is its secret when it was made just now. */
export async function adminKey({
  store,
  config,
}: Headroom): Promise<{ readonly id: string; readonly created: string | null }> {
  if (config.adminKey) {
    await putAdminKey(store.db, config.adminKey)
    const given = await findApiKey(store.db, config.adminKey)
    if (given) return { id: given.id, created: null }
  }
  const known = (await listApiKeys(store.db)).find((key) => key.name === name && !key.revokedAt)
  if (known) return { id: known.id, created: null }
  const made = await createApiKey(store.db, { name, scopes: apiScopes })
  return { id: made.id, created: made.key }
}
