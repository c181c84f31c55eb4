import { randomUUID } from 'node:crypto'
import { bases, categories } from '@headroom/domain'
import { reportCsv, reportPage, reportPagePolicy, reportText } from '@headroom/reports'
import { findPublishedReport, insertPublishedReport, inTransaction, writeAudit } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { categorySchema, idParams } from '../common-schemas.ts'
import { generatedBy } from '../pages/report-links.ts'
import { notFound } from '../problem.ts'
import { readReport } from '../report-reading.ts'
import { splitRowSchema } from '../split-view.ts'

const reportQuery = z.strictObject({
  period: z
    .string()
    .optional()
    .meta({ description: '`2026-Q3`, `2026-09`, `2026-W37`; default the last complete quarter' }),
  team: z.string().optional().meta({ description: 'Id or name; default all teams' }),
})

const reportSchema = z
  .object({
    period: splitRowSchema.shape.period,
    generatedAt: z.string().meta({ format: 'date-time' }),
    organisation: z.string(),
    team: z.object({ id: z.string(), name: z.string() }).nullable(),
    total: splitRowSchema,
    previous: splitRowSchema.nullable(),
    teams: z.array(splitRowSchema).readonly(),
    previousTeams: z.array(splitRowSchema).readonly().optional(),
    trend: z.array(splitRowSchema).readonly(),
    otherBases: z.array(z.object({ basis: z.enum(bases), strategicShare: z.number().nullable() })).readonly(),
    workTypes: z.array(z.object({ workType: z.string(), category: z.enum(categories), days: z.number() })).readonly(),
    topTickets: z
      .array(
        z.object({
          key: z.string(),
          title: z.string(),
          url: z.string(),
          category: categorySchema,
          workType: z.string().nullable(),
          decidedBy: z.string(),
          confidence: z.number(),
          days: z.number(),
        }),
      )
      .readonly(),
    dataQuality: z
      .array(
        z.object({
          finding: z.string(),
          count: z.int(),
          what: z.string(),
          movesShare: z.number().nullable(),
          basis: z.enum(['effort', 'points']),
        }),
      )
      .readonly(),
    connections: z.array(z.object({ name: z.string(), state: z.string(), problem: z.string().nullable() })).readonly(),
    method: z.object({ modelVersion: z.string(), ruleSetVersion: z.string(), level: z.number() }),
  })
  .meta({ id: 'LeadershipReport' })

const publishedSchema = z
  .object({
    id: z.uuid(),
    period: z.string(),
    teamId: z.string().nullable(),
    report: reportSchema,
    publishedAt: z.date(),
    publishedBy: z.string(),
  })
  .meta({ id: 'PublishedReport' })

/** An answer that is not JSON alone, for the document. */
function contentOf(description: string, content: Readonly<Record<string, z.ZodType>>) {
  const entries = Object.entries(content).map(([type, schema]) => [type, { schema }])
  return { description, content: Object.fromEntries(entries) as Record<string, { schema: z.ZodType }> }
}

/** `/v1/reports`: the leadership report in every form, and its publication. */
export function reportRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/reports/leadership',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['reports'],
        summary: 'The report as JSON, or as text with Accept: text/plain',
        querystring: reportQuery,
        response: { 200: contentOf('The report', { 'application/json': reportSchema, 'text/plain': z.string() }) },
      },
    },
    async (request, reply) => {
      const report = await readReport(deps, request, request.query)
      reply.header('vary', 'accept')
      return /^text\/plain\b/.test(request.headers.accept ?? '')
        ? reply.type('text/plain; charset=utf-8').send(reportText(report, { width: 100, colour: false }))
        : report
    },
  )
  app.get(
    '/reports/leadership.json',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['reports'],
        summary: 'The report as JSON',
        querystring: reportQuery,
        response: { 200: reportSchema },
      },
    },
    (request) => readReport(deps, request, request.query),
  )
  documentRoutes(app, deps)
  publishRoutes(app, deps)
}

function documentRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/reports/leadership.html',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['reports'],
        summary: 'The report as one page that needs nothing else',
        querystring: reportQuery,
        response: { 200: contentOf('The page', { 'text/html': z.string() }) },
      },
    },
    async (request, reply) => {
      const report = await readReport(deps, request, request.query)
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', reportPagePolicy)
        .send(reportPage(report, { links: {}, generatedBy }))
    },
  )
  app.get(
    '/reports/leadership.csv',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['reports'],
        summary: 'The report’s rows as CSV',
        querystring: reportQuery,
        response: { 200: contentOf('The rows', { 'text/csv': z.string() }) },
      },
    },
    async (request, reply) => {
      const report = await readReport(deps, request, request.query)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="headroom-${report.period.label}.csv"`)
        .send(reportCsv(report))
    },
  )
}

function publishRoutes(app: ApiApp, deps: ApiDeps): void {
  const { store } = deps
  app.post(
    '/reports',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['reports'],
        summary: 'Publish a report: it stays as it is now',
        body: z.strictObject(reportQuery.shape),
        response: { 201: publishedSchema },
      },
    },
    async (request, reply) => {
      const report = await readReport(deps, request, request.body)
      const id = randomUUID()
      const actor = actorOf(request)
      const published = await inTransaction(store, async (tx) => {
        await writeAudit(tx, { actor, action: 'report.publish', target: id, detail: { period: report.period.label } })
        const teamId = report.team?.id ?? null
        return insertPublishedReport(tx, { id, period: report.period.label, teamId, report, publishedBy: actor })
      })
      return reply.code(201).header('location', `/v1/reports/${id}`).send(published)
    },
  )
  app.get(
    '/reports/:id',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['reports'],
        summary: 'A published report',
        params: idParams,
        response: { 200: publishedSchema },
      },
    },
    async (request) => {
      const published = await findPublishedReport(store.db, request.params.id)
      if (!published) throw notFound('published report', request.params.id)
      return published
    },
  )
}
