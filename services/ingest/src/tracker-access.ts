import { createHash, randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { isPublicAddress, type SealedBox } from '@headroom/runtime'
import {
  type Connection,
  type ConnectionTest,
  changeCredentialPace,
  type Db,
  lockConnectionTest,
  lockCredentials,
  replaceConnectionTest,
  type Store,
  updateConnection,
} from '@headroom/store'
import {
  createTracker,
  createWebhookRegistrar,
  isOauth,
  type OauthCredentials,
  type Outlet,
  outletTo,
  type RequestGate,
  renewOauth,
  type TrackerCredentials,
  type TrackerOptions,
  type TrackerSettings,
} from '@headroom/trackers'
import { CredentialGate } from './credential-gate.ts'
import { askPace } from './credential-pace.ts'
import { type GrantPlace, sharedAccessToken } from './oauth-grants.ts'
import type { OpenRegistrar, OpenTracker, TrackerPriority } from './open-tracker.ts'

/** Somebody waits for the answer to a trial, and not longer than 20 s. */
const trialTimeoutMs = 15_000

export interface TrackerAccess {
  /** For the purpose `tracker-credentials`. */
  readonly box: SealedBox
  readonly store: Store
  /** Whether the name of this tracker's host may lead to a private or loopback address. */
  readonly allowPrivate: (of: Connection | ConnectionTest) => boolean
}

/**
 * Opens trackers whose requests are paced together with those of all other processes and whose OAuth grants are renewed
 * for all of them. Throws SealError when the stored credentials can't be opened with this secret key.
 */
export function trackerOpener(access: TrackerAccess): OpenTracker {
  const opened = trackerSettingsOf(access)
  return (of, priority = 'poll') => {
    const { settings, options } = opened(of, priority)
    return createTracker(settings, options)
  }
}

/** The doors to trackers that the ingest service works with, and what it keeps their webhooks alive by. */
export function openTrackers(access: TrackerAccess): {
  readonly openTracker: OpenTracker
  readonly openRegistrar: OpenRegistrar
} {
  return { openTracker: trackerOpener(access), openRegistrar: registrarOpener(access) }
}

/** Opens registrars of webhooks by the same rules as {@link trackerOpener} opens trackers. */
export function registrarOpener(access: TrackerAccess): OpenRegistrar {
  const opened = trackerSettingsOf(access)
  return (connection) => {
    const { settings, options } = opened(connection, 'poll')
    return createWebhookRegistrar(settings, options)
  }
}

/**
 * Tries settings out that are stored nowhere yet, at any address. Gives the credentials to be kept, since trying uses a
 * refresh token up and gets the next one.
 */
export async function tryTracker(
  settings: TrackerSettings,
): Promise<{ readonly accountName: string; readonly credentials: TrackerCredentials }> {
  const { kind, baseUrl } = settings
  const timeoutMs = trialTimeoutMs
  let credentials = settings.credentials
  const accessToken = async () => {
    if (!isOauth(credentials)) return ''
    const renewed = await renewOauth(credentials, { kind, baseUrl, outlet: {}, timeoutMs, now: Date.now })
    credentials = renewed
    return renewed.accessToken ?? ''
  }
  const { accountName } = await createTracker(settings, { accessToken }).test()
  return { accountName, credentials }
}

/** The OAuth app's own secret, which proves its webhooks of Jira Cloud; null for other sign-ins. */
export function appSecretOf({ box }: Pick<TrackerAccess, 'box'>, connection: Connection): string | null {
  const credentials = open(box, connection)
  return isOauth(credentials) ? credentials.clientSecret : null
}

function trackerSettingsOf({ box, store, allowPrivate }: TrackerAccess) {
  const publicOnly = outletTo(isPublicAddress)
  const gates = createGates(store)
  return (
    of: Connection | ConnectionTest,
    priority: TrackerPriority,
  ): { readonly settings: TrackerSettings; readonly options: TrackerOptions } => {
    const { kind, baseUrl } = of
    const outlet: Outlet = allowPrivate(of) || isLiteral(baseUrl) ? {} : publicOnly
    const isTrial = 'sealedRequest' in of
    const { credentials, scope } = isTrial ? openRequest(box, of) : { credentials: open(box, of), scope: of.scope }
    const settings = { kind, baseUrl, credentials, scope }
    return {
      settings,
      options: {
        outlet,
        ...(isTrial ? { timeoutMs: trialTimeoutMs } : { gate: gates(of, credentials, priority) }),
        ...(isOauth(credentials)
          ? {
              accessToken: sharedAccessToken(isTrial ? placeOfTrial(box, of) : placeOf(box, of), credentials, {
                store,
                kind,
                baseUrl,
                outlet,
                now: Date.now,
              }),
            }
          : {}),
      },
    }
  }
}

/** An address that is no name was judged when it was entered, and can't come to mean another one. */
function isLiteral(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && isIP(new URL(baseUrl).hostname.replace(/^\[|\]$/g, '')) !== 0
}

function createGates(store: Store) {
  const member = randomUUID()
  const gates = new Map<string, CredentialGate>()
  return (connection: Connection, credentials: TrackerCredentials, priority: TrackerPriority): RequestGate => {
    const { kind, baseUrl } = connection
    const credential = credentialName(connection, credentials)
    let gate = gates.get(credential)
    if (!gate) {
      gate = new CredentialGate({
        member,
        host: URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl,
        ask: (ask) => changeCredentialPace(store, credential, (state, nowMs) => askPace(state, kind, ask, nowMs)),
      })
      gates.set(credential, gate)
    }
    return gate.lane(priority)
  }
}

/**
 * Connections that sign in with the same credential at the same tracker share its limits. The tokens of a grant change,
 * and it belongs to one connection.
 */
function credentialName({ id, kind, baseUrl }: Connection, credentials: TrackerCredentials): string {
  const origin = URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl
  const identity = isOauth(credentials) ? { connection: id } : credentials
  return createHash('sha256')
    .update(JSON.stringify([kind, origin, identity]))
    .digest('base64url')
}

function open(
  box: SealedBox,
  { id, sealedCredentials }: Pick<Connection, 'id' | 'sealedCredentials'>,
): TrackerCredentials {
  return JSON.parse(box.open(sealedCredentials, id)) as TrackerCredentials
}

function openRequest(box: SealedBox, { id, sealedRequest }: Pick<ConnectionTest, 'id' | 'sealedRequest'>) {
  return JSON.parse(box.open(sealedRequest, id)) as Pick<TrackerSettings, 'credentials' | 'scope'>
}

function placeOf(box: SealedBox, { id }: Connection): GrantPlace {
  return {
    lock: async (tx: Db) => {
      const sealedCredentials = await lockCredentials(tx, id)
      const credentials = sealedCredentials === null ? null : open(box, { id, sealedCredentials })
      return credentials && isOauth(credentials) ? credentials : null
    },
    save: (tx, credentials) =>
      updateConnection(tx, id, { sealedCredentials: box.seal(JSON.stringify(credentials), id) }),
  }
}

/** What a trial's renewal gives has to be kept too: whoever asked for the trial takes it from there. */
function placeOfTrial(box: SealedBox, { id }: ConnectionTest): GrantPlace {
  let scope: TrackerSettings['scope'] = {}
  return {
    lock: async (tx) => {
      const sealedRequest = await lockConnectionTest(tx, id)
      if (sealedRequest === null) return null
      const request = openRequest(box, { id, sealedRequest })
      scope = request.scope
      return isOauth(request.credentials) ? request.credentials : null
    },
    save: (tx, credentials: OauthCredentials) =>
      replaceConnectionTest(tx, id, box.seal(JSON.stringify({ credentials, scope }), id)),
  }
}
