import type { EpochMs, TrackerKind } from '@headroom/domain'
import { type Db, inTransaction, type Store } from '@headroom/store'
import {
  type AccessToken,
  type OauthCredentials,
  type Outlet,
  renewOauth,
  TrackerUnauthorizedError,
} from '@headroom/trackers'

/** Where the credentials of one grant are kept, so that all processes have the same. */
export interface GrantPlace {
  /** Reads them and lets nobody else change them until the transaction ends; null when they are gone. */
  lock(tx: Db): Promise<OauthCredentials | null>
  save(tx: Db, credentials: OauthCredentials): Promise<void>
}

export interface GrantSettings {
  readonly store: Store
  readonly kind: TrackerKind
  readonly baseUrl: string
  readonly outlet: Outlet
  readonly now: () => EpochMs
}

/** Renewed this long before the end, so that no request meets it on its way. */
const marginMs = 60_000
/** The row is locked meanwhile. */
const renewTimeoutMs = 15_000

/**
 * Access tokens of a grant whose refresh tokens are for one use. Who needs a new one locks the credentials first and
 * looks whether another process has renewed them meanwhile; the next refresh token is stored before the access token is
 * used. Killed between the two, the old refresh token is tried again, which trackers allow for some minutes.
 */
export function sharedAccessToken(place: GrantPlace, first: OauthCredentials, settings: GrantSettings): AccessToken {
  let known = first
  let renewing: Promise<OauthCredentials> | null = null
  return async (refused) => {
    const token = usable(known, refused, settings.now())
    if (token !== null) return token
    renewing ??= renewed(place, refused, settings).finally(() => {
      renewing = null
    })
    known = await renewing
    return known.accessToken ?? ''
  }
}

async function renewed(
  place: GrantPlace,
  refused: string | undefined,
  { store, ...settings }: GrantSettings,
): Promise<OauthCredentials> {
  return inTransaction(store, async (tx) => {
    const current = await place.lock(tx)
    if (!current) throw new TrackerUnauthorizedError('The connection was removed.')
    if (usable(current, refused, settings.now()) !== null) return current
    const next = await renewOauth(current, { ...settings, timeoutMs: renewTimeoutMs })
    await place.save(tx, next)
    return next
  })
}

/** The access token where it can still be used. */
function usable(credentials: OauthCredentials, refused: string | undefined, now: EpochMs): string | null {
  const { accessToken, accessTokenExpiresAt = 0 } = credentials
  return accessToken && accessToken !== refused && now < accessTokenExpiresAt - marginMs ? accessToken : null
}
