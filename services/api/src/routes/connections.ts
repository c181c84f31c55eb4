import { randomUUID } from 'node:crypto'
import {
  type Connection,
  findConnection,
  findWebhookSecrets,
  insertConnection,
  inTransaction,
  listConnections,
  removeConnection,
  requestRun,
  updateConnection,
  writeAudit,
} from '@headroom/store'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf, hasScope } from '../authentication.ts'
import { idParams } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { invalidField, notFound, ProblemError } from '../problem.ts'
import { checkTrackerAddress } from '../tracker-address.ts'
import { tryCredentials } from '../try-credentials.ts'
import { wakeStage } from '../wake-stage.ts'
import { setWebhookSecret } from '../webhook-secret.ts'
import {
  connectionChangesSchema,
  connectionSchema,
  credentialsByKind,
  newConnectionSchema,
  toConnectionView,
} from './connection-schemas.ts'

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
      const id = await connect(deps, request, request.body)
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
      await change(deps, request, await existing(deps, request.params.id), request.body)
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

async function connect(deps: ApiDeps, request: FastifyRequest, body: z.infer<typeof newConnectionSchema>) {
  const { kind, name, credentials, scope = {}, webhookSecret } = body
  if ((await listConnections(deps.store.db)).some((c) => c.name === name)) throw nameTaken(name)
  const baseUrl = await checkTrackerAddress(body.baseUrl, { allowPrivate: deps.allowPrivateTrackers })
  await tryCredentials(deps, { kind, baseUrl, credentials, scope })
  const id = randomUUID()
  const sealedCredentials = deps.seal.seal(JSON.stringify(credentials), id)
  const runId = await inTransaction(deps.store, async (tx) => {
    if (!(await insertConnection(tx, { id, kind, name, baseUrl, sealedCredentials, scope }))) throw nameTaken(name)
    await setWebhookSecret(tx, deps.webhookBox, { connectionId: id, kind, secret: webhookSecret ?? null })
    await writeAudit(tx, { actor: actorOf(request), action: 'connection.create', target: id, detail: { kind, name } })
    return requestRun(tx, { id: randomUUID(), connectionId: id, mode: 'full' })
  })
  await wakeStage(deps, 'sync', { runId })
  return id
}

async function change(
  deps: ApiDeps,
  request: FastifyRequest,
  before: Connection,
  body: z.infer<typeof connectionChangesSchema>,
): Promise<void> {
  const { id, kind } = before
  const credentials = body.credentials && credentialsByKind[kind].safeParse(body.credentials)
  if (credentials && !credentials.success) throw invalidField('credentials', `are not those of ${kind}`)
  // Else whoever may change a connection could have its credentials sent to a server of their own.
  if (body.baseUrl !== undefined && !credentials) throw invalidField('credentials', 'must be given with a new baseUrl')
  const { name = before.name, scope = before.scope } = body
  if ((await listConnections(deps.store.db)).some((c) => c.name === name && c.id !== id)) throw nameTaken(name)
  const baseUrl = await (body.baseUrl
    ? checkTrackerAddress(body.baseUrl, { allowPrivate: deps.allowPrivateTrackers })
    : before.baseUrl)
  if (credentials) await tryCredentials(deps, { kind, baseUrl, credentials: credentials.data, scope })
  const sealed = credentials && { sealedCredentials: deps.seal.seal(JSON.stringify(credentials.data), id) }
  const runId = await inTransaction(deps.store, async (tx) => {
    await updateConnection(tx, id, { name, baseUrl, scope, ...(sealed ? { ...sealed, problem: null } : {}) })
    if (body.webhookSecret)
      await setWebhookSecret(tx, deps.webhookBox, { connectionId: id, kind, secret: body.webhookSecret })
    const fields = Object.keys(body)
    await writeAudit(tx, { actor: actorOf(request), action: 'connection.change', target: id, detail: { fields } })
    if (!credentials && !body.scope) return null
    return requestRun(tx, { id: randomUUID(), connectionId: id, mode: 'full' })
  })
  if (runId) await wakeStage(deps, 'sync', { runId })
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
  return toConnectionView(connection, deps.publicUrl, secrets?.urlToken ?? null)
}

function nameTaken(name: string): ProblemError {
  const message = `${JSON.stringify(name)} is the name of another connection; choose another one`
  return new ProblemError('name-taken', `name: ${message}`, { errors: [{ field: 'name', message }] })
}
