import { z } from 'zod'
import { TrackerProtocolError } from '../errors.ts'
import { createKeysetWalk, type WalkPage } from '../keyset-walk.ts'
import { mapConcurrent } from '../map-concurrent.ts'
import { parseTime } from '../timestamp.ts'
import type { Tracker } from '../tracker.ts'
import { convertJira } from './convert.ts'
import { createdOf, type EmbeddedTicket, embeddedTicket, fieldsToRead, withAllChildren } from './raw-ticket.ts'
import { jiraReferences } from './references.ts'
import { changeOf, createdAt, createSightings, type ListedPage, listedIssue } from './sightings.ts'
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

/** Replication between nodes takes up to 15 s; clocks differ a little. */
const searchLagMs = 2 * 60_000
const grainMs = 60_000
/** Data Center 11 on OpenSearch refuses to page beyond this. */
const offsetMax = 10_000

const searchPage = z.object({
  issues: z.array(z.unknown()),
  total: z.number(),
  warningMessages: z.array(z.string()).nullish(),
})

/** Jira Data Center and Server, by REST v2: the classic search, paged by offset inside windows of creation time. */
export function createJiraDc(site: JiraSite): Tracker {
  let fields: readonly string[] = []
  const walk = createKeysetWalk<EmbeddedTicket>({
    read: (from, token) => readPage(site, fields, from, Number(token ?? 0)),
    idOf: (ticket) => ticket.id,
    createdOf,
    grainMs,
  })
  return {
    kind: 'jira-dc',
    test: () => testJira(site),
    readReferences: async () => ({ ...(await readJiraReferences(site)) }),
    // "." is in every user's name, key or e-mail address; the resource needs some text to search for.
    readAccounts: () => readJiraAccounts(site, `${site.api}/user/search`, { username: '.', includeInactive: 'true' }),
    readSprints: () => readJiraSprints(site),
    count: async () => (await search(site, { jql: scopeJql(site.projects, 'created', 0), maxResults: 0 })).total,
    async readPage(references, cursor) {
      fields = fieldsToRead(jiraReferences(references))
      const { rows, next } = await walk(cursor)
      return { tickets: rows.map((row) => convertJira(jiraReferences(references), row.raw)), next }
    },
    readChanged: (since) => readChanged(site, since - searchLagMs),
    readSightings: createSightings((from, token) => searchListed(site, from, Number(token ?? 0)), grainMs),
    readHomes: () => readJiraProjects(site, `${site.api}/project`),
    readWorklogChanges: (since) => readJiraWorklogChanges(site, since),
    async readByIds(references, externalIds) {
      const wanted = fieldsToRead(jiraReferences(references))
      const found = await mapConcurrent(externalIds, 6, (id) => readIssue(site, wanted, id))
      const ours = found.filter((ticket) => ticket !== null).filter((ticket) => isInScope(site.projects, ticket.fields))
      const rows = await withAllChildren(site.client, site.api, ours)
      const shown = new Set(rows.map((row) => row.id))
      return {
        tickets: rows.map((row) => convertJira(jiraReferences(references), row.raw)),
        missing: externalIds.filter((id) => !shown.has(id)),
      }
    },
    convert: (references, raw) => convertJira(jiraReferences(references), raw),
  }
}

async function search(site: JiraSite, body: object): Promise<z.infer<typeof searchPage>> {
  const page = checked(searchPage, await site.client.post(`${site.api}/search`, body), 'a search')
  if (page.warningMessages?.length) site.log.warn({ warnings: page.warningMessages }, 'jira search warns')
  return page
}

async function readPage(
  site: JiraSite,
  fields: readonly string[],
  from: number,
  startAt: number,
): Promise<WalkPage<EmbeddedTicket>> {
  const page = await search(site, {
    jql: `${scopeJql(site.projects, 'created', from)} ORDER BY created ASC, key ASC`,
    startAt,
    maxResults: 100,
    fields,
    expand: ['changelog'],
  })
  const tickets = await mapConcurrent(page.issues.map(embeddedTicket), 4, (t) => withAllHistories(site, fields, t))
  const rows = await withAllChildren(site.client, site.api, tickets)
  return { rows, token: nextOffset(page, { from, startAt, created: rows.map(createdOf), pageSize: 100 }) }
}

/** One page of a census. */
async function searchListed(site: JiraSite, from: number, startAt: number): Promise<ListedPage> {
  const pageSize = 1000
  const page = await search(site, {
    jql: `${scopeJql(site.projects, 'created', from)} ORDER BY created ASC, key ASC`,
    startAt,
    maxResults: pageSize,
    fields: ['created', 'updated', 'archiveddate'],
  })
  const rows = checked(z.array(listedIssue), page.issues, 'a search')
  const token = nextOffset(page, { from, startAt, created: rows.map(createdAt), pageSize })
  return { rows, token, warnings: page.warningMessages ?? [] }
}

interface Window {
  readonly from: number
  readonly startAt: number
  /** When the issues of the page were created; null where unreadable. */
  readonly created: readonly (number | null)[]
  readonly pageSize: number
}

/** The offset at which the search of a window goes on; null at its end. */
function nextOffset(page: z.infer<typeof searchPage>, window: Window): string | null {
  // The server may give fewer rows than asked; the next offset follows what it gave.
  const next = window.startAt + page.issues.length
  if (page.issues.length === 0 || next >= page.total) return null
  // A new search from the last creation time takes over before the limit, unless all of them were created in one minute.
  const last = window.created.reduce<number>((latest, at) => Math.max(latest, at ?? 0), 0)
  const isNewSearchBetter = next + window.pageSize > offsetMax && last >= window.from + grainMs
  return isNewSearchBetter ? null : String(next)
}

/** Search usually embeds all histories; where it held some back, the issue itself may show them. */
async function withAllHistories(
  site: JiraSite,
  fields: readonly string[],
  ticket: EmbeddedTicket,
): Promise<EmbeddedTicket> {
  if (ticket.raw.histories.length >= ticket.raw.historyTotal) return ticket
  const alone = await readIssue(site, fields, ticket.id)
  return alone && alone.raw.histories.length > ticket.raw.histories.length ? alone : ticket
}

/** Null when Jira says that there is no such issue, or none that we may see. */
async function readIssue(site: JiraSite, fields: readonly string[], id: string): Promise<EmbeddedTicket | null> {
  const path = `${site.api}/issue/${encodeURIComponent(id)}`
  try {
    return embeddedTicket(await site.client.get(path, { fields: fields.join(','), expand: 'changelog' }))
  } catch (error) {
    // A proxy's 404 page is no proof that a ticket is gone; Jira's own JSON is.
    const isJiras = error instanceof TrackerProtocolError && error.status === 404 && error.body?.trimStart()[0] === '{'
    if (isJiras) return null
    throw error
  }
}

/**
 * Windows over `updated`, each beginning in the minute where the last page ended, because offsets shift while issues
 * change. Only where one minute holds more than a page (a bulk edit) offsets are followed; that walk is repeated until
 * it brings nothing new.
 */
async function* readChanged(site: JiraSite, since: number): ReturnType<Tracker['readChanged']> {
  const given = new Set<string>()
  const serverTime = await readServerTime(site)
  let place = { from: since, startAt: 0 }
  let repeatFrom: number | null = null
  let freshSinceRepeat = 0
  for (;;) {
    const page = await search(site, {
      jql: `${scopeJql(site.projects, 'updated', place.from)} ORDER BY updated ASC, key ASC`,
      startAt: place.startAt,
      maxResults: Math.min(1000, offsetMax - place.startAt),
      fields: ['updated'],
    })
    const issues = checked(z.array(listedIssue), page.issues, 'a search')
    const fresh = issues.filter((i) => !given.has(`${i.id} ${i.fields?.updated}`))
    for (const issue of fresh) given.add(`${issue.id} ${issue.fields?.updated}`)
    freshSinceRepeat += fresh.length
    if (fresh.length > 0) yield { sightings: fresh.map(changeOf), serverTime }
    const next = place.startAt + issues.length
    if (issues.length === 0 || next >= page.total) {
      if (repeatFrom === null || freshSinceRepeat === 0) break
      place = { from: repeatFrom, startAt: 0 }
      freshSinceRepeat = 0
      continue
    }
    const last = parseTime(issues.at(-1)?.fields?.updated) ?? place.from
    const from = Math.floor(last / grainMs) * grainMs
    if (from > place.from) {
      place = { from, startAt: 0 }
    } else if (next < offsetMax) {
      repeatFrom ??= place.from
      place = { from: place.from, startAt: next }
    } else {
      site.log.warn({ minute: place.from }, 'more changes in one minute than jira shows; the census finds the rest')
      place = { from: place.from + grainMs, startAt: 0 }
    }
  }
  if (given.size === 0) yield { sightings: [], serverTime }
}

async function readServerTime(site: JiraSite): Promise<number> {
  const { headers } = await site.client.answer('GET', `${site.api}/serverInfo`)
  return Date.parse(headers.get('date') ?? '') || Date.now()
}
