import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '@headroom/postgres'
import { createSealedBox } from '@headroom/runtime'
import { jiraSignature } from '@headroom/simulator'
import { insertConnection, migrateStore, openStore, putWebhookSecrets } from '@headroom/store'
import pg from 'pg'
import { startChild } from '../child.ts'
import { type BenchOptions, type BenchResult, median, round } from '../results.ts'

/** What a process that takes deliveries is told. */
export interface ReceiverOrder {
  readonly databaseUrl: string
  readonly secretKey: string
}

type Who = 'receiver' | 'baseline'

interface Round {
  readonly who: Who
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const processOf: Readonly<Record<Who, URL>> = {
  receiver: new URL('./receiver-process.ts', import.meta.url),
  baseline: new URL('./bare-route-process.ts', import.meta.url),
}
/** As many deliveries are under way at once as a busy site has. */
const atOnce = 32

/**
 * Signed deliveries of a usual size to the webhook receiver, against a bare Fastify route with one INSERT. Both write to the
 * same embedded PostgreSQL with its usual durability, in alternating rounds, each into a new database.
 */
export async function benchWebhooks({ size = 6_000, rounds = 5, profileDir }: BenchOptions): Promise<BenchResult> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  const admin = new pg.Client({ connectionString: server.url })
  try {
    await admin.connect()
    await admin.query('CREATE DATABASE template_bench')
    await migrateStore(databaseUrl(server.url, 'template_bench'))
    const measured: Round[] = []
    for (let i = 0; i < rounds; i += 1) {
      for (const who of i % 2 === 0 ? (['baseline', 'receiver'] as const) : (['receiver', 'baseline'] as const)) {
        await admin.query('CREATE DATABASE round TEMPLATE template_bench')
        await admin.query('CHECKPOINT')
        const profile =
          profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profileDir, who)}`]
        measured.push(await measureOnce(databaseUrl(server.url, 'round'), { who, size, profile }))
        await admin.query('DROP DATABASE round WITH (FORCE)')
      }
    }
    return summarize(measured, size)
  } finally {
    await admin.end()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function measureOnce(
  url: string,
  { who, size, profile }: { readonly who: Who; readonly size: number; readonly profile: readonly string[] },
): Promise<Round> {
  const secretKey = randomBytes(32).toString('base64')
  const connectionId = randomUUID()
  const secret = randomBytes(24).toString('hex')
  const store = openStore({ url })
  await insertConnection(store.db, {
    ...{ id: connectionId, kind: 'jira-cloud', name: 'Bench', baseUrl: 'https://bench.example', scope: {} },
    sealedCredentials: '',
  })
  const sealedSecrets = createSealedBox(secretKey, 'webhook-secrets').seal(JSON.stringify([secret]), connectionId)
  await putWebhookSecrets(store.db, { connectionId, kind: 'jira-cloud', sealedSecrets, urlToken: 'none' })
  const child = await startChild<{ url: string }>(processOf[who], { databaseUrl: url, secretKey }, profile)
  try {
    const target = `${child.answer.url}/webhooks/jira/${connectionId}`
    await deliver(target, secret, Math.ceil(size / 10))
    const result = await deliver(target, secret, size)
    if (who === 'receiver') {
      const { rows } = await store.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM webhook_inbox')
      if (rows[0]?.n !== size + Math.ceil(size / 10)) throw new Error(`The inbox has ${rows[0]?.n} deliveries`)
    }
    console.error(`${who}: ${round(result.perSecond, 0)} a second, p99 ${round(result.p99Ms, 1)} ms`)
    return { who, ...result }
  } finally {
    await child.stop()
    await store.close()
  }
}

async function deliver(url: string, secret: string, count: number): Promise<Omit<Round, 'who'>> {
  // Prepared before, so that only sending costs this process time while it measures.
  const deliveries = Array.from({ length: count }, (_, i) => delivery(i, secret))
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const times: number[] = []
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = deliveries[next++]; one !== undefined; one = deliveries[next++]) {
        const sent = performance.now()
        await post(url, agent, one)
        times.push(performance.now() - sent)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  agent.destroy()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { perSecond: count / seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}

function delivery(i: number, secret: string) {
  const issue = {
    id: String(10_000 + i),
    key: `PAY-${i}`,
    fields: { summary: `Ticket ${i}`, description: 'word '.repeat(600) },
  }
  const body = JSON.stringify({ timestamp: Date.now(), webhookEvent: 'jira:issue_updated', issue })
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'x-hub-signature': jiraSignature(secret, body),
      'x-atlassian-webhook-identifier': randomUUID(),
    },
  }
}

function post(url: string, agent: Agent, { body, headers }: ReturnType<typeof delivery>): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`Answered with ${answer.statusCode}`)),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function summarize(measured: readonly Round[], size: number): BenchResult {
  const of = (who: Who, figure: (r: Round) => number) => median(measured.filter((r) => r.who === who).map(figure))
  const rate = (who: Who) => of(who, (r) => r.perSecond)
  const p99 = (who: Who) => of(who, (r) => r.p99Ms)
  const ratio = rate('receiver') / rate('baseline')
  const slower = p99('receiver') / p99('baseline')
  return {
    figures: {
      'deliveries a second': `receiver ${round(rate('receiver'), 0)}, bare route ${round(rate('baseline'), 0)} (median of ${measured.length / 2} alternating rounds of ${size}, ${atOnce} at once)`,
      "of the bare route's rate": String(round(ratio)),
      'p99 in ms': `receiver ${round(p99('receiver'), 1)}, bare route ${round(p99('baseline'), 1)}: ${round(slower)} times`,
    },
    targets: {
      "at least 0.5 of the bare route's rate": ratio >= 0.5,
      "p99 within 3 times the bare route's": slower <= 3,
    },
    details: { rounds: measured },
  }
}
