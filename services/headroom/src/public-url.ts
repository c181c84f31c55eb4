import type { Config } from '@headroom/runtime'

/** The address under which people and trackers reach this server, without a slash at its end. */
export function publicUrl({ publicUrl: configured, host, port }: Config): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return configured ?? `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
