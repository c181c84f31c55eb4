import type { Queues } from '@headroom/queues'
import type { LinkSigner, Logger, Metrics, SealedBox } from '@headroom/runtime'
import type { Store } from '@headroom/store'
import type { SignInLinks } from './sign-in-links.ts'

/** What the API works with. */
export interface ApiDeps {
  readonly store: Store
  readonly queues: Queues
  readonly log: Logger
  readonly metrics: Metrics
  /** For the purpose `tracker-credentials`. The API opens nothing with it but the credentials that it has had tried. */
  readonly seal: SealedBox
  /** For the purpose `webhook-secrets`. */
  readonly webhookBox: SealedBox
  /** Keys for the cookies of the pages and for the pseudonyms of people are derived from it. */
  readonly cookieSecret: string
  /** Where people and trackers reach this server, without a slash at the end. */
  readonly publicUrl: string
  /** The classification model in use; see the measures' `ModelDoubt`. */
  readonly model: { readonly version: string; readonly shareErrorSd: number }
  readonly now: () => Date
  /** Lets a connection point to a private or loopback address. */
  readonly allowPrivateTrackers: boolean
  /** Knows the links of our mails. Absent: subscriptions end through the API only. */
  readonly linkSigner?: LinkSigner
  /** Absent: nobody gets in by a link. */
  readonly signInLinks?: SignInLinks
}
