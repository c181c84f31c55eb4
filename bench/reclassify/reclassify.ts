import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApi } from '@headroom/api'
import { openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { startClassifier } from '@headroom/classifier'
import { startEmbeddedPostgres } from '@headroom/postgres'
import { createLogger, createSealedBox } from '@headroom/runtime'
import { createApiKey, migrateStore, stageBacklog } from '@headroom/store'
import { type BenchOptions, type BenchResult, round } from '../results.ts'
import { storeCompany } from './store-company.ts'

type Backing = Awaited<ReturnType<typeof openBackingServices>>

/**
 * All stored tickets decided again by a new model, and a published rule, in one process that serves the API meanwhile: how
 * long it takes, what memory it needs, how long requests wait, and how soon a correction made in the middle is decided.
 */
export async function benchReclassify({ size = 200_000 }: BenchOptions): Promise<BenchResult> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  const log = createLogger({ level: 'silent', service: 'bench' })
  let backing: Backing | null = null
  try {
    await migrateStore(server.url)
    backing = await openBackingServices({ databaseUrl: server.url, redisUrl: undefined, name: 'bench', log })
    return await measure(backing, log, size, server.url)
  } finally {
    await backing?.stop()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function measure(
  backing: Backing,
  log: ReturnType<typeof createLogger>,
  size: number,
  databaseUrl: string,
): Promise<BenchResult> {
  const { store } = backing
  await storeCompany(store, size)
  const model = parseModel(await readFile(shippedModelUrl))
  // Each with a queue of its own, as a process has: on a shared one a stopped classifier would go on taking jobs.
  const start = async () => {
    const own = await openBackingServices({ databaseUrl, redisUrl: undefined, name: 'classifier', log })
    const classifier = await startClassifier({ ...own, model, log })
    return {
      async stop() {
        await classifier.stop()
        await own.stop()
      },
    }
  }
  let classifier = await start()
  const first = await watch(backing, async () => untilDecided(backing))
  await classifier.stop()
  await store.pool.query(`UPDATE classifications SET model_version = 'the model before'`)
  await store.pool.query('VACUUM ANALYZE')

  const api = await openApi(backing, log, model.version)
  const rssBefore = rssMb()
  classifier = await start()
  const again = await watch(
    backing,
    async () => {
      // Stopped once in the middle, to go on from there; and corrected once in the middle.
      await until(async () => (await decidedBy(backing, model.version)) > size * 0.3)
      await classifier.stop()
      await sleep(500)
      const stoppedAt = await decidedBy(backing, model.version)
      classifier = await start()
      const correctedMs = await correct(backing, api)
      await untilDecided(backing)
      return { stoppedAt, correctedMs }
    },
    api.readTickets,
  )
  const left = size - (await decidedBy(backing, model.version))
  const { preview, published } = await measureRule(backing, api)
  await classifier.stop()
  await api.close()
  return summarize({ size, first, again, rssBefore, left, preview, published })
}

/** A rule that reads every title and description and matches some tickets in a hundred. */
async function measureRule(backing: Backing, api: Awaited<ReturnType<typeof openApi>>) {
  const when = { field: 'text', op: 'matches', value: '\\bflaky\\b|\\brefactor\\w*' }
  await api.call('PUT', '/v1/rules/draft', { rules: [{ name: 'Debt by its words', when, workType: 'debt' }] })
  const preview = await watch(backing, () => api.call('POST', '/v1/rules/draft/preview', {}), api.readTickets)
  const published = await watch(
    backing,
    async () => {
      await api.call('POST', '/v1/rules/publish', {})
      await untilDecided(backing)
    },
    api.readTickets,
  )
  return { preview, published }
}

async function openApi(backing: Backing, log: ReturnType<typeof createLogger>, version: string) {
  const secret = Buffer.alloc(32, 1).toString('base64')
  const app = await createApi({
    ...backing,
    log,
    seal: createSealedBox(secret, 'tracker-credentials'),
    webhookBox: createSealedBox(secret, 'webhook-secrets'),
    cookieSecret: 'a secret of the benchmark, long enough',
    publicUrl: 'https://headroom.example.com',
    model: { version, shareErrorSd: 0.02 },
    now: () => new Date(),
    allowPrivateTrackers: false,
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const { key } = await createApiKey(backing.store.db, { name: 'bench', scopes: ['write'] })
  const call = async (method: string, where: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) }
    const answer = await fetch(`${url}${where}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown> & { data?: { key: string }[] }
  }
  const readTickets = async () => void (await call('GET', '/v1/tickets?limit=50'))
  return { call, readTickets, close: () => app.close() }
}

/** Milliseconds from a correction over the API until the decision made from it is stored. */
async function correct({ store }: Backing, { call }: Awaited<ReturnType<typeof openApi>>): Promise<number> {
  const { rows } = await store.pool.query(`SELECT key, id FROM tickets ORDER BY updated_at, id LIMIT 1`)
  const begun = performance.now()
  await call('PUT', `/v1/tickets/${rows[0].id}/classification`, { workType: 'support', note: randomUUID() })
  await until(async () => {
    const found = await store.pool.query(
      `SELECT FROM classifications WHERE ticket_id = $1 AND decided_by = 'override'`,
      [rows[0].id],
    )
    return (found.rowCount ?? 0) > 0
  })
  return performance.now() - begun
}

interface Watched<T> {
  readonly result: T
  readonly seconds: number
  readonly peakRssMb: number
  /** Milliseconds that requests took which were made one after the other meanwhile. */
  readonly latencies: readonly number[]
  /** The largest number of tickets that waited at once. */
  readonly waitingMax: number
}

async function watch<T>(
  { store }: Backing,
  work: () => Promise<T>,
  request?: () => Promise<void>,
): Promise<Watched<T>> {
  const begun = performance.now()
  const latencies: number[] = []
  let [peakRssMb, waitingMax, done] = [0, 0, false]
  const asking = (async () => {
    while (request && !done) {
      const sent = performance.now()
      await request()
      latencies.push(performance.now() - sent)
      await sleep(25)
    }
  })()
  const looking = (async () => {
    while (!done) {
      peakRssMb = Math.max(peakRssMb, rssMb())
      const { rows } = await store.pool.query(`SELECT count(*)::int AS n FROM stage_work WHERE stage = 'classify'`)
      waitingMax = Math.max(waitingMax, rows[0].n)
      await sleep(500)
    }
  })()
  try {
    const result = await work()
    return {
      result,
      seconds: (performance.now() - begun) / 1000,
      peakRssMb,
      latencies,
      get waitingMax() {
        return waitingMax
      },
    }
  } finally {
    done = true
    await Promise.all([asking, looking])
  }
}

async function untilDecided({ store, queues }: Backing): Promise<void> {
  await queues.wake('classify', {})
  await until(async () => (await stageBacklog(store.db)).classify === 0)
}

async function decidedBy({ store }: Backing, version: string): Promise<number> {
  const { rows } = await store.pool.query(`SELECT count(*)::int AS n FROM classifications WHERE model_version = $1`, [
    version,
  ])
  return rows[0].n
}

async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await sleep(200)
}

function rssMb(): number {
  return process.memoryUsage.rss() / 2 ** 20
}

interface Measured {
  readonly size: number
  readonly first: Watched<void>
  readonly again: Watched<{ stoppedAt: number; correctedMs: number }>
  readonly rssBefore: number
  readonly left: number
  readonly preview: Watched<Record<string, unknown>>
  readonly published: Watched<void>
}

function summarize({ size, first, again, rssBefore, left, preview, published }: Measured): BenchResult {
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => quantile(again.latencies, share))
  const rate = (seconds: number) => Math.round(size / seconds)
  return {
    figures: {
      tickets: String(size),
      'first decisions': `${round(first.seconds, 0)} s, ${rate(first.seconds)} a second, peak memory ${round(first.peakRssMb, 0)} MB`,
      'all again after a new model, stopped once in the middle': `${round(again.seconds, 0)} s, ${rate(again.seconds)} a second; went on at ${again.result.stoppedAt} tickets; ${left} left over`,
      'peak memory (RSS) of the process with the API in it': `${round(again.peakRssMb, 0)} MB, ${round(rssBefore, 0)} MB before`,
      'most tickets that waited at once': String(again.waitingMax),
      'a page of 50 tickets meanwhile': `${p50} ms median, ${p95} ms at 95 %, ${most} ms at most, ${again.latencies.length} requests`,
      'a correction in the middle was decided after': `${Math.round(again.result.correctedMs)} ms`,
      'preview of a rule over every text': `${round(preview.seconds, 1)} s, ${JSON.stringify(preview.result.tickets)}; a page meanwhile ${quantile(preview.latencies, 0.95)} ms at 95 %`,
      'published and all of it decided': `${round(published.seconds, 1)} s`,
    },
    targets: {
      'every ticket decided by the new model': left === 0,
      'peak memory below 600 MB': Math.max(again.peakRssMb, preview.peakRssMb) < 600,
      'a page answered in less than 500 ms at 95 %': (p95 ?? 0) < 500,
      'a correction decided within 5 s': again.result.correctedMs < 5000,
      'never more than 2,500 tickets waiting': again.waitingMax <= 2500,
    },
    details: { latencies: { p50, p95, most }, previewPeakRssMb: preview.peakRssMb },
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
}
