import type { FastifyInstance } from 'fastify'
import { callerTimeZone } from '../authentication.ts'
import type { JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'
import { selectFields } from '../field-selection.ts'
import { renderIssue } from '../render-issue.ts'
import { searchAll } from '../search-page.ts'
import { queryOf } from './request.ts'

interface SearchBody {
  readonly jql?: string
  readonly startAt?: number
  readonly maxResults?: number
  readonly fields?: string[]
  readonly expand?: string[]
}

const searchBodySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    jql: { type: 'string' },
    startAt: { type: 'integer', minimum: 0 },
    maxResults: { type: 'integer' },
    fields: { type: 'array', items: { type: 'string' } },
    expand: { type: 'array', items: { type: 'string' } },
    validateQuery: { type: ['boolean', 'string'] },
    fieldsByKeys: { type: 'boolean' },
    properties: { type: 'array', items: { type: 'string' } },
  },
}

/** Data Center's search: pages by offset over data that may move between two pages. */
export function dcSearchRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  app.post<{ Body: SearchBody }>(`${prefix}/search`, { schema: { body: searchBodySchema } }, async (request) =>
    answer(context, request.body, callerTimeZone(request)),
  )
  app.get(`${prefix}/search`, async (request) => {
    const query = queryOf(request)
    const body = {
      jql: query.text('jql') ?? '',
      startAt: query.integer('startAt', 0),
      maxResults: query.integer('maxResults', 50),
      fields: query.all('fields'),
      expand: query.all('expand').flatMap((entry) => entry.split(',')),
    }
    return answer(context, body, callerTimeZone(request))
  })
}

/** The search platform's window (OpenSearch): nothing can be read past it by offset. */
const windowMax = 10_000

function answer(context: JiraContext, body: SearchBody, timeZone: string) {
  const { jql = '', startAt = 0, fields = [], expand = [] } = body
  const maxResults = Math.min(body.maxResults ?? 50, context.limits.dcSearchMax)
  if (startAt + maxResults > windowMax)
    throw new JiraRefusal(
      500,
      `Search limit exceeded: the requested window exceeds the platform limit of ${windowMax}.`,
    )
  const found = searchAll(context, jql, timeZone)
  const view = {
    version: 2 as const,
    selection: selectFields(fields, '*navigable'),
    changelog: expand.includes('changelog'),
  }
  return {
    expand: 'schema,names',
    startAt,
    maxResults,
    total: found.length,
    issues: found.slice(startAt, startAt + maxResults).map(({ record }) => renderIssue(context, record, view)),
    ...(expand.includes('names')
      ? { names: Object.fromEntries(context.site.fields.map(({ id, name }) => [id, name])) }
      : {}),
  }
}
