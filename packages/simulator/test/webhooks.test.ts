import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LinearWebhookClient } from '@linear/sdk/webhooks'
import { afterEach, describe, expect, it } from 'vitest'
import { jiraSignature, startJiraSimulator, startLinearSimulator } from '../src/index.ts'
import { sampleSite } from './sample-site.ts'
import { sampleWorkspace } from './sample-workspace.ts'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly raw: Buffer
  readonly body: Record<string, unknown>
}

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Answers the statuses in turn, the last one for ever. */
async function receiver(...statuses: number[]) {
  const received: Received[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      received.push({ headers: request.headers, raw, body: JSON.parse(raw.toString('utf8')) })
      response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise((resolve) => server.close(resolve)))
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

async function jira(kind: 'cloud' | 'dc' = 'cloud') {
  const simulator = await startJiraSimulator({ site: sampleSite(kind, 3), webhookRetryDelayMs: 1 })
  cleanups.push(() => simulator.stop())
  return simulator
}

async function linear() {
  const simulator = await startLinearSimulator({ workspace: sampleWorkspace(3), webhookRetryDelayMs: 1 })
  cleanups.push(() => simulator.stop())
  return simulator
}

const authorization = `Basic ${Buffer.from('headroom@example.invalid:simulated-api-token').toString('base64')}`

describe("Jira's webhooks", () => {
  it('are signed as the official vector says', () => {
    expect(jiraSignature("It's a Secret to Everybody", 'Hello World!')).toBe(
      'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    )
  })

  it('tell of a change with the shapes of version 2, the changelog and a signature over the bytes', async () => {
    const { url, flush, editIssue } = await jira()
    const { received, url: hook } = await receiver(200)
    const registration = {
      name: 'sync',
      url: hook,
      events: ['jira:issue_updated'],
      secret: 'secret',
      filters: {},
      excludeBody: false,
    }
    const registered = await fetch(`${url}/rest/webhooks/1.0/webhook`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(registration),
    })

    editIssue('PAY-1', { status: 'Done', assignee: 'user-bob' }, 'user-ada')
    await flush()

    const [delivery] = received
    expect(await registered.json()).toMatchObject({ isSigned: true, url: hook })
    expect(delivery!.headers['x-hub-signature']).toBe(jiraSignature('secret', delivery!.raw.toString('utf8')))
    expect(delivery!.headers['x-atlassian-webhook-identifier']).toMatch(/^[0-9a-f]{48}$/)
    expect(delivery!.headers['x-atlassian-webhook-retry']).toBeUndefined()
    expect(delivery!.body).toMatchObject({
      webhookEvent: 'jira:issue_updated',
      issue_event_type_name: 'issue_generic',
      user: { accountId: 'user-ada' },
      issue: {
        key: 'PAY-1',
        fields: { description: expect.stringContaining('h2. Why'), resolution: { name: 'Done' } },
      },
      changelog: {
        items: [{ field: 'status', to: '5' }, { field: 'resolution' }, { field: 'assignee', to: 'user-bob' }],
      },
    })
  })

  it('repeat the same bytes under one identifier until confirmed, but not after a refusal', async () => {
    const { flush, editIssue, webhooks } = await jira()
    const unsure = await receiver(503, 429, 200)
    const refusing = await receiver(404)
    webhooks.webhooks.push({ id: 'a', url: unsure.url, secret: null }, { id: 'b', url: refusing.url, secret: null })

    editIssue('PAY-1', { summary: 'New' })
    await flush()

    expect(unsure.received.map(({ headers }) => headers['x-atlassian-webhook-retry'])).toEqual([undefined, '1', '2'])
    expect(new Set(unsure.received.map(({ headers }) => headers['x-atlassian-webhook-identifier'])).size).toBe(1)
    expect(new Set(unsure.received.map(({ raw }) => raw.toString('hex'))).size).toBe(1)
    expect(refusing.received).toHaveLength(1)
  })

  it('give up after five repeats, also when nobody listens', async () => {
    const { flush, deleteIssue, webhooks } = await jira()
    webhooks.webhooks.push({ id: 'a', url: 'http://127.0.0.1:1/hook', secret: null })

    deleteIssue('PAY-1')
    await flush()

    expect(webhooks.deliveries.map(({ statuses }) => statuses)).toEqual([[null, null, null, null, null, null]])
  })

  it('can be doubled, lost and held back', async () => {
    const { flush, editIssue, webhooks } = await jira('dc')
    const { received, url } = await receiver(200)
    webhooks.webhooks.push({ id: 'a', url, secret: null })

    for (const fault of ['held', 'lost', 'duplicated'] as const) {
      webhooks.nextDelivery(fault)
      editIssue('PAY-1', { summary: fault })
      if (fault === 'duplicated') continue
      expect(received).toHaveLength(0)
    }
    await flush()

    expect(
      received.map(({ body }) => (body as { issue: { fields: { summary: string } } }).issue.fields.summary).sort(),
    ).toEqual(['duplicated', 'duplicated', 'held'])
  })

  it('also tell of edits that another process asks for, which must name what exists', async () => {
    const { url, flush, site } = await jira()
    const { received, url: hook } = await receiver(200)
    const post = (path: string, body: object) =>
      fetch(`${url}/__simulator/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })

    await post('webhooks', { url: hook, secret: 'secret' })
    const edited = await post('edit', { issue: 'PAY-1', changes: { status: 'Done' }, by: 'user-bob' })
    const wrong = await post('edit', { issue: 'PAY-1', changes: { status: 'Nowhere' } })
    await flush()

    expect(await edited.json()).toMatchObject({ key: 'PAY-1' })
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { message: "The simulated site has no status 'Nowhere'." },
    ])
    expect(received).toHaveLength(1)
    expect([...site.issues.values()][0]!.histories.at(-1)!.authorKey).toBe('user-bob')
  })
})

describe("Linear's webhooks", () => {
  it('pass the verification of the SDK, and name the old values of what changed', async () => {
    const { url, flush, editIssue, workspace } = await linear()
    workspace.serverTime = () => Date.now()
    const { received, url: hook } = await receiver(200)
    const mutation =
      'mutation($input: WebhookCreateInput!) { webhookCreate(input: $input) { success webhook { id enabled } } }'
    const input = { url: hook, secret: 'secret', resourceTypes: ['Issue'], allPublicTeams: true }
    await fetch(url, {
      method: 'POST',
      headers: { authorization: 'lin_api_simulated', 'content-type': 'application/json' },
      body: JSON.stringify({ query: mutation, variables: { input } }),
    })

    editIssue('WEB-1', { state: 'Done' }, 'user-ada')
    editIssue('WEB-1', { comment: 'Not subscribed' }, 'user-ada')
    await flush()

    const [delivery] = received
    expect(received).toHaveLength(1)
    const signature = String(delivery!.headers['linear-signature'])
    const timestamp = Number(delivery!.headers['linear-timestamp'])
    expect(new LinearWebhookClient('secret').verify(delivery!.raw, signature, timestamp)).toBe(true)
    expect(delivery!.headers).toMatchObject({
      'linear-event': 'Issue',
      'linear-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(delivery!.body).toMatchObject({
      action: 'update',
      type: 'Issue',
      data: { identifier: 'WEB-1', state: { name: 'Done', type: 'completed' }, team: { key: 'WEB' } },
      updatedFrom: { stateId: 'web-doing', completedAt: null, updatedAt: expect.any(String) },
      webhookTimestamp: timestamp,
      actor: { id: 'user-ada' },
    })
  })

  it('repeat after anything but 200, three times at most, and say remove and restore', async () => {
    const { flush, editIssue, deleteIssue, webhooks } = await linear()
    const { received, url } = await receiver(204, 400, 200)
    webhooks.webhooks.push({ id: 'a', url, secret: null })

    editIssue('WEB-1', { trashed: true })
    await flush()
    editIssue('WEB-1', { trashed: false })
    await flush()
    deleteIssue('WEB-1')
    await flush()

    const actions = received.map(({ body }) => (body as { action: string }).action)
    expect(actions).toEqual(['remove', 'remove', 'remove', 'restore', 'remove'])
    expect(received.at(-1)!.body).not.toHaveProperty('url')
  })
})
