import { randomBytes } from 'node:crypto'
import {
  defaultTeams,
  demoCredentials,
  generateCompany,
  type JiraSimulator,
  startJiraSimulator,
  toJiraSite,
} from '@headroom/simulator'
import { openStore, type Store, stageBacklog } from '@headroom/store'
import { freePort, type TestDatabase, testDatabase, testRedis } from '@headroom/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type RunningProcess, runProgram } from './child-process.ts'

const services = ['webhooks', 'ingest', 'classifier', 'analytics', 'api'] as const
type ServiceName = (typeof services)[number]

const redis = await testRedis()
if (redis === null)
  console.warn('The services as processes of their own are not tested: redis-server is not installed.')

describe.skipIf(redis === null)('the services as processes of their own', () => {
  const adminKey = randomBytes(32).toString('hex')
  const secret = 'the webhook secret of this test'
  const until = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const company = generateCompany({ seed: 'processes', until, months: 3, teams: defaultTeams.slice(0, 1) })
  const days = { from: dateOf(company.from), to: dateOf(Date.now()) }
  const running = new Map<ServiceName, RunningProcess>()
  let database: TestDatabase
  let store: Store
  let jira: JiraSimulator
  let ports: { api: number; webhooks: number }
  let connectionId = ''

  beforeAll(async () => {
    database = await testDatabase()
    store = openStore({ url: database.url })
    // Small pages, so that the first reading has a middle.
    const limits = { searchFieldsMax: 10 }
    const site = toJiraSite(company, { serverTime: Date.now })
    jira = await startJiraSimulator({ site, limits, accounts: [demoCredentials.jira] })
    ports = { api: await freePort(), webhooks: await freePort() }
    for (const name of services) start(name)
    await eventually('the API answers', () => answers(`http://127.0.0.1:${ports.api}/readyz`))
    await eventually('the webhooks answer', () => answers(`http://127.0.0.1:${ports.webhooks}/healthz`))
  })

  afterAll(async () => {
    for (const { child } of running.values()) child.kill('SIGKILL')
    await jira?.stop()
    await store?.close()
    await redis?.stop()
    await database?.drop()
  })

  function start(name: ServiceName): void {
    const port = name === 'webhooks' ? ports.webhooks : ports.api
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis?.url ?? '',
      HEADROOM_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
      HEADROOM_ADMIN_KEY: adminKey,
      HEADROOM_ALLOW_PRIVATE_TRACKERS: 'true',
      PORT: String(port),
      LOG_LEVEL: 'warn',
    }
    running.set(name, runProgram(`services/${name}/src/main.ts`, [], env))
  }

  async function api<T>(path: string, body?: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${ports.api}/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  interface Run {
    readonly status: string
    readonly counts: { readonly seen: number; readonly created: number; readonly failed: number }
  }
  const lastRun = async () => (await api<{ data: Run[] }>(`/connections/${connectionId}/runs?limit=1`)).data[0]

  interface Split {
    readonly effortDays: { readonly sustaining: number; readonly feature: number }
    readonly coverage: { readonly trackedDays: number }
  }
  async function settledSplit(): Promise<Split | null> {
    const { classify, measure } = await stageBacklog(store.db)
    if (classify + measure > 0) return null
    const split = await api<{ data: Split[] }>(`/split?from=${days.from}&to=${days.to}&grain=total`)
    return split.data[0] ?? null
  }

  test('a tracker is connected through the API; ingest killed in the middle of the first reading loses and doubles nothing', async () => {
    const connection = await api<{ id: string }>('/connections', {
      kind: 'jira-cloud',
      name: 'Jira',
      baseUrl: jira.url,
      credentials: demoCredentials.jira,
      webhookSecret: secret,
    })
    connectionId = connection.id
    const total = jira.site.issues.size
    const middle = await eventually('the reading has begun', async () => {
      const seen = (await lastRun())?.counts.seen ?? 0
      return seen > 0 && seen
    })
    running.get('ingest')?.child.kill('SIGKILL')
    await running.get('ingest')?.ended
    expect(middle).toBeLessThan(total)

    start('ingest')
    const run = await eventually('the reading has ended', async () => {
      const latest = await lastRun()
      return latest && latest.status !== 'queued' && latest.status !== 'running' && latest
    })

    expect(run).toMatchObject({ status: 'succeeded', counts: { seen: total, created: total, failed: 0 } })
    const { rows } = await store.pool.query('SELECT count(*)::int AS n FROM tickets')
    expect(rows).toEqual([{ n: total }])
  })

  test('the split is there, and a change in the tracker reaches it by its webhook', async () => {
    expect(connectionId).not.toBe('')
    const before = await eventually('the split is there', async () => {
      const split = await settledSplit()
      return split && split.coverage.trackedDays > 0 && split
    })
    const { data: tickets } = await api<{ data: { key: string; effortDays: number }[] }>(
      '/tickets?category=feature&limit=200',
    )
    const largest = tickets.reduce((most, ticket) => (ticket.effortDays > most.effortDays ? ticket : most))
    expect(largest.effortDays).toBeGreaterThan(1)
    jira.webhooks.webhooks.push({
      id: '1',
      url: `http://127.0.0.1:${ports.webhooks}/webhooks/jira/${connectionId}`,
      secret,
    })

    jira.editIssue(largest.key, {
      issueType: 'Bug',
      summary: 'Crash: null pointer exception when saving',
      description: 'Regression. Steps to reproduce: save twice. Stack trace attached.',
    })

    const after = await eventually('the split knows of the change', async () => {
      const split = await settledSplit()
      return split && split.effortDays.sustaining > before.effortDays.sustaining + 0.5 && split
    })
    expect(after.coverage).toEqual(before.coverage)
    const { rows } = await store.pool.query('SELECT outcome FROM webhook_inbox')
    expect(rows).toEqual([{ outcome: expect.stringContaining('changed') }])
  })

  test('SIGTERM ends every process with exit code 0, without a word', async () => {
    const processes = [...running.values()]
    for (const { child } of processes) child.kill('SIGTERM')

    expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual(services.map(() => 0))
    expect(processes.map(({ stderr }) => stderr()).join('')).toBe('')
  })
})

test.each(['api', 'classifier'])(
  '%s without its settings says which are missing, in lines that name the remedy',
  async (name) => {
    const { ended, stderr } = runProgram(`services/${name}/src/main.ts`, [], { PORT: 'many' })
    const withPort = runProgram(`services/${name}/src/main.ts`, [], {})

    expect([await ended, await withPort.ended]).toEqual([1, 1])
    expect(stderr()).toMatch(/^The configuration has a problem:\n {2}- PORT is not a number/)
    expect(withPort.stderr()).toMatch(
      /^The configuration has .*:\n {2}- DATABASE_URL is missing; a service of its own needs/,
    )
  },
)

test('the weekly email without a mail server waits instead of ending, so that nothing starts it again and again', async () => {
  const digest = runProgram('services/digest/src/main.ts', [], {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    HEADROOM_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
  })
  await eventually('it says that it has no mail server', () => digest.stderr().includes('SMTP_URL is not set'))

  digest.child.kill('SIGTERM')

  expect(await digest.ended).toBe(0)
  expect(digest.stdout()).toBe('')
})

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
