import { hkdfSync } from 'node:crypto'

/** A key for one purpose from a secret that serves several: knowing one tells nothing about another. */
export function derivedKey(secret: string, purpose: 'cookies' | 'pseudonyms'): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'headroom-api', purpose, 32))
}
