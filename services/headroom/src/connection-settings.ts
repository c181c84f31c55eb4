import { UserError } from '@headroom/runtime'
import type { TrackerCredentials, TrackerSettings } from '@headroom/trackers'

/** The options of `connections add`. A secret may be `-`. */
export interface AddOptions {
  readonly kind: string
  readonly url?: string
  readonly email?: string
  readonly token?: string
  readonly clientId?: string
  readonly clientSecret?: string
  readonly refreshToken?: string
  readonly projects?: string
  readonly teams?: string
  readonly webhookSecret?: string
}

type ReadSecret = (given: string, what: string) => Promise<string>

/** What the options say about a tracker. Throws a UserError that names the option that is missing or too much. */
export async function settingsFrom(
  options: AddOptions,
  readSecret: ReadSecret,
): Promise<TrackerSettings & { readonly webhookSecret?: string }> {
  const { kind, url } = options
  if (kind !== 'linear' && kind !== 'jira-cloud' && kind !== 'jira-dc')
    throw new UserError(`There is no kind ${kind}. Choose jira-cloud, jira-dc or linear.`)
  if (kind !== 'linear' && !url)
    throw new UserError('Jira needs --url, the address of the site, for example https://your-site.atlassian.net')
  const credentials = options.clientId
    ? await oauthFrom(kind, options, readSecret)
    : await tokenFrom(kind, options, readSecret)
  const { webhookSecret } = options
  return {
    kind,
    baseUrl: url ?? 'https://api.linear.app/graphql',
    credentials,
    scope: scopeFrom(options),
    ...(webhookSecret ? { webhookSecret: await readSecret(webhookSecret, 'the webhook secret') } : {}),
  }
}

function scopeFrom({ projects, teams }: AddOptions): TrackerSettings['scope'] {
  const list = (text: string) => text.split(',').map((part) => part.trim())
  return { ...(projects ? { projects: list(projects) } : {}), ...(teams ? { teams: list(teams) } : {}) }
}

async function tokenFrom(
  kind: TrackerSettings['kind'],
  { token, email }: AddOptions,
  readSecret: ReadSecret,
): Promise<TrackerCredentials> {
  if (kind === 'jira-cloud' && !email)
    throw new UserError(
      'Jira Cloud needs --email, the account that the API token belongs to, or --client-id for OAuth.',
    )
  if (!token) throw new UserError('--token is missing. Give --token - to enter it where no list of processes shows it.')
  const secret = await readSecret(token, 'the token')
  if (kind === 'linear') return { apiKey: secret }
  return kind === 'jira-cloud' && email ? { email, apiToken: secret } : { token: secret }
}

async function oauthFrom(
  kind: TrackerSettings['kind'],
  { clientId = '', clientSecret, refreshToken, token, email }: AddOptions,
  readSecret: ReadSecret,
): Promise<TrackerCredentials> {
  if (kind === 'jira-dc')
    throw new UserError('Data Center takes a personal access token: --token, without --client-id.')
  if (token || email)
    throw new UserError('--client-id goes with --client-secret and --refresh-token, not with --token or --email.')
  if (!clientSecret) throw new UserError('--client-secret is missing; it belongs to --client-id.')
  if (!refreshToken && kind === 'jira-cloud')
    throw new UserError(
      '--refresh-token is missing: let the app in with the scope offline_access, and give what that returns.',
    )
  const app = { clientId, clientSecret: await readSecret(clientSecret, 'the client secret') }
  return refreshToken ? { ...app, refreshToken: await readSecret(refreshToken, 'the refresh token') } : app
}
