import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isPublicAddress } from '@headroom/runtime'
import { invalidField, ProblemError } from './problem.ts'

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
