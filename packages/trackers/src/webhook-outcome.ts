import type { EpochMs } from '@headroom/domain'

/** What came of registering a webhook. */
export type WebhookOutcome =
  | {
      readonly kind: 'registered'
      /** The tracker's ids. */
      readonly externalIds: readonly string[]
      /** When the tracker forgets it unless it is refreshed; null: never. */
      readonly expiresAt: EpochMs | null
    }
  /** The account may not, or this tracker's API does not offer it; a person has to. `why` is half a line. */
  | { readonly kind: 'by-hand'; readonly why: string }

/** Registers our webhook at a tracker. Throws the errors of a `Tracker`. */
export interface WebhookRegistrar {
  /**
   * Has events sent to `url`, signed with `secret` where the tracker can. Takes the place of webhooks to the same address,
   * so that it may be repeated, also to change the secret.
   */
  register(webhook: { readonly url: string; readonly secret: string }): Promise<WebhookOutcome>
  /** Keeps it alive. Null when the tracker has lost it: then register anew. */
  refresh(externalIds: readonly string[]): Promise<{ readonly expiresAt: EpochMs | null } | null>
}
