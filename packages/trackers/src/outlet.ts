import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'

/** Where requests leave by; spread into what `fetch` takes. Empty: Node's own way, to any address. */
export interface Outlet {
  readonly dispatcher?: NonNullable<RequestInit['dispatcher']>
}

/** Code of the error with which an outlet refuses an address. */
export const addressRefused = 'HEADROOM_ADDRESS_REFUSED'

/**
 * An outlet that connects only to addresses that `isAllowed` lets pass. The address is judged at the moment of connecting
 * and that very address is used, so a name that is answered differently later (DNS rebinding) leads nowhere. Make one for
 * a process: it keeps connections.
 */
export function outletTo(isAllowed: (address: string) => boolean): Outlet {
  const connect = buildConnector({ lookup: guardedLookup(isAllowed) })
  const dispatcher = new Agent({
    // A literal address is not looked up.
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '')
      if (isIP(host) && !isAllowed(host)) callback(refusal(host), null)
      else connect(options, callback)
    },
  })
  // Node's own fetch takes the dispatchers of the package that it is made of; only their types are told apart.
  return { dispatcher: dispatcher as unknown as NonNullable<RequestInit['dispatcher']> }
}

function guardedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), '', 0)
      // One private address among public ones is how rebinding begins.
      if (!addresses.every(({ address }) => isAllowed(address))) return callback(refusal(hostname), '', 0)
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }
}

function refusal(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} leads to a private or loopback address`), { code: addressRefused })
}
