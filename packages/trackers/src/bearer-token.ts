import { isSignedWith } from './signature.ts'

/** Jira repeats a delivery up to five times, 15 minutes apart at most, and perhaps with the token of the first attempt. */
const leewaySeconds = 2 * 3600

/**
 * True for an `Authorization: Bearer` header with a JSON Web Token that one of the secrets signed with HMAC-SHA256 and that
 * has not run out. No other algorithm is known here, so none can be talked into. RFC 7515, RFC 7519.
 */
export function isBearerOf(authorization: string | undefined, secrets: readonly string[], nowMs: number): boolean {
  const [, header = '', claims = '', signature = ''] =
    /^(?:Bearer|JWT) ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? '') ?? []
  if (field(decoded(header), 'alg') !== 'HS256') return false
  const hex = Buffer.from(signature, 'base64url').toString('hex')
  if (!isSignedWith(hex, Buffer.from(`${header}.${claims}`), secrets)) return false
  const expires = field(decoded(claims), 'exp')
  return typeof expires === 'number' && nowMs / 1000 <= expires + leewaySeconds
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
