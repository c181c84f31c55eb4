import type { LinkSigner } from '@headroom/runtime'

/** The address at which a subscription ends itself; signed, so that only the mail's reader can end it. */
export function unsubscribeUrls(publicUrl: string, signer: LinkSigner): (subscriptionId: string) => string {
  return (subscriptionId) =>
    `${publicUrl}/digests/unsubscribe/${subscriptionId}/${signer.sign(`unsubscribe ${subscriptionId}`)}`
}
