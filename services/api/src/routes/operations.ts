import { stageBacklog } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'

const stateSchema = z.enum(['ok', 'unreachable'])
const readinessSchema = z
  .object({ status: z.enum(['ready', 'not-ready']), checks: z.object({ database: stateSchema, queue: stateSchema }) })
  .meta({ id: 'Readiness' })

const checkWithinMs = 3000

/** What the people and programs that run this server ask; needs no key. */
export function operationRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/healthz',
    {
      schema: {
        tags: ['operations'],
        summary: 'The process is alive',
        security: [],
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/readyz',
    {
      schema: {
        tags: ['operations'],
        summary: 'Requests can be served: database and queue are there',
        security: [],
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const [database, queue] = await Promise.all([
        stateOf(() => deps.store.pool.query('SELECT 1')),
        stateOf(() => deps.queues.ping()),
      ])
      const isReady = database === 'ok' && queue === 'ok'
      return reply
        .code(isReady ? 200 : 503)
        .send({ status: isReady ? ('ready' as const) : ('not-ready' as const), checks: { database, queue } })
    },
  )
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['operations'],
        summary: 'Measures for Prometheus',
        security: [],
        response: { 200: { description: 'Prometheus text format', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const { metrics, store } = deps
      for (const [stage, count] of Object.entries(await stageBacklog(store.db)))
        metrics.stageBacklog.set({ stage }, count)
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    },
  )
}

async function stateOf(check: () => Promise<unknown>): Promise<z.infer<typeof stateSchema>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), checkWithinMs)
  })
  return Promise.race([check(), late])
    .then(
      () => 'ok' as const,
      () => 'unreachable' as const,
    )
    .finally(() => clearTimeout(timer))
}
