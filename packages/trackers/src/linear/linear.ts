import type { Sighting, TrackerAccount } from '@headroom/domain'
import { z } from 'zod'
import { TrackerUnavailableError } from '../errors.ts'
import { createKeysetWalk } from '../keyset-walk.ts'
import { parseTime } from '../timestamp.ts'
import type { Cursor, SightingPage, Tracker } from '../tracker.ts'
import { createLinearRequest, type LinearConnection, type LinearRequest } from './client.ts'
import { convertLinear } from './convert.ts'
import { checked, readAll, readChecked, readPages } from './lists.ts'
import {
  changedQuery,
  cyclesQuery,
  labelsQuery,
  listedQuery,
  projectsQuery,
  statesQuery,
  teamsQuery,
  usersQuery,
  viewerQuery,
} from './queries.ts'
import { cycleToSprint, linearReferences } from './references.ts'
import { connection, type LinearNode } from './schema.ts'
import { createTicketReader, idOf, type TicketReader } from './ticket-reader.ts'

/** Rows committed late carry an earlier time than our last look. */
const commitLagMs = 2 * 60_000

/** Linear, by GraphQL documents of our own: one query for 50 tickets with their history and comments. */
export function createLinear(settings: LinearConnection & { readonly teams: readonly string[] }): Tracker {
  const request = createLinearRequest(settings)
  const reader = createTicketReader(request, settings.log)
  const scope = settings.teams.length > 0 ? [{ team: { key: { in: settings.teams } } }] : []
  const walk = createKeysetWalk<LinearNode>({
    read: (from, after) => reader.readPage({ and: [{ createdAt: { gte: iso(from) } }, ...scope] }, after),
    idOf,
    createdOf: (issue) => parseTime(issue.createdAt),
    grainMs: 1,
  })
  return {
    kind: 'linear',
    async test() {
      const schema = z.object({ viewer: z.object({ name: z.string(), displayName: z.string().nullish() }) })
      const { viewer } = await readChecked(request, schema, viewerQuery, {}, { attempts: 1 })
      return { accountName: viewer.displayName || viewer.name }
    },
    readReferences: () => readReferences(request),
    readAccounts: () => readAccounts(request),
    readSprints: async (references) => Object.values(linearReferences(references).cycles),
    count: async () => {
      const team = z.object({ key: z.string(), issueCount: z.number() })
      const teams = await readAll(request, teamsQuery, 'teams', team)
      const ours = settings.teams.length === 0 ? teams : teams.filter((t) => settings.teams.includes(t.key))
      return ours.reduce((sum, t) => sum + t.issueCount, 0)
    },
    async readPage(references, cursor) {
      const { rows, next } = await walk(cursor)
      return { tickets: rows.map((row) => convertLinear(linearReferences(references), row)), next }
    },
    readChanged: (since) => readChanged(request, scope, since - commitLagMs),
    readSightings: createSightings(request, scope),
    readHomes: async () => (await readAll(request, teamsQuery, 'teams', z.object({ id: z.string() }))).map((t) => t.id),
    // Linear has no worklogs.
    readWorklogChanges: async function* () {},
    async readByIds(references, externalIds) {
      const rows = (await readIds(reader, externalIds)).filter((row) => isInScope(row, settings.teams))
      const shown = new Set(rows.map(idOf))
      return {
        tickets: rows.map((row) => convertLinear(linearReferences(references), row)),
        missing: externalIds.filter((id) => !shown.has(id)),
      }
    },
    convert: (references, raw) => convertLinear(linearReferences(references), raw),
  }
}

async function readIds(reader: TicketReader, ids: readonly string[]): Promise<LinearNode[]> {
  const rows: LinearNode[] = []
  for (let start = 0; start < ids.length; start += 50) {
    rows.push(...(await reader.readByIds(ids.slice(start, start + 50))))
  }
  return rows
}

/** A ticket that left our teams is gone for us; one that does not say its team is judged by the converter. */
function isInScope(issue: LinearNode, teams: readonly string[]): boolean {
  const key = z.object({ key: z.string() }).safeParse(issue.team).data?.key
  return teams.length === 0 || key === undefined || teams.includes(key)
}

async function readReferences(request: LinearRequest): ReturnType<Tracker['readReferences']> {
  const named = { id: z.string(), name: z.string() }
  const label = z.object({ ...named, parent: z.object({ name: z.string() }).nullish() })
  const states = await readAll(request, statesQuery, 'workflowStates', z.object({ ...named, type: z.string() }))
  const users = await readAll(request, usersQuery, 'users', user)
  const labels = await readAll(request, labelsQuery, 'issueLabels', label)
  const cycles = await readAll(request, cyclesQuery, 'cycles', z.unknown())
  const projects = await readAll(request, projectsQuery, 'projects', z.object(named))
  const now = Date.now()
  const sprints = cycles.map((cycle) => cycleToSprint(cycle, now)).filter((sprint) => sprint !== null)
  return {
    states: Object.fromEntries(states.map((s) => [s.id, { name: s.name, type: s.type }])),
    users: Object.fromEntries(users.map((u) => [u.id, u.displayName || u.name])),
    labels: Object.fromEntries(labels.map((l) => [l.id, l.parent ? `${l.parent.name}/${l.name}` : l.name])),
    cycles: Object.fromEntries(sprints.map((s) => [s.id, s])),
    projects: Object.fromEntries(projects.map((p) => [p.id, p.name])),
  }
}

const user = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string().nullish(),
  email: z.string().nullish(),
  active: z.boolean(),
  app: z.boolean().nullish(),
  timezone: z.string().nullish(),
})

async function* readAccounts(request: LinearRequest): AsyncGenerator<readonly TrackerAccount[]> {
  for await (const users of readPages(request, usersQuery, 'users', user)) {
    yield users.map((u) => ({
      accountId: u.id,
      displayName: u.displayName || u.name,
      email: u.email || null,
      kind: u.app ? 'bot' : 'human',
      active: u.active,
      timeZone: u.timezone || null,
    }))
  }
}

const listedNode = z.object({
  id: z.string(),
  updatedAt: z.string(),
  createdAt: z.string().nullish(),
  archivedAt: z.string().nullish(),
  trashed: z.boolean().nullish(),
})
type ListedNode = z.infer<typeof listedNode>
const listedData = z.object({ issues: connection.extend({ nodes: z.array(listedNode) }) })

function sightingOf({ id, updatedAt, archivedAt, trashed }: ListedNode): Sighting {
  return {
    externalId: id,
    updatedAt: parseTime(updatedAt),
    archivedAt: parseTime(archivedAt),
    trashed: trashed === true,
  }
}

/** The census: everything that there is, archived and trashed, 250 a page. */
function createSightings(
  request: LinearRequest,
  scope: readonly object[],
): (cursor: Cursor | null) => Promise<SightingPage> {
  const walk = createKeysetWalk<ListedNode>({
    async read(from, after) {
      const filter = { and: [{ createdAt: { gte: iso(from) } }, ...scope] }
      const { nodes, pageInfo } = (await readChecked(request, listedData, listedQuery, { filter, after })).issues
      return { rows: nodes, token: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null }
    },
    idOf: (node) => node.id,
    createdOf: (node) => parseTime(node.createdAt),
    grainMs: 1,
  })
  return async (cursor) => {
    const { rows, next } = await walk(cursor)
    return { sightings: rows.map(sightingOf), next, warnings: [] }
  }
}

/**
 * Pages by watermark, not by Linear's cursor: the cursor is the last row's id, and when that row is edited meanwhile the
 * walk jumps over others. One bulk edit stamps one millisecond on many rows, so those already seen at the watermark are
 * left out by id. Then the archived ones, because archiving moves `archivedAt` alone.
 */
async function* readChanged(
  request: LinearRequest,
  scope: readonly object[],
  since: number,
): ReturnType<Tracker['readChanged']> {
  let serverTime: number | null = null
  let mark = iso(since)
  let seen: string[] = []
  for (;;) {
    const filter = {
      and: [{ updatedAt: { gte: mark } }, ...(seen.length > 0 ? [{ id: { nin: seen } }] : []), ...scope],
    }
    const answer = await request(changedQuery, { filter })
    serverTime ??= Date.parse(answer.headers.get('date') ?? '') || Date.now()
    const { nodes, pageInfo } = checked(listedData, answer.data).issues
    const fresh = nodes.filter((node) => !seen.includes(node.id))
    yield { sightings: fresh.map(sightingOf), serverTime }
    const last = fresh.at(-1)?.updatedAt
    if (!pageInfo.hasNextPage) break
    // What comes after is not known, so nobody may take the list for complete.
    if (last === undefined)
      throw new TrackerUnavailableError(
        'Linear gives an empty page of changes and says that there are more; it is read again later.',
      )
    const atLast = fresh.filter((node) => node.updatedAt === last).map((node) => node.id)
    seen = last === mark ? [...seen, ...atLast] : atLast
    mark = last
  }
  const filter = { and: [{ archivedAt: { gte: iso(since) } }, ...scope] }
  for await (const nodes of readPages(request, listedQuery, 'issues', listedNode, { filter })) {
    if (nodes.length > 0) yield { sightings: nodes.map(sightingOf), serverTime }
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
