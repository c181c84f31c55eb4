import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

interface ComposeService {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly networks: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly healthcheck?: object
}

const root = path.resolve(import.meta.dirname, '..')
const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')
const compose: { services: Record<string, ComposeService>; networks: Record<string, { internal?: boolean } | null> } =
  parse(text, { merge: true })
const services = Object.entries(compose.services)
const ours = services.filter(([, service]) => service.image === 'headroom:local')
const declared = new Set(
  [...readFileSync(path.join(root, '.env.example'), 'utf8').matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]),
)

/** The services whose environment has a value in which `needle` occurs, or a variable of that name. */
function holders(needle: string): string[] {
  return services
    .filter(([, { environment = {} }]) =>
      Object.entries(environment).some(([name, value]) => name === needle || String(value).includes(`\${${needle}:`)),
    )
    .map(([name]) => name)
    .toSorted()
}

test('every service of the architecture has a container, and every command starts a file that exists', () => {
  const started = ours.map(([, service]) => service.command?.[1] ?? '')

  expect(ours.map(([name]) => name).toSorted()).toEqual([
    'analytics',
    'api',
    'classifier',
    'digest',
    'ingest',
    'migrate',
    'webhooks',
  ])
  expect(started.filter((file) => !existsSync(path.join(root, file)))).toEqual([])
})

test('every variable is declared in .env.example', () => {
  const interpolated = [...text.matchAll(/\$\{([A-Z_]+)[:}]/g)].map((match) => match[1])
  const given = ours.flatMap(([, { environment = {} }]) => Object.keys(environment))

  expect([...interpolated, ...given].filter((name) => !declared.has(name))).toEqual([])
})

test('a secret is given to the services that need it, and to no other', () => {
  expect(holders('HEADROOM_SECRET_KEY')).toEqual(['api', 'digest', 'ingest', 'webhooks'])
  expect(holders('HEADROOM_ADMIN_KEY')).toEqual(['api'])
  expect(holders('SMTP_URL')).toEqual(['digest'])
  expect(holders('MAIL_FROM')).toEqual(['digest'])
  expect(holders('WEBHOOKS_DATABASE_PASSWORD')).toEqual(['webhooks', 'webhooks-role'])
  expect(holders('POSTGRES_PASSWORD')).not.toContain('webhooks')
})

test('only what speaks to the outside has a network that leads there', () => {
  const outside = services.filter(([, { networks }]) => networks.some((name) => !compose.networks[name]?.internal))

  expect(outside.map(([name]) => name).toSorted()).toEqual(['api', 'digest', 'ingest', 'webhooks'])
  expect(
    services
      .filter(([, { ports }]) => ports)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(['api', 'webhooks'])
})

test('our containers run without root, without capabilities, on a file system that they cannot write', () => {
  const hardened = ours.filter(([, s]) => s.user === 'node' && s.read_only === true && s.cap_drop?.[0] === 'ALL')

  expect(hardened).toHaveLength(ours.length)
})

test('services wait for the migrated database and a healthy queue', () => {
  const waiting = ours.filter(([name]) => name !== 'migrate')

  for (const [name, { depends_on }] of waiting) {
    expect(depends_on, name).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
      redis: { condition: 'service_healthy' },
    })
  }
  for (const name of ['postgres', 'redis', 'api', 'webhooks']) {
    expect(compose.services[name]?.healthcheck, name).toBeDefined()
  }
})

test('files mounted into containers exist, and the queue never drops a job for want of memory', () => {
  const mounted = services.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('./')))

  expect(
    mounted.map((volume) => volume.split(':')[0] ?? '').filter((file) => !existsSync(path.join(root, file))),
  ).toEqual([])
  expect(readFileSync(path.join(root, 'infra/redis.conf'), 'utf8')).toMatch(/^maxmemory-policy noeviction$/m)
})
