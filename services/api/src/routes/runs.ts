import { randomUUID } from 'node:crypto'
import {
  findConnection,
  findRun,
  inTransaction,
  listRuns,
  type Run,
  requestRun,
  runSpeed,
  writeAudit,
} from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { idParams } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { notFound } from '../problem.ts'
import { wakeStage } from '../wake-stage.ts'

const runSchema = z
  .object({
    id: z.uuid(),
    connectionId: z.uuid(),
    mode: z.enum(['incremental', 'full']),
    status: z.enum(['queued', 'running', 'succeeded', 'failed', 'partial']),
    expected: z.int().nullable().meta({ description: 'How many tickets the tracker says there are' }),
    ticketsPerSecond: z
      .number()
      .nullable()
      .meta({ description: 'Over the whole run so far; null before the first ticket' }),
    secondsLeft: z.int().nullable().meta({ description: 'At this speed, while it runs; null where nobody can tell' }),
    counts: z.object({
      seen: z.int(),
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      deleted: z.int(),
      failed: z.int(),
    }),
    problems: z.array(z.object({ problem: z.string(), ticket: z.string().optional() })),
    createdAt: z.date(),
    startedAt: z.date().nullable(),
    finishedAt: z.date().nullable(),
  })
  .meta({ id: 'Run' })

/** Runs: reading a connection's tracker, asked for and in their course. */
export function runRoutes(app: ApiApp, deps: ApiDeps): void {
  syncRoute(app, deps)
  app.get(
    '/connections/:id/runs',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['connections'],
        summary: 'Runs of a connection, newest first',
        params: idParams,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(runSchema) },
      },
    },
    async (request) => {
      const connectionId = request.params.id
      if (!(await findConnection(deps.store.db, connectionId))) throw notFound('connection', connectionId)
      const page = await readPage<Run, string>({
        query: { ...request.query, connectionId },
        place: z.uuid(),
        placeOf: (run) => run.id,
        read: (limit, after) =>
          listRuns(deps.store.db, { connectionId, limit, ...(after === null ? {} : { before: after }) }),
      })
      return { ...page, data: page.data.map((run) => toRunView(run, deps.now())) }
    },
  )
  app.get(
    '/runs/:id',
    {
      config: { scopes: ['read'] },
      schema: { tags: ['connections'], summary: 'One run', params: idParams, response: { 200: runSchema } },
    },
    async (request) => {
      const run = await findRun(deps.store.db, request.params.id)
      if (!run) throw notFound('run', request.params.id)
      return toRunView(run, deps.now())
    },
  )
}

function syncRoute(app: ApiApp, { store, queues, log }: ApiDeps): void {
  app.post(
    '/connections/:id/sync',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['connections'],
        summary: 'Read the tracker now; a run that waits already is not doubled',
        params: idParams,
        body: z.strictObject({ mode: z.enum(['incremental', 'full']).default('incremental') }).nullish(),
        response: { 202: z.object({ runId: z.uuid() }) },
      },
    },
    async (request, reply) => {
      const connectionId = request.params.id
      const mode = request.body?.mode ?? 'incremental'
      if (!(await findConnection(store.db, connectionId))) throw notFound('connection', connectionId)
      const runId = await inTransaction(store, async (tx) => {
        const id = await requestRun(tx, { id: randomUUID(), connectionId, mode })
        await writeAudit(tx, {
          actor: actorOf(request),
          action: 'connection.sync',
          target: connectionId,
          detail: { mode },
        })
        return id
      })
      await wakeStage({ queues, log }, 'sync', { runId })
      return reply.code(202).header('location', `/v1/runs/${runId}`).send({ runId })
    },
  )
}

function toRunView({ seen, created, updated, unchanged, deleted, failed, ...run }: Run, now: Date) {
  const counts = { seen, created, updated, unchanged, deleted, failed }
  return { ...run, ...runSpeed({ ...run, seen }, now.getTime()), problems: [...run.problems], counts }
}
