import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmbeddedPostgres } from '@headroom/postgres'
import { defaultJiraAccounts } from '@headroom/simulator'
import { migrateStore } from '@headroom/store'
import pg from 'pg'
import { startChild } from '../child.ts'
import { cpuSecondsOf, serverCpuSeconds } from '../cpu-seconds.ts'
import { type BenchOptions, type BenchResult, median, round } from '../results.ts'

/** What a process that ingests is told. */
export interface IngestionOrder {
  readonly databaseUrl: string
  readonly trackerUrl: string
  readonly credentials: { readonly email: string; readonly apiToken: string }
}

/** What it says when it has stored all tickets. */
export interface IngestionReport {
  readonly tickets: number
  /** From the request for the run to its end. */
  readonly seconds: number
  /** User and system time in that while. */
  readonly cpuSeconds: number
  readonly peakRssMb: number
}

interface Round extends IngestionReport {
  readonly who: Who
  readonly size: number
  readonly postgresCpuSeconds: number
  readonly trackerCpuSeconds: number
}

type Who = 'headroom' | 'baseline'

const processOf: Readonly<Record<Who, URL>> = {
  headroom: new URL('./ingest-process.ts', import.meta.url),
  baseline: new URL('./bare-loop-process.ts', import.meta.url),
}
const [credentials] = defaultJiraAccounts

/**
 * A full run of the ingest service over a simulated Jira Cloud, against a bare loop that fetches the same pages and copies
 * them into tables without keys. Both write to the same embedded PostgreSQL with its usual durability, each round
 * into a new database. Tracker, PostgreSQL and whoever ingests are processes of their own.
 */
export async function benchBackfill({ size = 20_000, rounds = 3, profileDir }: BenchOptions): Promise<BenchResult> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  const admin = new pg.Client({ connectionString: server.url })
  try {
    await admin.connect()
    await admin.query('CREATE DATABASE template_bench')
    await migrateStore(databaseUrl(server.url, 'template_bench'))
    const measured: Round[] = []
    const bench = { admin, serverUrl: server.url, profileDir }
    // Smaller sites first: what they show of memory must not be the peak of a larger one's.
    for (const part of [4, 2]) measured.push(...(await measureSite(bench, Math.ceil(size / part), ['headroom'])))
    const order = Array.from({ length: rounds }, (_, i): Who[] =>
      i % 2 === 0 ? ['baseline', 'headroom'] : ['headroom', 'baseline'],
    )
    measured.push(...(await measureSite(bench, size, order.flat())))
    return summarize(measured, size)
  } finally {
    await admin.end()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Bench {
  readonly admin: pg.Client
  readonly serverUrl: string
  readonly profileDir: string | undefined
}

async function measureSite(bench: Bench, size: number, order: readonly Who[]): Promise<Round[]> {
  const tracker = await startChild<{ url: string }>(new URL('./simulator-process.ts', import.meta.url), { size })
  try {
    const measured: Round[] = []
    for (const who of order) {
      measured.push(await measureOnce(bench, { who, size, trackerUrl: tracker.answer.url, trackerPid: tracker.pid }))
    }
    return measured
  } finally {
    await tracker.stop()
  }
}

async function measureOnce(
  { admin, serverUrl, profileDir }: Bench,
  { who, size, trackerUrl, trackerPid }: { who: Who; size: number; trackerUrl: string; trackerPid: number },
): Promise<Round> {
  await admin.query('CREATE DATABASE round TEMPLATE template_bench')
  await admin.query('CHECKPOINT')
  const backend = (await admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0
  const postgresBefore = serverCpuSeconds(backend)
  const trackerBefore = cpuSecondsOf(trackerPid)
  const order = { databaseUrl: databaseUrl(serverUrl, 'round'), trackerUrl, credentials }
  const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profileDir, who)}`]
  const child = await startChild<IngestionReport>(processOf[who], order, profile)
  // Its connections have just closed; what their server processes used is only counted once these have ended.
  await sleep(300)
  const measured = {
    who,
    size,
    ...child.answer,
    postgresCpuSeconds: serverCpuSeconds(backend) - postgresBefore,
    trackerCpuSeconds: cpuSecondsOf(trackerPid) - trackerBefore,
  }
  await child.stop()
  await admin.query('DROP DATABASE round WITH (FORCE)')
  if (measured.tickets !== size) throw new Error(`${who} stored ${measured.tickets} of ${size} tickets`)
  console.error(
    `${who} ${size}: ${measured.seconds.toFixed(1)} s, CPU ${measured.cpuSeconds.toFixed(1)} s + PostgreSQL ${measured.postgresCpuSeconds.toFixed(1)} s + tracker ${measured.trackerCpuSeconds.toFixed(1)} s, ${measured.peakRssMb.toFixed(0)} MB`,
  )
  return measured
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

function summarize(measured: readonly Round[], size: number): BenchResult {
  const of = (who: Who, figure: (r: Round) => number, at = size) =>
    median(measured.filter((r) => r.who === who && r.size === at).map(figure))
  const rate = (who: Who) => size / of(who, (r) => r.seconds)
  const cpu = (who: Who) => of(who, (r) => r.cpuSeconds + r.postgresCpuSeconds)
  const peaks = [...new Set(measured.map((r) => r.size))].map((at) => ({
    at,
    mb: of('headroom', (r) => r.peakRssMb, at),
  }))
  const largest = Math.max(...peaks.map((p) => p.mb))
  const growth = (peaks.at(-1)?.mb ?? 0) / (peaks[0]?.mb ?? 1)
  const ratio = rate('headroom') / rate('baseline')
  return {
    figures: {
      'tickets a second': `Headroom ${round(rate('headroom'), 0)}, bare loop ${round(rate('baseline'), 0)} (median of ${measured.filter((r) => r.who === 'baseline').length} alternating rounds)`,
      "of the bare loop's rate": String(round(ratio)),
      'CPU seconds of process and PostgreSQL': `Headroom ${round(cpu('headroom'), 1)}, bare loop ${round(cpu('baseline'), 1)}: ${round(cpu('baseline') / cpu('headroom'))}`,
      'peak memory (RSS) of the ingesting process': peaks
        .map((p) => `${round(p.mb, 0)} MB at ${p.at} tickets`)
        .join(', '),
    },
    targets: {
      "at least 0.4 of the bare loop's rate": ratio >= 0.4,
      'peak memory below 400 MB': largest < 400,
      'memory does not grow with the number of tickets (x4 tickets: less than 1.25 x the peak)': growth < 1.25,
    },
    details: { rounds: measured },
  }
}
