import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findIssue, type JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'
import { selectFields } from '../field-selection.ts'
import { renderHistory } from '../render-history.ts'
import { liveWorklogs, renderComment, renderIssue, renderWorklog } from '../render-issue.ts'
import type { JiraIssueRecord } from '../site.ts'
import { type JiraQuery, pageBean, queryOf, versionOf } from './request.ts'

type ById = { Params: { idOrKey: string } }

const bulkFetchMax = 100

const bulkFetchSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['issueIdsOrKeys'],
  properties: {
    issueIdsOrKeys: { type: 'array', items: { type: 'string' } },
    fields: { type: 'array', items: { type: 'string' } },
    expand: { type: 'array', items: { type: 'string' } },
    fieldsByKeys: { type: 'boolean' },
    properties: { type: 'array', items: { type: 'string' }, maxItems: 5 },
  },
}

/** One issue with its comments and worklogs: both kinds have these. */
export function issueRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  app.get<ById>(`${prefix}/issue/:idOrKey`, async (request) => {
    const query = queryOf(request)
    const expand = query.all('expand').flatMap((entry) => entry.split(','))
    const view = {
      version: versionOf(request),
      selection: selectFields(query.all('fields'), '*all'),
      changelog: expand.includes('changelog'),
    }
    return renderIssue(context, visibleIssue(context, request.params.idOrKey), view)
  })
  app.get<ById>(`${prefix}/issue/:idOrKey/comment`, async (request) => {
    const issue = visibleIssue(context, request.params.idOrKey)
    const render = (comment: (typeof issue.comments)[number]) =>
      renderComment(context, issue, comment, versionOf(request))
    const { values, ...page } = embedded(
      issue.comments,
      queryOf(request),
      context.site.kind === 'cloud' ? 100 : 1_048_576,
    )
    return { ...page, comments: values.map(render) }
  })
  app.get<ById>(`${prefix}/issue/:idOrKey/worklog`, async (request) => {
    const issue = visibleIssue(context, request.params.idOrKey)
    const { values, ...page } = embedded(liveWorklogs(issue), queryOf(request), 5000)
    return { ...page, worklogs: values.map((worklog) => renderWorklog(context, issue, worklog, versionOf(request))) }
  })
}

/** Cloud only: many issues by id, and one issue's changelog in pages. */
export function cloudIssueRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  app.post<{ Body: { issueIdsOrKeys: string[]; fields?: string[]; expand?: string[] } }>(
    `${prefix}/issue/bulkfetch`,
    { schema: { body: bulkFetchSchema } },
    async (request) => bulkFetch(context, request),
  )
  app.get<ById>(`${prefix}/issue/:idOrKey/changelog`, async (request) => {
    const query = queryOf(request)
    const { histories } = visibleIssue(context, request.params.idOrKey)
    const self = `${context.address()}${request.url}`
    const page = pageBean(histories, query.integer('startAt', 0), Math.min(query.integer('maxResults', 100), 100), self)
    return { ...page, values: page.values.map((history) => renderHistory(context, history)) }
  })
}

/** Ids that do not exist or may not be seen are simply not there: neither among the issues nor among the errors. */
function bulkFetch(
  context: JiraContext,
  request: FastifyRequest<{ Body: { issueIdsOrKeys: string[]; fields?: string[]; expand?: string[] } }>,
) {
  const { issueIdsOrKeys, fields = [], expand = [] } = request.body
  if (issueIdsOrKeys.length === 0 || issueIdsOrKeys.length > bulkFetchMax)
    throw new JiraRefusal(400, `The number of issue ids or keys must be between 1 and ${bulkFetchMax}.`)
  const found = new Map<string, JiraIssueRecord>()
  for (const idOrKey of issueIdsOrKeys) {
    const issue = findIssue(context.site, idOrKey)
    if (issue !== undefined) found.set(issue.id, issue)
  }
  const view = {
    version: versionOf(request),
    selection: selectFields(fields, '*navigable'),
    changelog: expand.includes('changelog'),
  }
  const issues = [...found.values()].sort((left, right) => Number(left.id) - Number(right.id))
  return { expand: 'schema,names', issues: issues.map((issue) => renderIssue(context, issue, view)), issueErrors: [] }
}

function visibleIssue(context: JiraContext, idOrKey: string): JiraIssueRecord {
  const issue = findIssue(context.site, idOrKey)
  if (issue !== undefined) return issue
  throw new JiraRefusal(404, 'Issue does not exist or you do not have permission to see it.')
}

function embedded<T>(list: readonly T[], query: JiraQuery, maxResultsDefault: number) {
  const startAt = query.integer('startAt', 0)
  const maxResults = Math.min(query.integer('maxResults', maxResultsDefault), maxResultsDefault)
  return { startAt, maxResults, total: list.length, values: list.slice(startAt, startAt + maxResults) }
}
