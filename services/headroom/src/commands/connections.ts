import { checkTrackerAddress } from '@headroom/api'
import { failureLine, UserError } from '@headroom/runtime'
import { type Connection, connectionHealth, inTransaction, listConnections, removeConnection } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { type AddOptions, settingsFrom } from '../connection-settings.ts'
import { addConnection } from '../connections.ts'
import { isDemo } from '../demo/demo-connections.ts'
import { secretReader } from '../secret-input.ts'
import { connectionNamed, trackerOf } from '../stored-connections.ts'
import { setUpWebhook } from '../webhook-setup.ts'
import { addConfirmDeletionsCommand } from './confirm-deletions.ts'

export function addConnectionsCommand(program: Command): void {
  const connections = program.command('connections').description('accounts of trackers that tickets are read from')
  connections
    .command('add <name>')
    .description('try the credentials, keep them encrypted, and ask for a first sync')
    .requiredOption('--kind <kind>', 'jira-cloud, jira-dc or linear')
    .option(
      '--token <token>',
      'API token (Jira Cloud), personal access token (Data Center) or API key (Linear); - reads it from the standard input',
    )
    .option(
      '--url <url>',
      'address of the Jira site; for OAuth and scoped tokens https://api.atlassian.com/ex/jira/CLOUD-ID',
    )
    .option('--email <email>', 'whose token it is (Jira Cloud)')
    .option('--client-id <id>', 'OAuth app (Jira Cloud, Linear)')
    .option('--client-secret <secret>', 'of the OAuth app; - reads it from the standard input')
    .option('--refresh-token <token>', 'that letting the OAuth app in has given; - reads it from the standard input')
    .option('--projects <keys>', 'only these Jira projects, comma-separated')
    .option('--teams <keys>', 'only these Linear teams, comma-separated')
    .option('--webhook-secret <secret>', 'what the tracker signs its webhooks with; - reads it from the standard input')
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
    .command('webhook <name>')
    .description('have the tracker tell us at once what changes, or say how a person sets that up')
    .option('--rotate', 'sign with a new secret; the one before stays good beside it')
    .option(
      '--secret <secret>',
      'take over the secret that the tracker has made up; - reads it from the standard input',
    )
    .action(async (name: string, options: { rotate?: true; secret?: string }) => {
      const secret = options.secret === undefined ? null : await secretReader()(options.secret, 'the webhook secret')
      const lines = await withHeadroom(async (headroom) =>
        setUpWebhook(headroom, await connectionNamed(headroom, name), { rotate: options.rotate === true, secret }),
      )
      process.stdout.write(`${lines.join('\n')}\n`)
    })
  addConfirmDeletionsCommand(connections)
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
  const settings = { name, ...(await settingsFrom(options, secretReader())) }
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

function describe(connection: Connection): string {
  const { name, kind, lastSyncedAt } = connection
  const { state, problem } = connectionHealth(connection, Date.now())
  const synced = lastSyncedAt ? `last synced ${lastSyncedAt.toISOString()}` : 'never synced'
  return `${name}  ${kind}  ${state}  ${synced}${problem ? `\n  ${problem}` : ''}`
}
