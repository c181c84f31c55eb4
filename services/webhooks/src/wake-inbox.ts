import type { Queues } from '@headroom/queues'
import type { Logger } from '@headroom/runtime'

/**
 * Wakes whoever reads a connection's inbox, after the delivery was answered. While one wake-up is on its way the next
 * deliveries share one more, so a burst costs few. Nothing depends on it: a lost one is made good by the next poll.
 */
export function inboxWaker({ queues, log }: { readonly queues: Queues; readonly log: Logger }) {
  const onItsWay = new Map<string, { again: boolean }>()
  const wake = async (connectionId: string): Promise<void> => {
    const state = { again: false }
    onItsWay.set(connectionId, state)
    do {
      state.again = false
      await queues.wake('inbox', { connectionId }).catch((error: unknown) => {
        log.warn({ connectionId, err: error }, 'inbox could not be woken')
      })
    } while (state.again)
    onItsWay.delete(connectionId)
  }
  return (connectionId: string): void => {
    const state = onItsWay.get(connectionId)
    if (state) state.again = true
    else void wake(connectionId)
  }
}
