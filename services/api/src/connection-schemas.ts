import { type Connection, connectionHealth, connectionStates } from '@headroom/store'
import { z } from 'zod'
import { nameSchema } from './common-schemas.ts'

const kinds = ['jira-cloud', 'jira-dc', 'linear'] as const
const secret = z.string().min(1).max(4000)
const keys = z.array(z.string().trim().min(1).max(200)).max(1000).exactOptional()

const scopeSchema = z
  .strictObject({ projects: keys, teams: keys })
  .meta({ description: 'Keys of the projects or teams to read; absent: all that the credentials may see' })

const oauth = z
  .strictObject({ clientId: secret, clientSecret: secret, refreshToken: secret })
  .meta({ description: 'An OAuth app that was let in; its refresh token is renewed and kept from here on' })

/** What each kind of tracker lets in by. */
export const credentialsByKind = {
  'jira-cloud': z.union([z.strictObject({ email: z.email(), apiToken: secret }), oauth]),
  'jira-dc': z.strictObject({ token: secret }),
  linear: z.union([
    z.strictObject({ apiKey: secret }),
    oauth,
    z
      .strictObject({ clientId: secret, clientSecret: secret })
      .meta({ description: 'An OAuth app that signs in as itself (client credentials)' }),
  ]),
} as const

const common = {
  name: nameSchema,
  scope: scopeSchema.optional(),
  webhookSecret: z
    .string()
    .min(8)
    .max(500)
    .optional()
    .meta({ description: 'What the tracker signs its webhooks with' }),
}

const jiraAddress = z.string().max(500).meta({
  description:
    'The site, with its context path; for OAuth and for scoped API tokens https://api.atlassian.com/ex/jira/CLOUD-ID',
})

/** A new connection. */
export const newConnectionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('jira-cloud'),
    baseUrl: jiraAddress,
    credentials: credentialsByKind['jira-cloud'],
    ...common,
  }),
  z.strictObject({
    kind: z.literal('jira-dc'),
    baseUrl: jiraAddress,
    credentials: credentialsByKind['jira-dc'],
    ...common,
  }),
  z.strictObject({
    kind: z.literal('linear'),
    baseUrl: z.string().max(500).default('https://api.linear.app/graphql'),
    credentials: credentialsByKind.linear,
    ...common,
  }),
])

/** Changes of a connection. Credentials are of the connection's own kind, and go with a new address. */
export const connectionChangesSchema = z.strictObject({
  name: common.name.optional(),
  baseUrl: jiraAddress.optional(),
  credentials: z
    .union([credentialsByKind['jira-cloud'], credentialsByKind['jira-dc'], credentialsByKind.linear])
    .optional(),
  scope: common.scope,
  webhookSecret: common.webhookSecret,
})

const shownKeys = z.array(z.string()).readonly().exactOptional()

/** A connection as it is shown: without its credentials. */
export const connectionSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(kinds),
    name: z.string(),
    baseUrl: z.string(),
    scope: z.object({ projects: shownKeys, teams: shownKeys }),
    webhookUrl: z.string().meta({ description: 'Where the tracker sends its webhooks' }),
    state: z.enum(connectionStates),
    lastSyncedAt: z.date().nullable(),
    problem: z.string().nullable().meta({ description: 'What is wrong and what to do, in one line' }),
    createdAt: z.date(),
  })
  .meta({ id: 'Connection' })

/** The shown form. An old Data Center can't sign its webhooks, so that a token in the address proves them. */
export function toConnectionView(
  connection: Connection,
  { publicUrl, urlToken, now }: { readonly publicUrl: string; readonly urlToken: string | null; readonly now: Date },
) {
  const { id, kind, name, baseUrl, scope, lastSyncedAt, createdAt } = connection
  const { state, problem } = connectionHealth(connection, now.getTime())
  const token = kind === 'jira-dc' && urlToken ? `?token=${urlToken}` : ''
  const webhookUrl = `${publicUrl}/webhooks/${kind === 'linear' ? 'linear' : 'jira'}/${id}${token}`
  return { id, kind, name, baseUrl, scope, webhookUrl, state, lastSyncedAt, problem, createdAt }
}
