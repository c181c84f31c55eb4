import { reportCsv, reportPage, reportPagePolicy, reportText } from '@headroom/reports'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { generatedBy } from '../pages/report-links.ts'
import { readReport } from '../report-reading.ts'
import { reportQuery, reportSchema } from '../report-schemas.ts'

/** An answer that is not JSON alone, for the document. */
function contentOf(description: string, content: Readonly<Record<string, z.ZodType>>) {
  const entries = Object.entries(content).map(([type, schema]) => [type, { schema }])
  return { description, content: Object.fromEntries(entries) as Record<string, { schema: z.ZodType }> }
}

/** `/v1/reports`: the leadership report in every form, as it reads now. */
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
