import type { EpochMs } from '@headroom/domain'
import type { Queues } from '@headroom/queues'
import type { Service } from '@headroom/runtime'
import { type DigestDeps, sendDueDigests } from './send-digests.ts'

const everyMs = 60_000

/** Starts sending the digests as they come due. */
export async function startDigest(
  deps: DigestDeps & { readonly queues: Queues; readonly now: () => EpochMs },
): Promise<Service> {
  await deps.queues.work('digest', async () => {
    await sendDueDigests(deps, deps.now())
  })
  await deps.queues.schedule('digest', {}, everyMs)
  await deps.queues.wake('digest', {})
  return { stop: async () => {} }
}
