import { checkTrackerAddress } from '@headroom/api'
import { createSealedBox, UserError } from '@headroom/runtime'
import { type Connection, inTransaction, listConnections, removeConnection } from '@headroom/store'
import { createTracker, type TrackerCredentials } from '@headroom/trackers'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { addConnection } from '../connections.ts'
import { isDemo } from '../demo/load-demo.ts'
import type { Headroom } from '../open-headroom.ts'

interface AddOptions {
  readonly kind: string
  readonly url?: string
  readonly email?: string
  readonly token: string
  readonly projects?: string
  readonly teams?: string
  readonly webhookSecret?: string
}

export function addConnectionsCommand(program: Command): void {
  const connections = program.command('connections').description('accounts of trackers that tickets are read from')
  connections
    .command('add <name>')
    .description('try the credentials, keep them encrypted, and ask for a first sync')
    .requiredOption('--kind <kind>', 'jira-cloud, jira-dc or linear')
    .requiredOption(
      '--token <token>',
      'API token (Jira Cloud), personal access token (Data Center) or API key (Linear)',
    )
    .option('--url <url>', 'address of the Jira site')
    .option('--email <email>', 'whose token it is (Jira Cloud)')
    .option('--projects <keys>', 'only these Jira projects, comma-separated')
    .option('--teams <keys>', 'only these Linear teams, comma-separated')
    .option('--webhook-secret <secret>', 'what the tracker signs its webhooks with')
    .action(add)
  connections
    .command('list')
    .description('all connections and how they are')
    .action(async () => {
      const all = await withHeadroom(({ store }) => listConnections(store.db))
      const none = 'Nothing is connected yet. Connect a tracker with: headroom connections add'
      process.stdout.write(`${all.length > 0 ? all.map(describe).join('\n') : none}\n`)
    })
  connections
    .command('test <name>')
    .description('ask the tracker whether it still knows us')
    .action(async (name: string) => {
      const accountName = await withHeadroom(async (headroom) => {
        const connection = await connectionNamed(headroom, name)
        return (await trackerOf(headroom, connection).test()).accountName
      })
      process.stdout.write(`${name} answers; we are ${accountName} there.\n`)
    })
  connections
    .command('remove <name>')
    .description('forget a connection and everything that was read by it')
    .action(async (name: string) => {
      await withHeadroom(async (headroom) => {
        const { id } = await connectionNamed(headroom, name)
        await inTransaction(headroom.store, (tx) => removeConnection(tx, id))
        await headroom.queues.wake('measure', {})
      })
      process.stdout.write(`${name} and its tickets are gone from here; the tracker was not touched.\n`)
    })
}

async function add(name: string, options: AddOptions): Promise<void> {
  const settings = { name, ...settingsFrom(options) }
  const { accountName, served, demo } = await withHeadroom(async (headroom) => {
    const { allowPrivateTrackers: allowPrivate, databaseUrl } = headroom.config
    const baseUrl = await checkTrackerAddress(settings.baseUrl, { allowPrivate })
    const added = await addConnection(headroom, { ...settings, baseUrl })
    const others = await listConnections(headroom.store.db)
    return { ...added, served: headroom.served || databaseUrl !== undefined, demo: others.filter(isDemo) }
  })
  const next = served
    ? 'The server reads its tickets now.'
    : `Read its tickets with: headroom sync --connection "${name}"`
  process.stdout.write(`Connected as ${accountName}. ${next}\n`)
  if (demo.length > 0) {
    const names = demo.map((c) => `"${c.name}"`).join(' and ')
    process.stdout.write(`The demo company counts beside it. To end that: headroom connections remove, for ${names}\n`)
  }
}

function describe({ name, kind, state, lastSyncedAt, problem }: Connection): string {
  const synced = lastSyncedAt ? `last synced ${lastSyncedAt.toISOString()}` : 'never synced'
  return `${name}  ${kind}  ${state}  ${synced}${problem ? `\n  ${problem}` : ''}`
}

function settingsFrom(options: AddOptions) {
  const list = (text: string | undefined) => text?.split(',').map((part) => part.trim())
  const projects = list(options.projects)
  const teams = list(options.teams)
  const scope = { ...(projects ? { projects } : {}), ...(teams ? { teams } : {}) }
  const secret = options.webhookSecret ? { webhookSecret: options.webhookSecret } : {}
  const { kind, token, url } = options
  if (kind === 'linear')
    return {
      kind,
      baseUrl: url ?? 'https://api.linear.app/graphql',
      credentials: { apiKey: token },
      scope,
      ...secret,
    } as const
  if (!url)
    throw new UserError('Jira needs --url, the address of the site, for example https://your-site.atlassian.net')
  if (kind === 'jira-dc') return { kind, baseUrl: url, credentials: { token }, scope, ...secret } as const
  if (kind !== 'jira-cloud') throw new UserError(`There is no kind ${kind}. Choose jira-cloud, jira-dc or linear.`)
  if (!options.email) throw new UserError('Jira Cloud needs --email, the account that the API token belongs to.')
  return { kind, baseUrl: url, credentials: { email: options.email, apiToken: token }, scope, ...secret } as const
}

/** Throws a UserError that names those there are. */
export async function connectionNamed({ store }: Headroom, name: string): Promise<Connection> {
  const connections = await listConnections(store.db)
  const found = connections.find((c) => c.name === name || c.id === name)
  if (found) return found
  const names = connections.map((c) => `"${c.name}"`).join(', ')
  throw new UserError(
    `There is no connection "${name}".${names ? ` There is ${names}.` : ' Add one with: headroom connections add'}`,
  )
}

/** The tracker behind a connection, with its credentials unsealed. */
export function trackerOf({ secretKey }: Headroom, connection: Connection) {
  const sealed = createSealedBox(secretKey, 'tracker-credentials').open(connection.sealedCredentials, connection.id)
  return createTracker({ ...connection, credentials: JSON.parse(sealed) as TrackerCredentials })
}
