import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { invalidField, ProblemError } from './problem.ts'

/** Networks that are not the public internet: IANA's special-purpose registries, RFC 6890. */
const notPublic = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  // Unspecified, loopback and the old IPv4-compatible addresses.
  ['::', 96],
  // Both translate to IPv4 addresses that might be private.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv6')

/** Whether an IP address belongs to the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  // An IPv4 address in IPv6 form is looked up by Node as the IPv4 address that it is.
  return family !== 0 && !notPublic.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Checks the address of a tracker and gives it back in one form. Otherwise throws a {@link ProblemError}: it must be an
 * https address of the public internet, so that nobody reads this server's own network by way of a connection.
 */
export async function checkTrackerAddress(
  baseUrl: string,
  { allowPrivate }: { readonly allowPrivate: boolean },
): Promise<string> {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw invalidField('baseUrl', 'is not an address like https://acme.atlassian.net')
  if (url.username || url.password || url.search || url.hash)
    throw invalidField('baseUrl', 'must not hold a user, a password, a query or a fragment')
  const address = url.href.replace(/\/+$/, '')
  if (allowPrivate) return address
  if (url.protocol !== 'https:') throw invalidField('baseUrl', 'must begin with https://')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await resolve(host)
  if (!addresses.every(isPublicAddress))
    throw invalidField(
      'baseUrl',
      'points to a private or loopback address; to allow that, start with HEADROOM_ALLOW_PRIVATE_TRACKERS=true',
    )
  return address
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch {
    throw new ProblemError('tracker-unreachable', `The host name ${host} is not known; correct baseUrl.`, {
      errors: [{ field: 'baseUrl', message: 'names a host that is not known' }],
    })
  }
}
