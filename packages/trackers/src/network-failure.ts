import { TrackerProtocolError, TrackerUnavailableError } from './errors.ts'
import { addressRefused } from './outlet.ts'

/**
 * What a rejected `fetch` means to a person. All but a forbidden address is worth repeating: a name that is not known now
 * may be known in a minute, and the connection's state shows the text meanwhile.
 */
export function networkFailure(
  error: unknown,
  host: string,
  timeoutMs: number,
): TrackerUnavailableError | TrackerProtocolError {
  if (codeOf(error) === addressRefused) {
    return new TrackerProtocolError(
      `${host} leads to a private or loopback address; for a tracker in your own network, start with HEADROOM_ALLOW_PRIVATE_TRACKERS=true.`,
      { cause: error },
    )
  }
  return new TrackerUnavailableError(networkMessage(codeOf(error), host, timeoutMs), { cause: error })
}

function networkMessage(code: string, host: string, timeoutMs: number): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The host ${host} is not known; check the address and the DNS.`
  if (code === 'ECONNREFUSED')
    return `${host} refuses the connection; check the address and the port, and that it runs.`
  if (code === 'TimeoutError' || code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return `${host} did not answer within ${Math.round(timeoutMs / 1000)} s.`
  }
  if (/CERT|SELF_SIGNED|VERIFY_LEAF|ALTNAME|SSL|TLS/.test(code)) {
    return `The certificate of ${host} can't be trusted (${code}); install its authority, for example with NODE_EXTRA_CA_CERTS.`
  }
  return `The connection to ${host} broke (${code}).`
}

function codeOf(error: unknown): string {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (e.name === 'TimeoutError') return e.name
    if ('code' in e && typeof e.code === 'string') return e.code
    if (!(e.cause instanceof Error)) return e.message
  }
  return String(error)
}
