import { z } from 'zod'
import type { WalkPage } from '../keyset-walk.ts'
import { mapConcurrent } from '../map-concurrent.ts'
import type { TrackerLog } from '../tracker.ts'
import { type LinearRequest, QueryTooComplexError } from './client.ts'
import { readChecked } from './lists.ts'
import { commentsQuery, historyQuery, ticketsQuery } from './queries.ts'
import { connection, connectionIn, type LinearNode, linearNode } from './schema.ts'

export interface TicketReader {
  /** A page in order of creation, every ticket with its whole history and all comments. */
  readPage(filter: object, after: string | null): Promise<WalkPage<LinearNode>>
  /** Up to 50 tickets; those that Linear does not show are left out. */
  readByIds(ids: readonly string[]): Promise<LinearNode[]>
}

/** How much one query asks for; see the prices in queries.ts. */
interface Shape {
  readonly first: number
  readonly rows: number
  readonly comments: number
}

const pageShape: Shape = { first: 50, rows: 20, comments: 8 }
/** For tickets with longer histories than a page embeds: a dozen at once, a hundred rows each. */
const longShape: Shape = { first: 12, rows: 100, comments: 40 }

/** A refused query costs a request, and the prices of most change with what is in them. */
const firstPatience = 10
const longestPatience = 640

const ticketsData = z.object({ issues: connection.extend({ nodes: z.array(linearNode) }) })
type TicketsPage = z.infer<typeof ticketsData>['issues']

export function createTicketReader(request: LinearRequest, log: TrackerLog): TicketReader {
  /** How often the query had to be halved. */
  let halvings = 0
  /** Queries that went well since then, and how many of them it takes to dare twice as much: longer after each defeat. */
  let fine = 0
  let patience = firstPatience
  const ask = async (shape: Shape, filter: object, after: string | null): Promise<TicketsPage> => {
    for (;;) {
      try {
        const variables = { ...smaller(shape, halvings), filter, after }
        const { issues } = await readChecked(request, ticketsData, ticketsQuery, variables)
        if (halvings > 0 && ++fine >= patience) {
          halvings--
          fine = 0
        }
        return issues
      } catch (error) {
        if (!(error instanceof QueryTooComplexError) || halvings >= 5) throw error
        halvings++
        fine = 0
        patience = Math.min(2 * patience, longestPatience)
        log.warn({ halvings }, 'linear query halved')
      }
    }
  }
  const readIds = async (shape: Shape, ids: readonly string[]): Promise<LinearNode[]> => {
    const step = smaller(shape, halvings).first
    const rows: LinearNode[] = []
    for (let start = 0; start < ids.length; start += step) {
      const filter = { id: { in: ids.slice(start, start + step) } }
      rows.push(...(await readToEnd((after) => ask(shape, filter, after))))
    }
    return rows
  }
  const complete = async (issues: readonly LinearNode[]): Promise<LinearNode[]> => {
    const long = issues.filter(isCut).map(idOf)
    const fuller = new Map((await readIds(longShape, long)).map((issue) => [idOf(issue), issue]))
    return mapConcurrent(issues, 2, (issue) => withRest(request, fuller.get(idOf(issue)) ?? issue))
  }
  return {
    async readPage(filter, after) {
      const { nodes, pageInfo } = await ask(pageShape, filter, after)
      return { rows: await complete(nodes), token: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null }
    },
    readByIds: async (ids) => complete(await readIds(pageShape, ids)),
  }
}

/** Fewer tickets first; only when one ticket alone is too dear, less of each. */
function smaller(shape: Shape, halvings: number): Shape {
  const factor = 2 ** halvings
  const first = Math.max(1, Math.floor(shape.first / factor))
  const rest = Math.max(1, factor / shape.first)
  return { first, rows: Math.ceil(shape.rows / rest), comments: Math.ceil(shape.comments / rest) }
}

async function readToEnd(read: (after: string | null) => Promise<TicketsPage>): Promise<LinearNode[]> {
  const rows: LinearNode[] = []
  for (let after: string | null = null; ; ) {
    const page: TicketsPage = await read(after)
    rows.push(...page.nodes)
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null
    if (after === null) return rows
  }
}

function isCut(issue: LinearNode): boolean {
  return (['history', 'comments'] as const).some((name) => connectionIn(issue, name)?.pageInfo.hasNextPage)
}

/** The issue's id as Linear says it; '' when it says none. */
export function idOf(issue: LinearNode): string {
  return typeof issue.id === 'string' ? issue.id : ''
}

/** What even the long shape cut off, 250 rows a request. */
async function withRest(request: LinearRequest, issue: LinearNode): Promise<LinearNode> {
  if (!isCut(issue)) return issue
  return {
    ...issue,
    history: await rest(request, historyQuery, 'history', issue),
    comments: await rest(request, commentsQuery, 'comments', issue),
  }
}

async function rest(
  request: LinearRequest,
  query: string,
  name: 'history' | 'comments',
  issue: LinearNode,
): Promise<unknown> {
  const schema = z.object({ issue: z.object({ [name]: connection }) })
  let whole = connectionIn(issue, name)
  while (whole?.pageInfo.hasNextPage && whole.pageInfo.endCursor) {
    const variables = { id: idOf(issue), after: whole.pageInfo.endCursor }
    const next: typeof whole | undefined = (await readChecked(request, schema, query, variables)).issue[name]
    if (!next || next.pageInfo.endCursor === whole.pageInfo.endCursor) break
    whole = { nodes: [...whole.nodes, ...next.nodes], pageInfo: next.pageInfo }
  }
  return whole ?? issue[name]
}
