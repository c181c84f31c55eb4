import { createHash } from 'node:crypto'
import type { JiraContext } from './context.ts'
import { JiraRefusal } from './errors.ts'
import { type JqlQuery, parseJql } from './jql-parse.ts'
import { type JqlRun, prepareJql } from './jql-run.ts'
import { type IndexedIssue, indexedIssue } from './search-index.ts'
import type { JiraIssueRecord } from './site.ts'

const tokenLifeMs = 7 * 24 * 3_600_000

/** All matches in order, for counting and for pages by offset. */
export function searchAll(context: JiraContext, jql: string, timeZone: string): readonly IndexedIssue[] {
  const query = parseJql(jql)
  const key = listKey(jql, timeZone, query)
  return context.index.list({ key, ...prepareJql(context, query, timeZone) })
}

/** Queries with a time relative to now have no key: their answer changes by itself. */
function listKey(jql: string, timeZone: string, { clauses }: JqlQuery): string | null {
  const relative = clauses.some(({ values }) => values.some(({ text }) => /^[+-]?\d+[wdhm]$/.test(text)))
  return relative ? null : `${timeZone} ${jql}`
}

/**
 * One page by token, as Cloud's enhanced search gives it. The token names the last issue of the page before by its
 * place in the order, so an issue that moved in the order may come twice or not at all, as on the real site.
 */
export function searchPage(
  context: JiraContext,
  request: {
    readonly jql: string
    readonly token: string | undefined
    readonly size: number
    readonly timeZone: string
    /** Ids that are shown as they are now. */
    readonly reconcile: readonly number[]
  },
): { readonly issues: IndexedIssue[]; readonly nextPageToken: string | undefined } {
  const query = parseJql(request.jql)
  if (query.clauses.length === 0)
    throw new JiraRefusal(
      400,
      'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
    )
  const run = prepareJql(context, query, request.timeZone)
  const after = request.token === undefined ? null : readToken(context, request.jql, request.token)
  const indexed = context.index.list({ key: listKey(request.jql, request.timeZone, query), ...run })
  const all = reconciled(context, indexed, run, request.reconcile)
  const start = after === null ? 0 : firstBeyond(all, after, run.compare)
  const issues = all.slice(start, start + request.size)
  const last = issues.at(-1)
  const more = start + issues.length < all.length && last !== undefined
  return { issues, nextPageToken: more ? writeToken(context, request.jql, last, 0) : undefined }
}

/** These ids are shown as they are now, however far the index lags. */
function reconciled({ site }: JiraContext, indexed: readonly IndexedIssue[], run: JqlRun, ids: readonly number[]) {
  if (ids.length === 0) return indexed
  const asked = new Set(ids)
  const live = ids
    .map((id) => site.issues.get(String(id)))
    .filter((record) => record !== undefined && !record.deleted)
    .map((record) => indexedIssue(record as JiraIssueRecord))
  return [...indexed.filter(({ number }) => !asked.has(number)), ...live.filter(run.matches)].sort(run.compare)
}

function firstBeyond(all: readonly IndexedIssue[], after: IndexedIssue, compare: JqlRun['compare']): number {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const issue = all[middle]
    if (issue !== undefined && compare(issue, after) > 0) high = middle
    else low = middle + 1
  }
  return low
}

/** A token that leads to the same place as `token` (`undefined`: the beginning) and yet is another one, if `serial` is. */
export function samePlaceToken(context: JiraContext, jql: string, token: string | undefined, serial: number): string {
  return writeToken(context, jql, token === undefined ? null : readToken(context, jql, token), serial)
}

interface TokenBody {
  readonly serial: number
  readonly query: string
  readonly issuedAt: number
  /** '' leads to the beginning. */
  readonly id: string
  readonly key: string
  readonly createdMs: number
  readonly updatedMs: number
}

function writeToken({ site }: JiraContext, jql: string, last: IndexedIssue | null, serial: number): string {
  const body: TokenBody = {
    query: fingerprint(jql),
    serial,
    issuedAt: site.serverTime(),
    id: last?.record.id ?? '',
    key: last?.record.key ?? '',
    createdMs: last?.createdMs ?? 0,
    updatedMs: last?.updatedMs ?? 0,
  }
  // Plain base64, whose '+', '/' and '=' break clients that put a token into an address without encoding it.
  return Buffer.from(JSON.stringify(body)).toString('base64')
}

function readToken({ site }: JiraContext, jql: string, token: string): IndexedIssue | null {
  let body: TokenBody
  try {
    body = JSON.parse(Buffer.from(token, 'base64').toString('utf8'))
  } catch (cause) {
    throw new JiraRefusal(400, 'The provided next page token is invalid.', { cause })
  }
  if (body.query !== fingerprint(jql) || site.serverTime() - body.issuedAt > tokenLifeMs)
    throw new JiraRefusal(400, 'The provided next page token is invalid or expired.')
  const { id, key, createdMs, updatedMs } = body
  if (id === '') return null
  const fields = site.issues.get(id)?.fields ?? {}
  const record = { id, key, fields, previousKeys: [], histories: [], comments: [], worklogs: [], deleted: false }
  return { record, number: Number(id), createdMs, updatedMs }
}

function fingerprint(jql: string): string {
  return createHash('sha256').update(jql).digest('base64').slice(0, 12)
}
