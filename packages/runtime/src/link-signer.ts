import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Signs what a link in a mail may do, so that it works without signing in and nobody can make one. */
export interface LinkSigner {
  sign(text: string): string
  verify(text: string, signature: string): boolean
}

/** HMAC-SHA-256 under a key derived from the secret key for the links of mails. */
export function createLinkSigner(secretKey: string): LinkSigner {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(secretKey, 'base64'), 'headroom', 'mail-links', 32))
  const mac = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    sign: (text) => mac(text).toString('base64url'),
    verify(text, signature) {
      const given = Buffer.from(signature, 'base64url')
      const right = mac(text)
      return given.length === right.length && timingSafeEqual(given, right)
    },
  }
}
