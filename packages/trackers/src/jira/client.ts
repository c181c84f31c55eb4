import JiraApi from 'jira-client'
import { type SignIn, signInOf, withSignIn } from '../access-token.ts'
import { TrackerProtocolError } from '../errors.ts'
import { saysNothing } from '../request-gate.ts'
import { type RetryOptions, withRetries } from '../retry.ts'
import type { TrackerConnection } from '../tracker.ts'
import { readJiraRate } from './rate.ts'
import { type JiraAnswer, type JiraRequest, sendJira } from './transport.ts'

export interface JiraClientSettings extends TrackerConnection {
  readonly apiVersion: '2' | '3'
}

/** What we call of the library. Its other methods build URLs or pages in ways that break on real data. */
type LibraryMethods = Pick<JiraApi, 'getCurrentUser' | 'getServerInfo' | 'listFields' | 'listStatus'>

// The types declare `doRequest` private, though overriding it is the only way to keep an error's status and headers.
const Library = JiraApi as unknown as new (options: JiraApi.JiraApiOptions) => LibraryMethods

/**
 * `jira-client` with our transport under it: the library's `doRequest` turns every failure into an Error whose text is
 * the JSON of the body, so 429 and 401 look alike and Retry-After is lost. JQL and tokens always travel in POST bodies,
 * because the library un-encodes query strings.
 */
export class JiraClient extends Library {
  readonly #settings: JiraClientSettings
  readonly #origin: string
  readonly #signIn: SignIn

  constructor(settings: JiraClientSettings) {
    const url = parseBaseUrl(settings.baseUrl)
    const base = url.pathname.replace(/\/+$/, '')
    super({
      protocol: url.protocol.slice(0, -1),
      host: url.hostname,
      ...(url.port ? { port: url.port } : {}),
      base,
      apiVersion: settings.apiVersion,
    })
    this.#settings = settings
    this.#origin = `${url.origin}${base}`
    this.#signIn = jiraSignIn(settings, url)
  }

  /** GET under the site's address; `query` is encoded here. */
  async get(path: string, query: Record<string, string | number> = {}): Promise<unknown> {
    const search = new URLSearchParams(
      Object.entries(query).map(([k, v]): [string, string] => [k, String(v)]),
    ).toString()
    return (await this.answer('GET', search ? `${path}?${search}` : path)).body
  }

  /** POST under the site's address. All our POSTs read. */
  async post(path: string, body: unknown): Promise<unknown> {
    return (await this.answer('POST', path, body)).body
  }

  /** The answer with its headers, after repeats. */
  async answer(method: JiraRequest['method'], path: string, body?: unknown): Promise<JiraAnswer> {
    return this.#send({ method, uri: `${this.#origin}${path}`, body })
  }

  /** Checks the sign-in: one attempt, because a person waits for it. */
  async myself(): Promise<unknown> {
    const uri = `${this.#origin}/rest/api/${this.#settings.apiVersion}/myself`
    return (await this.#send({ method: 'GET', uri }, 1)).body
  }

  /** Every method of the library ends here. */
  async doRequest(options: {
    readonly method?: string
    readonly uri: string
    readonly body?: unknown
  }): Promise<unknown> {
    return (
      await this.#send({ method: options.method === 'POST' ? 'POST' : 'GET', uri: options.uri, body: options.body })
    ).body
  }

  #send(request: Pick<JiraRequest, 'method' | 'uri' | 'body'>, attempts = 4): Promise<JiraAnswer> {
    const { timeoutMs, outlet, gate } = this.#settings
    const retry: RetryOptions = { ...this.#settings, attempts }
    const sendOnce = async (authorization: string) => {
      await gate.enter()
      let said = saysNothing
      const heard = (status: number, headers: Headers) => {
        said = readJiraRate(status, headers)
      }
      try {
        return await sendJira({ ...request, authorization, timeoutMs, outlet, heard })
      } finally {
        gate.leave(said)
      }
    }
    return withRetries(() => withSignIn(this.#signIn, sendOnce), retry)
  }
}

function parseBaseUrl(baseUrl: string): URL {
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    throw new TrackerProtocolError(
      `"${baseUrl}" is not the address of a Jira site; use one like https://your-site.atlassian.net`,
    )
  }
  return new URL(baseUrl)
}

function jiraSignIn({ credentials, accessToken }: JiraClientSettings, url: URL): SignIn {
  if ('email' in credentials) {
    const basic = `Basic ${Buffer.from(`${credentials.email}:${credentials.apiToken}`).toString('base64')}`
    return signInOf(basic)
  }
  if ('token' in credentials) return signInOf(`Bearer ${credentials.token}`)
  if ('apiKey' in credentials || !('refreshToken' in credentials)) {
    throw new TrackerProtocolError(
      'A Jira connection needs an e-mail address and an API token, an OAuth app with a refresh token, or a personal access token.',
    )
  }
  if (url.hostname.endsWith('.atlassian.net')) {
    throw new TrackerProtocolError(
      `OAuth works at Atlassian's gateway only: use https://api.atlassian.com/ex/jira/CLOUD-ID, with the cloudId that ${url.origin}/_edge/tenant_info shows.`,
    )
  }
  return signInOf(accessToken)
}
