import type { FastifyInstance, FastifyRequest } from 'fastify'
import { removedMessage } from '../../server/app.ts'
import { callerTimeZone } from '../authentication.ts'
import type { JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'
import { asksIdsOnly, selectFields } from '../field-selection.ts'
import { renderIssue } from '../render-issue.ts'
import { samePlaceToken, searchAll, searchPage } from '../search-page.ts'
import { queryOf, versionOf } from './request.ts'

interface SearchBody {
  readonly jql?: string
  readonly fields?: string[]
  readonly expand?: string
  readonly nextPageToken?: string | null
  readonly maxResults?: number
  readonly reconcileIssues?: number[]
}

/** Unlike other endpoints this one takes `expand` as one text, and refuses what it does not know. */
const searchBodySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    jql: { type: 'string' },
    fields: { type: 'array', items: { type: 'string' } },
    expand: { type: 'string' },
    nextPageToken: { type: ['string', 'null'] },
    maxResults: { type: 'integer' },
    reconcileIssues: { type: 'array', items: { type: 'integer' }, maxItems: 50 },
    properties: { type: 'array', items: { type: 'string' }, maxItems: 5 },
    fieldsByKeys: { type: 'boolean' },
  },
}

const countBodySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['jql'],
  properties: { jql: { type: 'string' } },
}

/** Cloud's enhanced search, its count, and what is left of the search that it replaced. */
export function cloudSearchRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  app.post<{ Body: SearchBody }>(`${prefix}/search/jql`, { schema: { body: searchBodySchema } }, async (request) =>
    answer(context, request.body, request),
  )
  app.get(`${prefix}/search/jql`, async (request) => {
    const query = queryOf(request)
    const body = {
      jql: query.text('jql') ?? '',
      fields: query.all('fields'),
      expand: query.all('expand').join(','),
      maxResults: query.integer('maxResults', 50),
      nextPageToken: query.text('nextPageToken') ?? null,
      reconcileIssues: query.all('reconcileIssues').map(Number),
    }
    return answer(context, body, request)
  })
  app.post<{ Body: { jql: string } }>(
    `${prefix}/search/approximate-count`,
    { schema: { body: countBodySchema } },
    async (request) => {
      if (/^\s*(order\s|$)/i.test(request.body.jql))
        throw new JiraRefusal(400, 'Unbounded JQL queries are not allowed here.')
      return { count: searchAll(context, request.body.jql, callerTimeZone(request)).length }
    },
  )
  app.route({
    method: ['GET', 'POST'],
    url: `${prefix}/search`,
    handler: async (_request, reply) => reply.code(410).send({ errorMessages: [removedMessage], errors: {} }),
  })
}

function answer(context: JiraContext, body: SearchBody, request: FastifyRequest) {
  const { limits, site } = context
  const jql = body.jql ?? ''
  const fields = body.fields ?? []
  const expand = (body.expand ?? '').split(',')
  const asked = body.maxResults ?? 50
  if (asked < 0) throw new JiraRefusal(400, "The value for 'maxResults' must not be negative.")
  const pageMax = asksIdsOnly(fields) && !expand.includes('changelog') ? limits.searchIdsMax : limits.searchFieldsMax
  const token = body.nextPageToken || undefined
  const page = searchPage(context, {
    jql,
    token,
    size: Math.min(asked || 50, pageMax),
    timeZone: callerTimeZone(request),
    reconcile: body.reconcileIssues ?? [],
  })
  const view = {
    version: versionOf(request),
    selection: selectFields(fields, 'id'),
    changelog: expand.includes('changelog'),
  }
  if (request.fault?.kind === 'empty-page')
    return { isLast: false, issues: [], nextPageToken: samePlaceToken(context, jql, token, site.serverTime()) }
  const nextPageToken =
    request.fault?.kind === 'repeated-token' ? samePlaceToken(context, jql, token, -1) : page.nextPageToken
  return {
    issues: page.issues.map(({ record }) => renderIssue(context, record, view)),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    isLast: nextPageToken === undefined,
    ...(expand.includes('names') ? { names: Object.fromEntries(site.fields.map(({ id, name }) => [id, name])) } : {}),
    ...(expand.includes('schema')
      ? { schema: Object.fromEntries(site.fields.map(({ id, schema }) => [id, schema])) }
      : {}),
  }
}
