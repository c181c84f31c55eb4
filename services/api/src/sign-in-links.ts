import { newSecret } from '@headroom/runtime'

/** Addresses that sign a browser on this machine in, each once and not for long. Kept in memory: they end with the process. */
export interface SignInLinks {
  /** A new address; whoever opens it first acts as this key. */
  create(apiKeyId: string): string
  /** The key that a token stands for; null when it was used, is too old or was never given out. */
  take(token: string): string | null
}

const validForMs = 60 * 60_000

/** The links of one process, under its public address. */
export function createSignInLinks(options: { readonly publicUrl: string; readonly now: () => Date }): SignInLinks {
  const open = new Map<string, { readonly apiKeyId: string; readonly until: number }>()
  return {
    create(apiKeyId) {
      const token = newSecret()
      open.set(token, { apiKeyId, until: options.now().getTime() + validForMs })
      return `${options.publicUrl}/sign-in?token=${token}`
    },
    take(token) {
      const link = open.get(token)
      open.delete(token)
      return link && options.now().getTime() < link.until ? link.apiKeyId : null
    },
  }
}
