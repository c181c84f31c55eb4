import type { SealedBox } from '@headroom/runtime'
import { findWebhookSecrets, type Store, type WebhookSecretRow } from '@headroom/store'

/** What proves the deliveries of a connection. */
export interface KnownSecrets {
  readonly kind: WebhookSecretRow['kind']
  readonly secrets: readonly string[]
  /** When they were read, by the process's clock. */
  readonly readAt: number
}

/** So long a secret that was taken away is still believed. */
const keptForMs = 1000

/** Remembers secrets for a second: in a burst of deliveries the database is asked once. */
export class KnownSecretsReader {
  readonly #known = new Map<string, KnownSecrets>()
  readonly #store: Store
  readonly #box: SealedBox

  constructor({ store, box }: { readonly store: Store; readonly box: SealedBox }) {
    this.#store = store
    this.#box = box
  }

  /** Null when there is no such connection. */
  async find(connectionId: string): Promise<KnownSecrets | null> {
    const known = this.#known.get(connectionId)
    return known && performance.now() - known.readAt < keptForMs ? known : this.readAgain(connectionId)
  }

  /** Reads what holds now: a new secret counts from its first delivery on. */
  async readAgain(connectionId: string): Promise<KnownSecrets | null> {
    const row = await findWebhookSecrets(this.#store.db, connectionId)
    if (!row) {
      this.#known.delete(connectionId)
      return null
    }
    const known = { kind: row.kind, secrets: this.#open(row), readAt: performance.now() }
    this.#known.set(connectionId, known)
    return known
  }

  /** Only an old Data Center, which can't sign, proves itself by the token in the address. */
  #open(row: WebhookSecretRow): string[] {
    const secrets = JSON.parse(this.#box.open(row.sealedSecrets, row.connectionId)) as string[]
    return row.kind === 'jira-dc' ? [...secrets, row.urlToken] : secrets
  }
}
