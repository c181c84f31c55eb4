import { setWebhookSecret } from '@headroom/api'
import { appSecretOf, registrarOpener } from '@headroom/ingest'
import { createSealedBox, newSecret } from '@headroom/runtime'
import {
  type Connection,
  findWebhookSecrets,
  inTransaction,
  putWebhookRegistration,
  putWebhookSecrets,
} from '@headroom/store'
import type { Headroom } from './open-headroom.ts'
import { publicUrl } from './public-url.ts'
import { trackerAccessOf } from './stored-connections.ts'

export interface WebhookSetupOptions {
  /** A new secret, beside which the one before stays good. */
  readonly rotate: boolean
  /** A secret that the tracker has made up itself; it is only taken over. */
  readonly secret: string | null
}

/**
 * Registers the webhook of a connection at its tracker, and gives the lines that say what was done, or exactly how a
 * person does it where the tracker's API or the account's rights do not allow it.
 */
export async function setUpWebhook(
  headroom: Headroom,
  connection: Connection,
  options: WebhookSetupOptions,
): Promise<string[]> {
  const access = trackerAccessOf(headroom)
  if (options.secret !== null) {
    await storeSecret(headroom, connection, options.secret)
    return [`Deliveries to ${connection.name} are verified with this secret from now on, and with the one before.`]
  }
  const appSecret = connection.kind === 'jira-cloud' ? appSecretOf(access, connection) : null
  const before = await findWebhookSecrets(headroom.store.db, connection.id)
  const known = before && secretsIn(headroom, before.sealedSecrets, connection.id)[0]
  const secret = appSecret ?? (options.rotate ? null : known) ?? newSecret()
  const urlToken = await storeSecret(headroom, connection, secret)
  const url = webhookAddress(headroom, connection, urlToken)
  try {
    const outcome = await registrarOpener(access)(connection).register({ url, secret })
    if (outcome.kind === 'by-hand') return [`Not registered: ${outcome.why}.`, ...stepsByHand(connection, url, secret)]
    const expiresAt = outcome.expiresAt === null ? null : new Date(outcome.expiresAt)
    const { externalIds } = outcome
    await putWebhookRegistration(headroom.store.db, { connectionId: connection.id, externalIds, url, expiresAt })
    const until = expiresAt
      ? ` It ends on ${expiresAt.toISOString().slice(0, 10)}; Headroom refreshes it by itself.`
      : ''
    return [`Registered: events of ${connection.name} come to ${withoutToken(url)}.${until}`, ...reachability(url)]
  } catch (error) {
    // The tracker goes on with the secret of before.
    if (before) await putWebhookSecrets(headroom.store.db, before)
    throw error
  }
}

async function storeSecret(headroom: Headroom, { id, kind }: Connection, secret: string): Promise<string> {
  const box = createSealedBox(headroom.secretKey, 'webhook-secrets')
  return inTransaction(headroom.store, async (tx) => {
    const before = await findWebhookSecrets(tx, id)
    const isKnown = before && secretsIn(headroom, before.sealedSecrets, id)[0] === secret
    if (!isKnown) await setWebhookSecret(tx, box, { connectionId: id, kind, secret })
    return (await findWebhookSecrets(tx, id))?.urlToken ?? ''
  })
}

function secretsIn(headroom: Headroom, sealedSecrets: string, connectionId: string): string[] {
  return JSON.parse(
    createSealedBox(headroom.secretKey, 'webhook-secrets').open(sealedSecrets, connectionId),
  ) as string[]
}

function webhookAddress({ config }: Headroom, { id, kind }: Connection, urlToken: string): string {
  const address = `${publicUrl(config)}/webhooks/${kind === 'linear' ? 'linear' : 'jira'}/${id}`
  return kind === 'jira-dc' ? `${address}?token=${urlToken}` : address
}

function withoutToken(url: string): string {
  return url.replace(/\?token=.*/, '')
}

function reachability(url: string): string[] {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' && hostname !== 'localhost') return []
  return [
    'The tracker must be able to reach that address; set HEADROOM_PUBLIC_URL to the https address of this server.',
  ]
}

const jiraEvents =
  'Issue: created, updated, deleted. Comment, Worklog, Issue link, Sprint: all. Project and User: created, updated, deleted'

function stepsByHand({ kind, name, scope }: Connection, url: string, secret: string): string[] {
  const projects = scope.projects?.map((p) => JSON.stringify(p)).join(', ')
  const jql = projects ? `project in (${projects})` : 'leave it empty'
  const notes = reachability(url)
  if (kind === 'linear') {
    return [
      'An administrator of the workspace does it so:',
      '  1. Linear > Settings > Administration > API > Webhooks > New webhook',
      '  2. Label: Headroom',
      `  3. URL: ${url}`,
      '  4. Data change events: Issues, Issue attachments, Issue labels, Comments, Cycles, Projects, Users, Issue SLA',
      '  5. Team: all public teams (a private team needs a webhook of its own)',
      '  6. Create it, copy the signing secret that Linear shows, and enter it here:',
      `     npm run headroom -- connections webhook ${JSON.stringify(name)} --secret -`,
      ...notes,
    ]
  }
  const isCloud = kind === 'jira-cloud'
  return [
    'An administrator of the site does it so:',
    `  1. ${isCloud ? 'Jira > Settings (the cog) > System > WebHooks' : 'Jira > Administration > System > Advanced > WebHooks'} > Create a WebHook`,
    '  2. Name: Headroom. Status: Enabled',
    `  3. URL: ${url}`,
    isCloud
      ? `  4. Secret: ${secret}`
      : '  4. Secret: leave it empty; the token in the URL proves the sender, so keep it to yourself',
    `  5. JQL: ${jql}`,
    `  6. Events: ${jiraEvents}`,
    '  7. Exclude body: off. Create it',
    ...notes,
  ]
}
