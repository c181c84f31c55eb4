import {
  type Connection,
  findConnection,
  findWebhookSecrets,
  inTransaction,
  listConnections,
  removeConnection,
  writeAudit,
} from '@headroom/store'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf, hasScope } from '../authentication.ts'
import { idParams } from '../common-schemas.ts'
import { changeConnection, connectTracker } from '../connect-tracker.ts'
import {
  connectionChangesSchema,
  connectionSchema,
  newConnectionSchema,
  toConnectionView,
} from '../connection-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { notFound } from '../problem.ts'
import { wakeStage } from '../wake-stage.ts'

/** `/v1/connections`: the accounts of trackers that tickets come from. */
export function connectionRoutes(app: ApiApp, deps: ApiDeps): void {
  const { store } = deps
  listRoutes(app, deps)
  app.post(
    '/connections',
    {
      config: { scopes: ['admin'] },
      schema: {
        tags: ['connections'],
        summary: 'Connect a tracker; its credentials are tried out first, then everything is read',
        body: newConnectionSchema,
        response: { 201: connectionSchema },
      },
    },
    async (request, reply) => {
      const id = await connectTracker(deps, actorOf(request), request.body)
      return reply
        .code(201)
        .header('location', `/v1/connections/${id}`)
        .send(await view(deps, request, id))
    },
  )
  app.patch(
    '/connections/:id',
    {
      config: { scopes: ['admin'] },
      schema: {
        tags: ['connections'],
        summary: 'Change a connection',
        params: idParams,
        body: connectionChangesSchema,
        response: { 200: connectionSchema },
      },
    },
    async (request) => {
      const before = await existing(deps, request.params.id)
      await changeConnection(deps, actorOf(request), before, request.body)
      return view(deps, request, request.params.id)
    },
  )
  app.delete(
    '/connections/:id',
    {
      config: { scopes: ['admin'] },
      schema: {
        tags: ['connections'],
        summary: 'Remove a connection and everything that came by it',
        params: idParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name, id } = await existing(deps, request.params.id)
      await inTransaction(store, async (tx) => {
        await removeConnection(tx, id)
        await writeAudit(tx, { actor: actorOf(request), action: 'connection.delete', target: id, detail: { name } })
      })
      await wakeStage(deps, 'measure', {})
      return reply.code(204).send(null)
    },
  )
}

function listRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/connections',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['connections'],
        summary: 'All connections, oldest first',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(connectionSchema) },
      },
    },
    async (request) => {
      const page = await readPage<Connection, string>({
        query: request.query,
        place: z.uuid(),
        placeOf: (c) => c.id,
        // They are few, and the order in which they were made never changes.
        read: async (limit, after) => {
          const all = await listConnections(deps.store.db)
          return all.slice(after === null ? 0 : all.findIndex((c) => c.id === after) + 1).slice(0, limit)
        },
      })
      return { ...page, data: await Promise.all(page.data.map((c) => show(deps, request, c))) }
    },
  )
  app.get(
    '/connections/:id',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['connections'],
        summary: 'One connection',
        params: idParams,
        response: { 200: connectionSchema },
      },
    },
    async (request) => view(deps, request, request.params.id),
  )
}

async function existing({ store }: ApiDeps, id: string): Promise<Connection> {
  const connection = await findConnection(store.db, id)
  if (!connection) throw notFound('connection', id)
  return connection
}

async function view(deps: ApiDeps, request: FastifyRequest, id: string) {
  return show(deps, request, await existing(deps, id))
}

/** The token in an address lets events in, so only an administrator sees it. */
async function show(deps: ApiDeps, request: FastifyRequest, connection: Connection) {
  const secrets = hasScope(request, 'admin') ? await findWebhookSecrets(deps.store.db, connection.id) : null
  return toConnectionView(connection, {
    publicUrl: deps.publicUrl,
    urlToken: secrets?.urlToken ?? null,
    now: deps.now(),
  })
}
