import type { FastifyInstance } from 'fastify'
import { findIssue, type JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'
import { renderAuthor, renderHistoryItem } from '../render-history.ts'
import type { JiraHistory } from '../site.ts'

interface BulkBody {
  readonly issueIdsOrKeys: string[]
  readonly fieldIds?: string[]
  readonly maxResults?: number
  readonly nextPageToken?: string | null
}

const bodySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['issueIdsOrKeys'],
  properties: {
    issueIdsOrKeys: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 1000 },
    fieldIds: { type: 'array', items: { type: 'string' }, maxItems: 10, uniqueItems: true },
    maxResults: { type: 'integer', minimum: 1, maximum: 10_000 },
    nextPageToken: { type: ['string', 'null'] },
  },
}

/** Cloud only: the full histories of many issues, oldest first, in pages that count histories and may cut an issue. */
export function changelogRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  app.post<{ Body: BulkBody }>(`${prefix}/changelog/bulkfetch`, { schema: { body: bodySchema } }, async (request) =>
    answer(context, request.body),
  )
}

interface Row {
  readonly issueId: string
  readonly history: JiraHistory
}

function answer(context: JiraContext, body: BulkBody) {
  const rows = allRows(context, body)
  const size = body.maxResults ?? 1000
  const start = body.nextPageToken ? readToken(body.nextPageToken) : 0
  const end = Math.min(start + size, rows.length)
  // Seen on the real site (JRACLOUD-94906): the same history on two pages.
  const from = context.limits.repeatsHistories && start > 0 ? start - 1 : start
  const byIssue = new Map<string, unknown[]>()
  for (const { issueId, history } of rows.slice(from, end)) {
    const shown = byIssue.get(issueId) ?? []
    shown.push(bulkHistory(context, history))
    byIssue.set(issueId, shown)
  }
  return {
    issueChangeLogs: [...byIssue].map(([issueId, changeHistories]) => ({ issueId, changeHistories })),
    ...(end < rows.length ? { nextPageToken: Buffer.from(`histories+${end}`).toString('base64') } : {}),
  }
}

function allRows(context: JiraContext, { issueIdsOrKeys, fieldIds }: BulkBody): Row[] {
  const issues = new Set(issueIdsOrKeys.map((idOrKey) => findIssue(context.site, idOrKey)))
  const wanted = fieldIds === undefined || fieldIds.length === 0 ? null : new Set(fieldIds)
  const rows: (Row & { readonly at: number })[] = []
  for (const issue of issues) {
    for (const history of issue?.histories ?? []) {
      const asked = wanted === null || history.items.some((item) => wanted.has(item.fieldId ?? item.field))
      if (issue !== undefined && asked) rows.push({ issueId: issue.id, history, at: Date.parse(history.created) })
    }
  }
  return rows.sort((left, right) => left.at - right.at || Number(left.issueId) - Number(right.issueId))
}

/** Here `created` is a number of milliseconds, although the contract says a text. */
function bulkHistory(context: JiraContext, history: JiraHistory) {
  return {
    id: history.id,
    author: renderAuthor(context, history.authorKey),
    created: Date.parse(history.created),
    items: history.items.map((item) => renderHistoryItem(context, item)),
  }
}

function readToken(token: string): number {
  const place = /^histories\+(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'))?.[1]
  if (place === undefined) throw new JiraRefusal(400, 'The provided next page token is invalid.')
  return Number(place)
}
