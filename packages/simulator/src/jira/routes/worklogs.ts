import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'
import { renderWorklog } from '../render-issue.ts'
import type { JiraWorklog } from '../site.ts'
import { queryOf, versionOf } from './request.ts'

const feedPageMax = 1000
/** The feeds never show the last minute: writes of other nodes may still be on their way. */
const feedBlindMs = 60_000

/** Worklogs of the whole site: the feeds of changed and of deleted ones, and a list by id. */
export function worklogRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  app.get(`${prefix}/worklog/updated`, async (request) =>
    feed(context, request, (worklog) => (worklog.deletedAt === null ? Date.parse(worklog.updated) : null)),
  )
  app.get(`${prefix}/worklog/deleted`, async (request) =>
    feed(context, request, (worklog) => (worklog.deletedAt === null ? null : Date.parse(worklog.deletedAt))),
  )
  app.post<{ Body: { ids: number[] } }>(`${prefix}/worklog/list`, { schema: { body: listSchema } }, async (request) => {
    if (request.body.ids.length > feedPageMax)
      throw new JiraRefusal(400, `At most ${feedPageMax} worklog ids are allowed.`)
    const wanted = new Set(request.body.ids.map(String))
    const found: unknown[] = []
    for (const issue of context.site.issues.values()) {
      if (issue.deleted) continue
      for (const worklog of issue.worklogs)
        if (worklog.deletedAt === null && wanted.has(worklog.id))
          found.push(renderWorklog(context, issue, worklog, versionOf(request)))
    }
    return found
  })
}

const listSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['ids'],
  properties: { ids: { type: 'array', items: { type: 'integer' } } },
}

function feed(context: JiraContext, request: FastifyRequest, changedAt: (worklog: JiraWorklog) => number | null) {
  const since = queryOf(request).integer('since', 0)
  const horizon = context.site.serverTime() - feedBlindMs
  const changes: { worklogId: number; updatedTime: number; properties: [] }[] = []
  for (const issue of context.site.issues.values()) {
    if (issue.deleted) continue
    for (const worklog of issue.worklogs) {
      const updatedTime = changedAt(worklog)
      if (updatedTime !== null && updatedTime >= since && updatedTime <= horizon)
        changes.push({ worklogId: Number(worklog.id), updatedTime, properties: [] })
    }
  }
  changes.sort((left, right) => left.updatedTime - right.updatedTime || left.worklogId - right.worklogId)
  const values = changes.slice(0, feedPageMax)
  const until = values.at(-1)?.updatedTime ?? since
  const lastPage = values.length === changes.length
  const address = `${context.address()}${request.url.split('?')[0]}`
  return {
    values,
    since,
    until,
    self: `${address}?since=${since}`,
    ...(lastPage ? {} : { nextPage: `${address}?since=${until}` }),
    lastPage,
    ...(context.site.kind === 'dc' ? { isLastPage: lastPage } : {}),
  }
}
