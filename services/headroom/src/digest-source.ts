import type { Model } from '@headroom/classification'
import { type DigestSource, unsubscribeUrls } from '@headroom/digest'
import { readDigest } from '@headroom/measures'
import { createLinkSigner } from '@headroom/runtime'
import type { Headroom } from './open-headroom.ts'
import { publicUrl } from './public-url.ts'

/** Where the weekly email gets what it says. */
export function digestSource(headroom: Headroom, model: Model): DigestSource {
  const address = publicUrl(headroom.config)
  return {
    store: headroom.store,
    publicUrl: address,
    readDigest: (db, args) => readDigest(db, { ...args, model }),
    unsubscribeUrl: unsubscribeUrls(address, createLinkSigner(headroom.secretKey)),
  }
}
