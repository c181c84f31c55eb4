import { randomUUID } from 'node:crypto'
import { openBackingServices } from '@headroom/backing-services'
import type { TrackerTicket } from '@headroom/domain'
import { createLogger, createSealedBox } from '@headroom/runtime'
import {
  type ApiScope,
  createApiKey,
  findConnectionTest,
  insertConnection,
  inTransaction,
  writeAccounts,
  writeConnectionTestResult,
  writeTickets,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import type { InjectOptions } from 'fastify'
import { type ApiDeps, createApi, createSignInLinks } from '../src/index.ts'

const secretKey = Buffer.alloc(32, 7).toString('base64')
export const day = 86_400_000
export const createdAt = Date.UTC(2026, 6, 1, 9)

/** An API on a database of its own, with real queues and a key for each set of scopes. */
export async function startApi(changes: Partial<ApiDeps> = {}) {
  const database = await testDatabase()
  const log = createLogger({ level: 'silent', service: 'api' })
  const backing = await openBackingServices({ databaseUrl: database.url, redisUrl: undefined, name: 'api', log })
  const { store, queues } = backing
  const publicUrl = 'https://headroom.example.com'
  const now = () => new Date('2026-10-15T12:00:00Z')
  const deps: ApiDeps = {
    ...backing,
    log,
    seal: createSealedBox(secretKey, 'tracker-credentials'),
    webhookBox: createSealedBox(secretKey, 'webhook-secrets'),
    cookieSecret: 'a secret of the tests that is long enough',
    publicUrl,
    model: { version: 'test-model', shareErrorSd: 0.02 },
    now,
    allowPrivateTrackers: true,
    signInLinks: createSignInLinks({ publicUrl, now }),
    ...changes,
  }
  const app = await createApi(deps)
  const keyWith = async (...scopes: ApiScope[]) => createApiKey(store.db, { name: scopes.join(' '), scopes })
  const admin = await keyWith('admin', 'people')
  return {
    app,
    deps,
    store,
    queues,
    keyWith,
    admin,
    /** A request with a key, by default the one that may do everything. */
    async call(
      method: InjectOptions['method'],
      url: string,
      options: { key?: string; body?: object | string; headers?: object } = {},
    ) {
      const { key = admin.key, body, headers } = options
      return app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(body === undefined ? {} : { payload: body }),
      } as InjectOptions)
    },
    async close() {
      await app.close()
      await backing.stop()
      await database.drop()
    },
  }
}

export type ApiUnderTest = Awaited<ReturnType<typeof startApi>>

/** Stands in for the ingest service, which other tests cover: accepts credentials that hold the word `good`. */
export async function answerConnectionTests({ queues, store, deps }: ApiUnderTest): Promise<void> {
  await queues.work('test-connection', async ({ testId }) => {
    const test = await findConnectionTest(store.db, testId)
    if (!test) return
    const isGood = deps.seal.open(test.sealedRequest, test.id).includes('good')
    await writeConnectionTestResult(
      store.db,
      testId,
      isGood
        ? { ok: true, accountName: 'Bot' }
        : { ok: false, code: 'unauthorized', problem: 'The tracker refused the credentials; make a new token.' },
    )
  })
}

/** A stored connection, past the test of its credentials. */
export async function aConnection({ store }: ApiUnderTest, name = 'Jira'): Promise<string> {
  const id = randomUUID()
  await insertConnection(store.db, {
    id,
    kind: 'jira-cloud',
    name,
    baseUrl: 'https://acme.atlassian.net',
    sealedCredentials: 'sealed',
    scope: {},
  })
  return id
}

/** Tickets as a tracker would have shown them. */
export async function storeTickets(
  { store }: ApiUnderTest,
  connectionId: string,
  tickets: readonly TrackerTicket[],
): Promise<void> {
  await inTransaction(store, async (tx) => {
    const ids = [...new Set(tickets.flatMap((t) => (t.assigneeAccountId ? [t.assigneeAccountId] : [])))]
    await writeAccounts(
      tx,
      connectionId,
      ids.map((accountId) => ({
        accountId,
        displayName: `Name of ${accountId}`,
        email: null,
        kind: 'human',
        active: true,
        timeZone: null,
      })),
    )
    await writeTickets(tx, {
      connectionId,
      fetchedAt: createdAt + 60 * day,
      tickets: tickets.map((ticket) => ({ ticket, raw: {} })),
    })
  })
}

export function aTicket(externalId: string, changes: Partial<TrackerTicket> = {}): TrackerTicket {
  return {
    externalId,
    key: `WEB-${externalId}`,
    previousKeys: [],
    url: `https://acme.atlassian.net/browse/WEB-${externalId}`,
    title: `Ticket ${externalId}`,
    description: '',
    type: 'Story',
    isSubtask: false,
    isEpic: false,
    status: { id: '1', name: 'To Do', category: 'todo' },
    project: { id: '10', key: 'WEB', name: 'Web shop' },
    trackerTeam: null,
    parentExternalId: null,
    parentKey: null,
    sprints: [],
    labels: [],
    components: [],
    priority: null,
    estimate: null,
    resolution: null,
    assigneeAccountId: null,
    reporterAccountId: null,
    createdAt,
    updatedAt: createdAt,
    archivedAt: null,
    trashed: false,
    transitions: [],
    activities: [],
    worklogs: [],
    historyComplete: true,
    ...changes,
  }
}
