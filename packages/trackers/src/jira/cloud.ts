import { z } from 'zod'
import { TrackerUnavailableError } from '../errors.ts'
import { createKeysetWalk, type WalkPage } from '../keyset-walk.ts'
import type { Tracker } from '../tracker.ts'
import { convertJira } from './convert.ts'
import { createdOf, type EmbeddedTicket, embeddedTicket, fieldsToRead, withAllChildren } from './raw-ticket.ts'
import { jiraReferences } from './references.ts'
import type { RawJiraTicket } from './schema.ts'
import { changeOf, createSightings, type ListedIssue, type ListedPage, listedIssue } from './sightings.ts'
import {
  checked,
  isInScope,
  type JiraSite,
  readJiraAccounts,
  readJiraProjects,
  readJiraReferences,
  readJiraSprints,
  scopeJql,
  testJira,
} from './site.ts'
import { readJiraWorklogChanges } from './worklog-changes.ts'

/** The search index lags behind by seconds to minutes; longer lags are the business of a poll with a wider window. */
const searchLagMs = 15 * 60_000

const grainMs = 60_000

const searchPage = z.object({
  issues: z.array(z.unknown()),
  nextPageToken: z.string().nullish(),
  warnings: z.array(z.unknown()).nullish(),
})

/**
 * Jira Cloud. The backfill reads whole issues out of the search itself: one request for 100 tickets, and one more for
 * the changelogs that the search cut off. Ids first and bulkfetch after would be one request more for nothing: what the
 * search index shows late is read again by id, because the poll that follows looks back further than the index lags.
 */
export function createJiraCloud(site: JiraSite): Tracker {
  let fields: readonly string[] = []
  const reader = createReader(site, () => fields)
  const walk = createKeysetWalk<EmbeddedTicket>({
    read: reader.readPage,
    idOf: (ticket) => ticket.id,
    createdOf,
    grainMs,
  })
  return {
    kind: 'jira-cloud',
    test: () => testJira(site),
    readReferences: async () => ({ ...(await readJiraReferences(site)) }),
    readAccounts: () => readJiraAccounts(site, `${site.api}/users/search`, {}),
    readSprints: () => readJiraSprints(site),
    count: async () => {
      const answer = await site.client.post(`${site.api}/search/approximate-count`, {
        jql: scopeJql(site.projects, 'created', 0),
      })
      return checked(z.object({ count: z.number() }), answer, 'a count').count
    },
    async readPage(references, cursor) {
      fields = fieldsToRead(jiraReferences(references))
      const { rows, next } = await walk(cursor)
      return { tickets: rows.map((row) => convertJira(jiraReferences(references), row.raw)), next }
    },
    readChanged: (since) => readChanged(site, since - searchLagMs),
    readSightings: createSightings((from, token) => searchListed(site, from, token), grainMs),
    readHomes: () => readJiraProjects(site, `${site.api}/project/search`),
    readWorklogChanges: (since) => readJiraWorklogChanges(site, since),
    async readByIds(references, externalIds) {
      if (externalIds.length === 0) return { tickets: [], missing: [] }
      fields = fieldsToRead(jiraReferences(references))
      const rows = (await reader.readByIds(externalIds)).filter((row) => isInScope(site.projects, row.fields))
      const shown = new Set(rows.map((row) => row.id))
      return {
        tickets: rows.map((row) => convertJira(jiraReferences(references), row.raw)),
        missing: externalIds.filter((id) => !shown.has(id)),
      }
    },
    convert: (references, raw) => convertJira(jiraReferences(references), raw),
  }
}

function createReader(site: JiraSite, fields: () => readonly string[]) {
  let size = 100
  const search = async (from: number, token: string | null): Promise<WalkPage<EmbeddedTicket>> => {
    const answer = await site.client.post(`${site.api}/search/jql`, {
      jql: `${scopeJql(site.projects, 'created', from)} ORDER BY created ASC, key ASC`,
      fields: fields(),
      expand: 'changelog',
      maxResults: size,
      ...(token === null ? {} : { nextPageToken: token }),
    })
    const page = checked(searchPage, answer, 'a search')
    if (page.warnings?.length) site.log.warn({ warnings: page.warnings }, 'jira search warns')
    return { rows: await complete(site, page.issues), token: page.nextPageToken || null }
  }
  return {
    async readPage(from: number, token: string | null): Promise<WalkPage<EmbeddedTicket>> {
      for (;;) {
        try {
          return await search(from, token)
        } catch (error) {
          // Pages of long changelogs time out at the gateway; smaller ones get through.
          const isTooLarge = error instanceof TrackerUnavailableError && [500, 502, 504].includes(error.status ?? 0)
          if (!isTooLarge || size <= 25) throw error
          size = Math.floor(size / 2)
          site.log.warn({ size }, 'jira page size halved')
        }
      }
    },
    async readByIds(ids: readonly string[]): Promise<EmbeddedTicket[]> {
      const answer = await site.client.post(`${site.api}/issue/bulkfetch`, {
        issueIdsOrKeys: ids,
        fields: fields(),
        expand: ['changelog'],
      })
      return complete(site, checked(z.object({ issues: z.array(z.unknown()) }), answer, 'a read by id').issues)
    },
  }
}

const listedPage = searchPage.extend({ issues: z.array(listedIssue) })

/** One page of a census. Jira gives up to 5000 issues of which little more than the id is asked. */
async function searchListed(site: JiraSite, from: number, token: string | null): Promise<ListedPage> {
  const answer = await site.client.post(`${site.api}/search/jql`, {
    jql: `${scopeJql(site.projects, 'created', from)} ORDER BY created ASC, key ASC`,
    fields: ['created', 'updated', 'archiveddate'],
    maxResults: 1000,
    ...(token === null ? {} : { nextPageToken: token }),
  })
  const page = checked(listedPage, answer, 'a search')
  const rows: readonly ListedIssue[] = page.issues
  return { rows, token: page.nextPageToken || null, warnings: (page.warnings ?? []).map((w) => JSON.stringify(w)) }
}

async function complete(site: JiraSite, issues: readonly unknown[]): Promise<EmbeddedTicket[]> {
  const tickets = issues.map(embeddedTicket)
  const short = tickets.filter((t) => t.raw.histories.length < t.raw.historyTotal).map((t) => t.id)
  const [histories, children] = await Promise.all([
    readHistories(site, short),
    withAllChildren(site.client, site.api, tickets),
  ])
  return children.map((ticket) => {
    const all = histories.get(ticket.id)
    if (!all) return ticket
    const raw: RawJiraTicket = { ...ticket.raw, histories: all }
    return { ...ticket, raw }
  })
}

const changelogPage = z.object({
  issueChangeLogs: z.array(z.object({ issueId: z.coerce.string(), changeHistories: z.array(z.unknown()) })),
  nextPageToken: z.string().nullish(),
})

/** The whole changelogs of up to 1000 issues. A history may come twice; converting removes the doubles. */
async function readHistories(site: JiraSite, ids: readonly string[]): Promise<Map<string, unknown[]>> {
  const found = new Map<string, unknown[]>()
  const used = new Set<string>()
  let token: string | null = null
  while (ids.length > 0) {
    const answer = await site.client.post(`${site.api}/changelog/bulkfetch`, {
      issueIdsOrKeys: ids,
      maxResults: 5000,
      ...(token === null ? {} : { nextPageToken: token }),
    })
    const page: z.infer<typeof changelogPage> = checked(changelogPage, answer, 'changelogs')
    for (const { issueId, changeHistories } of page.issueChangeLogs) {
      found.set(issueId, [...(found.get(issueId) ?? []), ...changeHistories])
    }
    token = page.nextPageToken || null
    if (token === null || used.has(token)) break
    used.add(token)
  }
  return found
}

const changedPage = z.object({ issues: z.array(listedIssue), nextPageToken: z.string().nullish() })

async function* readChanged(site: JiraSite, since: number): ReturnType<Tracker['readChanged']> {
  let token: string | null = null
  let serverTime: number | null = null
  const used = new Set<string>()
  for (;;) {
    const { body, headers } = await site.client.answer('POST', `${site.api}/search/jql`, {
      jql: `${scopeJql(site.projects, 'updated', since)} ORDER BY updated ASC, key ASC`,
      fields: ['updated'],
      maxResults: 1000,
      ...(token === null ? {} : { nextPageToken: token }),
    })
    serverTime ??= Date.parse(headers.get('date') ?? '') || Date.now()
    const page: z.infer<typeof changedPage> = checked(changedPage, body, 'a search')
    if (page.issues.length > 0 || token === null) yield { sightings: page.issues.map(changeOf), serverTime }
    token = page.nextPageToken || null
    if (token === null) return
    // What comes after is not known, so nobody may take the list for complete.
    if (used.has(token))
      throw new TrackerUnavailableError('Jira repeats a page of its list of changes; it is read again later.')
    used.add(token)
  }
}
