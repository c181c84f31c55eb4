import { createHmac, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { openBackingServices } from '@headroom/backing-services'
import { createLogger, createSealedBox } from '@headroom/runtime'
import { insertConnection, openStore, putWebhookSecrets } from '@headroom/store'
import { startFaultProxy, testDatabase } from '@headroom/testkit'
import { fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerWebhooks } from '../src/index.ts'

const secret = 'what the tracker signs with'
const box = createSealedBox(Buffer.alloc(32, 3).toString('base64'), 'webhook-secrets')
const log = createLogger({ level: 'silent', service: 'webhooks' })
const database = await testDatabase()
const { hostname, port } = new URL(database.url)
/** Stands between the receiver and the database, and may fail. */
const proxy = await startFaultProxy({ host: hostname, port: Number(port) })
const store = openStore({ url: database.url })
const backing = await openBackingServices({
  databaseUrl: Object.assign(new URL(database.url), { hostname: '127.0.0.1', port: String(proxy.port) }).href,
  redisUrl: undefined,
  name: 'webhooks',
  log,
})
const app = fastify()
const jira = randomUUID()
const dataCenter = randomUUID()
const linear = randomUUID()

beforeAll(async () => {
  await registerWebhooks(app, { ...backing, box, log })
  for (const [id, kind] of [
    [jira, 'jira-cloud'],
    [dataCenter, 'jira-dc'],
    [linear, 'linear'],
  ] as const) {
    await insertConnection(store.db, { id, kind, name: kind, baseUrl: 'https://x', sealedCredentials: '', scope: {} })
    const sealedSecrets = box.seal(JSON.stringify([secret, 'the one before']), id)
    await putWebhookSecrets(store.db, { connectionId: id, kind, sealedSecrets, urlToken: `token of ${kind}` })
  }
})
afterAll(async () => {
  await app.close()
  await backing.stop()
  await store.close()
  await proxy.close()
  await database.drop()
})

const hmac = (body: string, key = secret) => createHmac('sha256', key).update(body).digest('hex')

/** A delivery as Jira Cloud sends it. */
async function fromJira(body: string, options: { id?: string; signature?: string; connection?: string } = {}) {
  const { id = randomUUID(), signature = `sha256=${hmac(body)}`, connection = jira } = options
  const { statusCode } = await app.inject({
    method: 'POST',
    url: `/webhooks/jira/${connection}`,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature': signature,
      'x-atlassian-webhook-identifier': id,
    },
    payload: body,
  })
  return { statusCode, id }
}

/** A delivery as Linear sends it. */
async function fromLinear(body: string, id: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'linear-signature': hmac(body), 'linear-delivery': id }
  return (await app.inject({ method: 'POST', url: `/webhooks/linear/${linear}`, headers, payload: body })).statusCode
}

async function inbox(deliveryId: string): Promise<string[]> {
  const { rows } = await store.pool.query<{ body: Buffer }>(`SELECT body FROM webhook_inbox WHERE delivery_id = $1`, [
    deliveryId,
  ])
  return rows.map((row) => row.body.toString())
}

async function inboxSize(): Promise<number> {
  const { rows } = await store.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM webhook_inbox')
  return rows[0]?.n ?? 0
}

const event = JSON.stringify({ webhookEvent: 'jira:issue_updated', issue: { id: '10001', key: 'BOOK-1' } })

test('a signed delivery is answered with 200 once its very bytes are stored', async () => {
  const spaced = `  ${event.replaceAll(':', ' : ')} \n`

  const { statusCode, id } = await fromJira(spaced)

  expect(statusCode).toBe(200)
  expect(await inbox(id)).toEqual([spaced])
})

test('a delivery that comes again is answered with 200 and stored once', async () => {
  const { id } = await fromJira(event)

  const again = await fromJira(event, { id })

  expect(again.statusCode).toBe(200)
  expect(await inbox(id)).toEqual([event])
})

test('the secret of before is still good during a rotation', async () => {
  const { statusCode } = await fromJira(event, { signature: `sha256=${hmac(event, 'the one before')}` })

  expect(statusCode).toBe(200)
})

test('a new secret is good from its first delivery on, whoever was heard with the old one just before', async () => {
  const connection = randomUUID()
  const kind = 'jira-cloud'
  await insertConnection(store.db, {
    id: connection,
    kind,
    name: connection,
    baseUrl: 'https://x',
    sealedCredentials: '',
    scope: {},
  })
  const put = (...secrets: string[]) =>
    putWebhookSecrets(store.db, {
      connectionId: connection,
      kind,
      sealedSecrets: box.seal(JSON.stringify(secrets), connection),
      urlToken: connection,
    })
  const send = (key: string) => fromJira(event, { connection, signature: `sha256=${hmac(event, key)}` })
  await put('first')
  expect((await send('first')).statusCode).toBe(200)
  await put('second', 'first')
  expect((await send('second')).statusCode).toBe(200)
})

test.each([
  ['forged', `sha256=${hmac(event, 'a guess')}`],
  ['for another body', `sha256=${hmac(`${event} `)}`],
  ['by another method', `sha1=${hmac(event)}`],
  ['empty', ''],
])('a delivery whose signature is %s is answered with 401, and nothing is stored', async (_, signature) => {
  const before = await inboxSize()

  const { statusCode } = await fromJira(event, { signature })

  expect(statusCode).toBe(401)
  expect(await inboxSize()).toBe(before)
})

test('the token in the address is no substitute for a signature where the tracker signs', async () => {
  const { statusCode } = await app.inject({
    method: 'POST',
    url: `/webhooks/jira/${jira}?token=${encodeURIComponent('token of jira-cloud')}`,
    headers: { 'content-type': 'application/json' },
    payload: event,
  })

  expect(statusCode).toBe(401)
})

test.each([
  ['token of jira-dc', 200],
  ['a guess', 401],
])('an unsigned delivery of a Data Center with the token %j is answered with %i', async (token, expected) => {
  const { statusCode } = await app.inject({
    method: 'POST',
    url: `/webhooks/jira/${dataCenter}?token=${encodeURIComponent(token)}`,
    headers: { 'content-type': 'application/json' },
    payload: event,
  })

  expect(statusCode).toBe(expected)
})

test('a signed delivery of Linear is stored under the name that Linear gave it', async () => {
  const body = JSON.stringify({ type: 'Issue', action: 'update', data: { id: 'a' }, webhookTimestamp: Date.now() })
  const id = randomUUID()

  const { statusCode } = await app.inject({
    method: 'POST',
    url: `/webhooks/linear/${linear}`,
    headers: { 'content-type': 'application/json', 'linear-signature': hmac(body), 'linear-delivery': id },
    payload: body,
  })

  expect(statusCode).toBe(200)
  expect(await inbox(id)).toEqual([body])
})

test.each([
  ['no such connection', randomUUID()],
  ['an id that is none', 'x'],
  ['the connection of another tracker', linear],
])('%s is answered with 404', async (_, connection) => {
  expect((await fromJira(event, { connection })).statusCode).toBe(404)
})

test('what is well signed is kept, whether or not it can be understood', async () => {
  const { statusCode, id } = await fromJira('not { JSON')

  expect(statusCode).toBe(200)
  expect(await inbox(id)).toEqual(['not { JSON'])
})

test('an empty body is judged by its signature like any other', async () => {
  expect((await fromJira('')).statusCode).toBe(200)
  expect((await fromJira('', { signature: 'sha256=0' })).statusCode).toBe(401)
})

test('without a database the answer is 503, so that the tracker repeats, and the repeat is stored', async () => {
  const id = randomUUID()
  proxy.setUp(false)
  const refused = await fromJira(event, { id })
  proxy.setUp(true)

  const repeated = await fromJira(event, { id })

  expect(refused.statusCode).toBe(503)
  expect(repeated.statusCode).toBe(200)
  expect(await inbox(id)).toEqual([event])
})

test.each([
  ['an event that nobody has heard of', JSON.stringify({ webhookEvent: 'jira:issue_teleported', issue: { id: '1' } })],
  ['an event of nothing', '{}'],
  ['text that is not UTF-8', Buffer.from([0x7b, 0xff, 0xfe]).toString('latin1')],
])('%s is answered with 200 and kept', async (_, body) => {
  const { statusCode, id } = await fromJira(body)

  expect(statusCode).toBe(200)
  expect(await inbox(id)).toEqual([body])
})

test('what Linear signed is kept even when it is no JSON', async () => {
  const id = randomUUID()

  const statusCode = await fromLinear('{"type":', id)

  expect(statusCode).toBe(200)
  expect(await inbox(id)).toEqual(['{"type":'])
})

test("a delivery of an OAuth app's webhook is let in by its token", async () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${base64({ alg: 'HS256' })}.${base64({ exp: Date.now() / 1000 + 60 })}`
  const send = (key: string) =>
    app.inject({
      method: 'POST',
      url: `/webhooks/jira/${jira}`,
      headers: { authorization: `Bearer ${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}` },
      payload: event,
    })

  expect((await send(secret)).statusCode).toBe(200)
  expect((await send('a guess')).statusCode).toBe(401)
})

test('the largest delivery that Jira sends is stored whole, and a larger one is refused', async () => {
  const largest = `{"webhookEvent":"${'x'.repeat(25 * 1024 * 1024 - 19)}"}`

  const { statusCode, id } = await fromJira(largest)

  expect(largest.length).toBe(25 * 1024 * 1024)
  expect(statusCode).toBe(200)
  expect((await inbox(id))[0]?.length).toBe(largest.length)
  expect((await fromJira(`${largest} `)).statusCode).toBe(413)
})

const folder = new URL('../../../../shared/data/webhooks/', import.meta.url)

test.skipIf(!existsSync(folder))('every real delivery is taken in, byte for byte', async () => {
  for (const name of readdirSync(new URL('jira', folder))) {
    const body = readFileSync(new URL(`jira/${name}`, folder), 'utf8')
    const { statusCode, id } = await fromJira(body)
    expect([name, statusCode, await inbox(id)]).toEqual([name, 200, [body]])
  }
  for (const name of readdirSync(new URL('linear', folder))) {
    const recorded = JSON.parse(readFileSync(new URL(`linear/${name}`, folder), 'utf8')) as object
    // They were recorded long ago.
    const body = JSON.stringify({ ...recorded, webhookTimestamp: Date.now() })
    const id = randomUUID()
    expect([name, await fromLinear(body, id), await inbox(id)]).toEqual([name, 200, [body]])
  }
})
