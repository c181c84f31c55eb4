import { randomUUID } from 'node:crypto'
import { readRestatableFacts, readRestatement } from '@headroom/measures'
import {
  findPublishedReport,
  insertPublishedReport,
  inTransaction,
  listPublishedReports,
  type PublishedReportRow,
  writeAudit,
} from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { idParams } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { notFound } from '../problem.ts'
import { readReport } from '../report-reading.ts'
import { reportQuery, reportSchema } from '../report-schemas.ts'

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

const part = z.number()
const restatementSchema = z
  .object({
    asKnownThen: z.number().meta({ description: 'The strategic share that was published' }),
    asKnownNow: z.number().meta({ description: 'What it reads now' }),
    change: z.number(),
    parts: z
      .object({
        people: part.meta({ description: 'People decided otherwise about its tickets' }),
        rules: part.meta({ description: 'Rules, or what was inherited' }),
        model: part,
        effort: part.meta({ description: 'The trackers tell of other work in those days' }),
        audits: part.meta({ description: 'Audits correct it otherwise' }),
      })
      .meta({ description: 'They add up to the change' }),
  })
  .meta({ id: 'Restatement' })

/** `/v1/reports`: reports that were published. They stay as they are; what is known later stands beside them. */
export function publishedReportRoutes(app: ApiApp, deps: ApiDeps): void {
  publishRoute(app, deps)
  const { db } = deps.store
  app.get(
    '/reports',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['reports'],
        summary: 'The published reports, the latest first',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(publishedSchema) },
      },
    },
    ({ query }) =>
      readPage<PublishedReportRow, [string, string]>({
        query,
        place: z.tuple([z.iso.datetime(), z.uuid()]),
        placeOf: ({ publishedAt, id }) => [publishedAt.toISOString(), id],
        read: (limit, after) => listPublishedReports(db, { limit, after }),
      }),
  )
  app.get(
    '/reports/:id',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['reports'],
        summary: 'A published report as known then, and how it reads as known now, with the reasons',
        params: idParams,
        response: {
          200: publishedSchema.extend({
            restatement: restatementSchema.nullable().meta({ description: 'Null when either has no tracked effort' }),
          }),
        },
      },
    },
    async ({ params }) => {
      const published = await findPublishedReport(db, params.id)
      if (!published) throw notFound('published report', params.id)
      const { facts: _, ...shown } = published
      return { ...shown, restatement: await readRestatement(db, published, deps.model) }
    },
  )
}

function publishRoute(app: ApiApp, deps: ApiDeps): void {
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
      const teamId = report.team?.id ?? null
      const facts = await readRestatableFacts(store.db, { period: report.period, ...(teamId ? { teamId } : {}) })
      const id = randomUUID()
      const actor = actorOf(request)
      const { facts: _, ...published } = await inTransaction(store, async (tx) => {
        await writeAudit(tx, { actor, action: 'report.publish', target: id, detail: { period: report.period.label } })
        return insertPublishedReport(tx, { id, period: report.period.label, teamId, report, facts, publishedBy: actor })
      })
      return reply.code(201).header('location', `/v1/reports/${id}`).send(published)
    },
  )
}
