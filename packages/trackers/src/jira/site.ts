import type { Sprint, TrackerAccount } from '@headroom/domain'
import { z } from 'zod'
import { TrackerProtocolError, TrackerUnauthorizedError } from '../errors.ts'
import { mapConcurrent } from '../map-concurrent.ts'
import type { TrackerLog } from '../tracker.ts'
import type { JiraClient } from './client.ts'
import { type JiraField, type JiraReferences, preferBoardFields, referencesFrom } from './references.ts'
import { parseSprint } from './sprint.ts'

/** What Cloud and Data Center read in the same way. */
export interface JiraSite {
  readonly client: JiraClient
  readonly baseUrl: string
  /** `/rest/api/3` or `/rest/api/2`. */
  readonly api: string
  readonly projects: readonly string[]
  readonly log: TrackerLog
}

/** An answer checked against what we need of it; anything else is not Jira's protocol. */
export function checked<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  throw new TrackerProtocolError(`Jira answered ${what} with something unknown: ${result.error.issues[0]?.message}`, {
    body: JSON.stringify(answer)?.slice(0, 500) ?? null,
  })
}

/**
 * JQL for our part of the site, always bounded, as the enhanced search demands. Times are epoch milliseconds, because
 * date strings mean the time zone of the account's profile; for "since ever" that does not matter.
 */
export function scopeJql(projects: readonly string[], field: 'created' | 'updated', from: number): string {
  const quoted = projects.map((p) => `"${p.replace(/["\\]/g, '\\$&')}"`)
  const since = `${field} >= ${from === 0 ? '"1970-01-01"' : from}`
  return quoted.length > 0 ? `project in (${quoted.join(', ')}) AND ${since}` : since
}

/** True for an issue of our projects (by key, id or name, as JQL would) and for one that does not say its project. */
export function isInScope(projects: readonly string[], fields: unknown): boolean {
  const schema = z.object({ project: z.object({ id: z.coerce.string(), key: z.string(), name: z.string() }) })
  const project = schema.safeParse(fields).data?.project
  if (projects.length === 0 || !project) return true
  const wanted = projects.map((p) => p.toLowerCase())
  return [project.id, project.key, project.name].some((name) => wanted.includes(name.toLowerCase()))
}

/** Tries the sign-in and names the account. */
export async function testJira(site: JiraSite): Promise<{ accountName: string }> {
  const schema = z.object({ displayName: z.string().nullish(), name: z.string().nullish() })
  const me = checked(schema, await site.client.myself(), 'who we are')
  return { accountName: me.displayName ?? me.name ?? 'unnamed account' }
}

/** Fields and statuses. Which field holds the story points the boards say: its name may be translated, or stand on several. */
export async function readJiraReferences(site: JiraSite): Promise<JiraReferences> {
  const [siteUrl, fields, statuses] = await Promise.all([
    readSiteUrl(site),
    site.client.listFields(),
    site.client.listStatus(),
    // Lists may be empty for a token that has expired; who we are may not, also behind a proxy that drops headers.
    site.client.getCurrentUser(),
  ])
  const references = referencesFrom(siteUrl, fields, statuses)
  return preferBoardFields(references, await readBoardFields(site))
}

/** Scoped tokens are used at a gateway whose address opens no ticket. */
async function readSiteUrl(site: JiraSite): Promise<string> {
  const configured = site.baseUrl.replace(/\/+$/, '')
  if (new URL(configured).hostname !== 'api.atlassian.com') return configured
  const info = checked(z.object({ baseUrl: z.string() }), await site.client.getServerInfo(), 'its own address')
  return info.baseUrl.replace(/\/+$/, '')
}

const boardsMax = 50

async function readBoardFields(site: JiraSite): Promise<JiraField[]> {
  const boards = (await readBoards(site)).filter((b) => b.type !== 'kanban').slice(0, boardsMax)
  const schema = z.object({
    estimation: z.object({ field: z.object({ fieldId: z.string(), displayName: z.string() }).nullish() }).nullish(),
  })
  const fields = await mapConcurrent(boards, 4, async (board) => {
    const answer = await optional(site, () => site.client.get(`/rest/agile/1.0/board/${board.id}/configuration`))
    return schema.safeParse(answer).data?.estimation?.field ?? null
  })
  return fields.flatMap((f) => (f?.fieldId.startsWith('customfield_') ? [{ id: f.fieldId, name: f.displayName }] : []))
}

/** All sprints of all boards in scope; several boards show the same sprint. */
export async function readJiraSprints(site: JiraSite): Promise<Sprint[]> {
  const boards = (await readBoards(site)).filter((b) => b.type !== 'kanban')
  const lists = await mapConcurrent(boards, 4, (board) =>
    readPaged(site, `/rest/agile/1.0/board/${board.id}/sprint`, {}),
  )
  const sprints = lists
    .flat()
    .map(parseSprint)
    .filter((s) => s !== null)
  return [...new Map(sprints.map((s) => [s.id, s])).values()]
}

const board = z.object({ id: z.number(), type: z.string().nullish() })

async function readBoards(site: JiraSite): Promise<z.infer<typeof board>[]> {
  const queries = site.projects.length > 0 ? site.projects.map((p) => ({ projectKeyOrId: p })) : [{}]
  const lists = await mapConcurrent(queries, 4, (query) => readPaged(site, '/rest/agile/1.0/board', query))
  const boards = lists.flat().flatMap((entry) => board.safeParse(entry).data ?? [])
  return [...new Map(boards.map((b) => [b.id, b])).values()]
}

const page = z.object({ values: z.array(z.unknown()), isLast: z.boolean().nullish(), total: z.number().nullish() })

async function readPaged(site: JiraSite, path: string, query: Record<string, string>): Promise<unknown[]> {
  const all: unknown[] = []
  for (;;) {
    const answer = await optional(site, () => site.client.get(path, { ...query, startAt: all.length, maxResults: 50 }))
    if (answer === null) return all
    const { values, isLast, total } = checked(page, answer, path)
    all.push(...values)
    if (values.length === 0 || isLast === true || (typeof total === 'number' && all.length >= total)) return all
  }
}

/**
 * Boards, users and the feeds of worklogs are extras: a site without Jira Software (404), a board without sprints (400) or
 * one that is not ours to see (403) has none to give, which is logged and not a failure.
 */
export async function optional(site: JiraSite, read: () => Promise<unknown>): Promise<unknown> {
  try {
    return await read()
  } catch (error) {
    const isRefused = error instanceof TrackerUnauthorizedError && error.status === 403
    const isAbsent = error instanceof TrackerProtocolError && (error.status === 400 || error.status === 404)
    if (!isRefused && !isAbsent) throw error
    site.log.info({ reason: error.message }, 'jira boards, users or worklogs not readable')
    return null
  }
}

/** Ids of the projects that the account sees: a plain list, or pages of one. */
export async function readJiraProjects(site: JiraSite, path: string): Promise<string[]> {
  const project = z.array(z.object({ id: z.coerce.string() }))
  const whole = await site.client.get(path)
  if (Array.isArray(whole)) return checked(project, whole, 'its projects').map((p) => p.id)
  return checked(project, await readPaged(site, path, {}), 'its projects').map((p) => p.id)
}

const account = z.object({
  accountId: z.string().nullish(),
  key: z.string().nullish(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  emailAddress: z.string().nullish(),
  accountType: z.string().nullish(),
  active: z.boolean().nullish(),
  timeZone: z.string().nullish(),
})

/** Pages of users. An account that may not browse users sees none; tickets still carry their ids. */
export async function* readJiraAccounts(
  site: JiraSite,
  path: string,
  query: Record<string, string>,
): AsyncGenerator<readonly TrackerAccount[]> {
  const maxResults = 1000
  for (let startAt = 0; ; startAt += maxResults) {
    const answer = await optional(site, () => site.client.get(path, { ...query, startAt, maxResults }))
    const users = checked(z.array(z.unknown()), answer ?? [], 'its users')
    if (users.length === 0) return
    yield users.flatMap((user) => toAccount(account.safeParse(user).data ?? {}))
  }
}

function toAccount(user: z.infer<typeof account>): TrackerAccount[] {
  const accountId = user.accountId ?? user.key ?? user.name
  if (!accountId) return []
  return [
    {
      accountId,
      displayName: user.displayName ?? user.name ?? accountId,
      email: user.emailAddress || null,
      kind: user.accountType === 'app' ? 'bot' : 'human',
      active: user.active ?? true,
      timeZone: user.timeZone ?? null,
    },
  ]
}
