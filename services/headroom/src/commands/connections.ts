import { checkTrackerAddress } from '@headroom/api'
import { failureLine, UserError } from '@headroom/runtime'
import { type Connection, inTransaction, listConnections, removeConnection } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { addConnection } from '../connections.ts'
import { isDemo } from '../demo/demo-connections.ts'
import { connectionNamed, trackerOf } from '../stored-connections.ts'

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
      const none = 'Nothing is connected yet. Connect a tracker with: npm run headroom -- connections add'
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
    const { allowPrivateTrackers, databaseUrl } = headroom.config
    const baseUrl = await checkedAddress(settings.baseUrl, allowPrivateTrackers)
    const added = await addConnection(headroom, { ...settings, baseUrl })
    const others = await listConnections(headroom.store.db)
    return { ...added, served: headroom.served || databaseUrl !== undefined, demo: others.filter(isDemo) }
  })
  const next = served
    ? 'The server reads its tickets now.'
    : `Read its tickets with: npm run headroom -- sync --connection "${name}"`
  process.stdout.write(`Connected as ${accountName}. ${next}\n`)
  if (demo.length > 0) {
    const names = demo.map((c) => `"${c.name}"`).join(' and ')
    process.stdout.write(
      `The demo company counts beside it. To end that: npm run headroom -- connections remove, for ${names}\n`,
    )
  }
}

/** The same rule as in the API, said in the words of the command line. */
async function checkedAddress(url: string, allowPrivate: boolean): Promise<string> {
  try {
    return await checkTrackerAddress(url, { allowPrivate })
  } catch (cause) {
    const problem = failureLine(cause).replace(/^baseUrl:?/, '--url')
    const hint =
      allowPrivate || !/private|https:/.test(problem)
        ? ''
        : ' For a tracker in your own network, set HEADROOM_ALLOW_PRIVATE_TRACKERS=true.'
    throw new UserError(`${problem.split(';')[0]}.${hint}`, { cause })
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
