import { randomUUID } from 'node:crypto'
import {
  type Connection,
  insertConnection,
  inTransaction,
  listConnections,
  requestRun,
  updateConnection,
  writeAudit,
} from '@headroom/store'
import type { z } from 'zod'
import type { ApiDeps } from './api-deps.ts'
import { type connectionChangesSchema, credentialsByKind, type newConnectionSchema } from './connection-schemas.ts'
import { invalidField, ProblemError } from './problem.ts'
import { checkTrackerAddress } from './tracker-address.ts'
import { tryCredentials } from './try-credentials.ts'
import { wakeStage } from './wake-stage.ts'
import { setWebhookSecret } from './webhook-secret.ts'

type NewConnectionBody = z.infer<typeof newConnectionSchema>
type ConnectionChangesBody = z.infer<typeof connectionChangesSchema>

/** Tries the credentials of a new connection, keeps them sealed and asks for a first run. Answers the connection's id. */
export async function connectTracker(deps: ApiDeps, actor: string, body: NewConnectionBody): Promise<string> {
  const { kind, name, scope = {}, webhookSecret } = body
  if ((await listConnections(deps.store.db)).some((c) => c.name === name)) throw nameTaken(name)
  const baseUrl = await checkTrackerAddress(body.baseUrl, { allowPrivate: deps.allowPrivateTrackers })
  const credentials = await tryCredentials(deps, { kind, baseUrl, credentials: body.credentials, scope })
  const id = randomUUID()
  const sealedCredentials = deps.seal.seal(JSON.stringify(credentials), id)
  const runId = await inTransaction(deps.store, async (tx) => {
    if (!(await insertConnection(tx, { id, kind, name, baseUrl, sealedCredentials, scope }))) throw nameTaken(name)
    await setWebhookSecret(tx, deps.webhookBox, { connectionId: id, kind, secret: webhookSecret ?? null })
    await writeAudit(tx, { actor, action: 'connection.create', target: id, detail: { kind, name } })
    return requestRun(tx, { id: randomUUID(), connectionId: id, mode: 'full' })
  })
  await wakeStage(deps, 'sync', { runId })
  return id
}

/** Changes a connection; new credentials are tried first, and with them or another scope all is read anew. */
export async function changeConnection(
  deps: ApiDeps,
  actor: string,
  before: Connection,
  body: ConnectionChangesBody,
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
  const kept = credentials && (await tryCredentials(deps, { kind, baseUrl, credentials: credentials.data, scope }))
  const sealed = kept && { sealedCredentials: deps.seal.seal(JSON.stringify(kept), id) }
  const runId = await inTransaction(deps.store, async (tx) => {
    await updateConnection(tx, id, { name, baseUrl, scope, ...(sealed ? { ...sealed, problem: null } : {}) })
    if (body.webhookSecret)
      await setWebhookSecret(tx, deps.webhookBox, { connectionId: id, kind, secret: body.webhookSecret })
    const fields = Object.keys(body)
    await writeAudit(tx, { actor, action: 'connection.change', target: id, detail: { fields } })
    if (!credentials && !body.scope) return null
    return requestRun(tx, { id: randomUUID(), connectionId: id, mode: 'full' })
  })
  if (runId) await wakeStage(deps, 'sync', { runId })
}

function nameTaken(name: string): ProblemError {
  const message = `${JSON.stringify(name)} is the name of another connection; choose another one`
  return new ProblemError('name-taken', `name: ${message}`, { errors: [{ field: 'name', message }] })
}
