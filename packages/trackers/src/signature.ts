import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** True when `hex` is the HMAC-SHA256 of the body with one of the secrets; two secrets serve a rotation. */
export function isSignedWith(hex: string, rawBody: Uint8Array, secrets: readonly string[]): boolean {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return false
  const given = Buffer.from(hex, 'hex')
  let found = false
  for (const secret of secrets) {
    if (secret === '') continue
    const expected = createHmac('sha256', secret).update(rawBody).digest()
    found = timingSafeEqual(given, expected) || found
  }
  return found
}

/** True when `token` is one of the secrets; hashing first makes the comparison blind to length and content. */
export function isSecret(token: string, secrets: readonly string[]): boolean {
  const given = createHash('sha256').update(token).digest()
  let found = false
  for (const secret of secrets) {
    if (secret === '') continue
    found = timingSafeEqual(given, createHash('sha256').update(secret).digest()) || found
  }
  return found
}

/** A delivery's name where the tracker gives none: the same body is the same delivery. */
export function bodyDigest(rawBody: Uint8Array): string {
  return `sha256:${createHash('sha256').update(rawBody).digest('hex')}`
}
