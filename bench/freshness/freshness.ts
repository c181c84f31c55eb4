import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@headroom/postgres'
import { demoCredentials } from '@headroom/simulator'
import { startChild } from '../child.ts'
import { type BenchOptions, type BenchResult, median, round } from '../results.ts'

const root = path.resolve(import.meta.dirname, '../..')
const secret = 'the webhook secret of this benchmark'

/**
 * How long a change in the tracker takes to the changed split, with everything in one process (`npm start`), by the
 * tracker's webhook: one ticket becomes a bug, then a story again, and the API is asked for the split every 25 ms.
 */
export async function benchFreshness({ size = 100, profileDir }: BenchOptions): Promise<BenchResult> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'))
  const until = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const tracker = await startChild<{ url: string; from: number }>(new URL('./company-process.ts', import.meta.url), {
    until,
  })
  const server = await startServer(dataDir, profileDir)
  try {
    const seconds = await measure(server, tracker.answer, size)
    const at = (share: number) => seconds.toSorted((a, b) => a - b)[Math.ceil(size * share) - 1] ?? 0
    return {
      figures: {
        changes: `${size}, one after the other, each by its webhook to the split over the API`,
        'seconds to the changed split': `median ${round(median(seconds))}, p95 ${round(at(0.95))}, longest ${round(Math.max(...seconds))}`,
      },
      targets: { 'within 5 s at p95': at(0.95) <= 5 },
      details: { seconds: seconds.map((s) => round(s, 3)) },
    }
  } finally {
    server.child.kill('SIGTERM')
    await once(server.child, 'close')
    await tracker.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Server {
  readonly child: ChildProcess
  readonly url: string
  readonly adminKey: string
}

async function startServer(dataDir: string, profileDir: string | undefined): Promise<Server> {
  const port = await freePort()
  const adminKey = randomBytes(32).toString('hex')
  const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profileDir)}`]
  const child = spawn(process.execPath, [...profile, path.join(root, 'services/headroom/src/main.ts'), 'start'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_OPTIONS: process.env.NODE_OPTIONS ?? '',
      NODE_COMPILE_CACHE: path.join(root, 'node_modules/.cache/compiled'),
      HEADROOM_DATA_DIR: dataDir,
      HEADROOM_ADMIN_KEY: adminKey,
      HEADROOM_ALLOW_PRIVATE_TRACKERS: 'true',
      HEADROOM_DEMO: 'off',
      LOG_LEVEL: 'warn',
      PORT: String(port),
    },
  })
  const server = { child, url: `http://127.0.0.1:${port}`, adminKey }
  await until('the server answers', async () => (await fetch(`${server.url}/readyz`).catch(() => null))?.ok ?? false)
  return server
}

interface Split {
  readonly effortDays: { readonly sustaining: number }
}

async function measure(server: Server, tracker: { url: string; from: number }, count: number): Promise<number[]> {
  const { id } = await api<{ id: string }>(server, '/connections', {
    ...{ kind: 'jira-cloud', name: 'Jira', baseUrl: tracker.url },
    credentials: demoCredentials.jira,
    webhookSecret: secret,
  })
  await until('everything is read', async () => {
    const { data } = await api<{ data: { status: string }[] }>(server, `/connections/${id}/runs?limit=1`)
    return data[0]?.status === 'succeeded'
  })
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const days = `from=${day(tracker.from)}&to=${day(Date.now())}&grain=total`
  const sustaining = async () =>
    (await api<{ data: Split[] }>(server, `/split?${days}`)).data[0]?.effortDays.sustaining ?? 0
  await atRest(sustaining)
  const { data } = await api<{ data: { key: string; effortDays: number }[] }>(
    server,
    '/tickets?category=feature&limit=200',
  )
  const { key } = data.reduce((most, ticket) => (ticket.effortDays > most.effortDays ? ticket : most))
  await post(`${tracker.url}/__simulator/webhooks`, { url: `${server.url}/webhooks/jira/${id}`, secret })
  const seconds: number[] = []
  for (let i = 0; i < count; i += 1) {
    const before = await sustaining()
    const began = performance.now()
    await post(`${tracker.url}/__simulator/edit`, { issue: key, changes: i % 2 === 0 ? asBug : asStory })
    await until('the split changes', async () => Math.abs((await sustaining()) - before) > 0.2, 25)
    seconds.push((performance.now() - began) / 1000)
    await atRest(sustaining)
  }
  return seconds
}

const asBug = {
  issueType: 'Bug',
  summary: 'Crash: null pointer exception when saving',
  description: 'Regression. Steps to reproduce: save twice. Stack trace attached.',
}
const asStory = {
  issueType: 'Story',
  summary: 'Customers can choose a seat on the new map',
  description: 'As a customer I want to choose my seat. A new capability of the booking flow, for the launch.',
}

/** Nothing has moved for a while. */
async function atRest(figure: () => Promise<number>): Promise<void> {
  for (let last = Number.NaN, same = 0; same < 4; ) {
    const now = await figure()
    same = now === last ? same + 1 : 0
    last = now
    await sleep(100)
  }
}

async function api<T>(server: Server, route: string, body?: object): Promise<T> {
  const answer = await fetch(`${server.url}/v1${route}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
}

async function until(what: string, ask: () => Promise<boolean>, everyMs = 100): Promise<void> {
  for (const giveUpAt = performance.now() + 90_000; performance.now() < giveUpAt; await sleep(everyMs))
    if (await ask()) return
  throw new Error(`This did not happen within 90 s: ${what}`)
}
