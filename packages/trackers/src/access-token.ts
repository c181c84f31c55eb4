import { TrackerUnauthorizedError } from './errors.ts'

/**
 * An OAuth app that somebody let in. Refresh tokens are for one use: each use gives the next one, which has to be kept.
 * Without one (Linear only) the app signs in as itself. The access token is what the last use gave.
 */
export interface OauthCredentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken?: string
  readonly accessToken?: string
  /** Epoch ms. */
  readonly accessTokenExpiresAt?: number
}

/**
 * The access token to use now. With `refused`, the token that the tracker has just refused, it gives another one, or
 * throws {@link TrackerUnauthorizedError} when there is none to be had.
 */
export type AccessToken = (refused?: string) => Promise<string>

/** What goes into the Authorization header, and what to put there once the tracker has refused that. */
export interface SignIn {
  readonly current: () => Promise<string>
  /** Null when there is nothing else to try. */
  readonly after: ((refused: string) => Promise<string>) | null
}

/** A sign-in by a header that stays, or by access tokens that change. */
export function signInOf(by: string | AccessToken): SignIn {
  if (typeof by === 'string') return { current: async () => by, after: null }
  return {
    current: async () => `Bearer ${await by()}`,
    after: async (refused) => `Bearer ${await by(refused.slice('Bearer '.length))}`,
  }
}

/** Sends once; where an access token was refused, once more with the next one. */
export async function withSignIn<T>(signIn: SignIn, send: (authorization: string) => Promise<T>): Promise<T> {
  const authorization = await signIn.current()
  try {
    return await send(authorization)
  } catch (error) {
    // 403 is about permissions, which another token of the same account has not either.
    if (!(error instanceof TrackerUnauthorizedError) || error.status === 403 || !signIn.after) throw error
    return send(await signIn.after(authorization))
  }
}
