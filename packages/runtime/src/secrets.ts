import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Something sealed can't be opened: another key sealed it, or it was changed. */
export class SealError extends Error {
  override name = 'SealError'
}

/** Seals texts for one purpose; a box for another purpose can't open them. */
export interface SealedBox {
  /** `context` binds the text to its place (a row's id), so that sealed values can't be swapped between rows. */
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
}

/** AES-256-GCM under a key derived (HKDF-SHA-256) from the secret key for this purpose. */
export function createSealedBox(
  secretKey: string,
  purpose: 'tracker-credentials' | 'webhook-secrets' | 'cookies',
): SealedBox {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(secretKey, 'base64'), 'headroom', purpose, 32))
  return {
    seal(text, context) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, context) {
      try {
        const bytes = Buffer.from(sealed.slice(3), 'base64url')
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(context))
        decipher.setAuthTag(bytes.subarray(12, 28))
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new SealError(
          'A stored secret can not be opened; was HEADROOM_SECRET_KEY changed? Put the old key back, or enter the credentials again.',
          { cause },
        )
      }
    },
  }
}

/** A new 256-bit secret, URL-safe. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
