import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmbeddedPostgres } from '@headroom/postgres'
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
  /** Opens the credentials that are stored. */
  readonly secretKey: string
  /** How many tickets there are. */
  readonly size: number
  /** Kills itself with SIGKILL once so many are stored; null: does not. */
  readonly killAt: number | null
}

/** What it says when it has stored all tickets. */
export interface IngestionReport {
  readonly tickets: number
  /** Tickets of pages that were stored more than once. */
  readonly repeated: number
  /** The most that the process held while it stored the first and the second half of the tickets. */
  readonly halvesRssMb: readonly [number, number] | null
  /** From the request for the run to its end. */
  readonly seconds: number
  /** User and system time in that while. */
  readonly cpuSeconds: number
  readonly peakRssMb: number
}

export interface Round extends IngestionReport {
  readonly who: Who
  readonly size: number
  readonly postgresCpuSeconds: number
  readonly trackerCpuSeconds: number
}

export type Who = 'headroom' | 'baseline'

const processOf: Readonly<Record<Who, URL>> = {
  headroom: new URL('./ingest-process.ts', import.meta.url),
  baseline: new URL('./bare-loop-process.ts', import.meta.url),
}
const credentials = { email: 'bench@example.invalid', apiToken: 'token of the benchmark' }
const secretKey = Buffer.alloc(32, 1).toString('base64')

/**
 * A full run of the ingest service over a simulated Jira Cloud, against a bare loop that fetches the same pages and copies
 * them into tables without keys. Both write to the same embedded PostgreSQL with its usual durability, each round
 * into a new database. Tracker, PostgreSQL and whoever ingests are processes of their own.
 */
export async function benchBackfill({ size = 20_000, rounds = 3, profileDir }: BenchOptions): Promise<BenchResult> {
  return withBench(profileDir, async (bench) => {
    const measured: Round[] = []
    // Smaller sites first: what they show of memory must not be the peak of a larger one's.
    for (const part of [4, 2]) measured.push(...(await measureSite(bench, Math.ceil(size / part), ['headroom'])))
    measured.push(...(await measureSite(bench, size, alternating(rounds))))
    return summarize(measured, size)
  })
}

/** Who is measured when: whatever the machine does meanwhile hits both alike. */
export function alternating(rounds: number): Who[] {
  return Array.from({ length: rounds }, (_, i): Who[] =>
    i % 2 === 0 ? ['baseline', 'headroom'] : ['headroom', 'baseline'],
  ).flat()
}

/** A PostgreSQL server of its own, with a migrated database to copy, for as long as `work` takes. */
export async function withBench<T>(profileDir: string | undefined, work: (bench: Bench) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  const admin = new pg.Client({ connectionString: server.url })
  try {
    await admin.connect()
    await admin.query('CREATE DATABASE template_bench')
    await migrateStore(databaseUrl(server.url, 'template_bench'))
    return await work({ admin, serverUrl: server.url, profileDir })
  } finally {
    await admin.end()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

export interface Bench {
  readonly admin: pg.Client
  readonly serverUrl: string
  readonly profileDir: string | undefined
}

/** Rounds over one site, after which `more` may ask the same tracker for something else. */
export async function measureSite(
  bench: Bench,
  size: number,
  order: readonly Who[],
  more: (trackerUrl: string) => Promise<void> = async () => {},
): Promise<Round[]> {
  const tracker = await startChild<{ url: string }>(new URL('./simulator-process.ts', import.meta.url), {
    size,
    account: credentials,
  })
  try {
    const measured: Round[] = []
    for (const who of order) {
      measured.push(await measureOnce(bench, { who, size, trackerUrl: tracker.answer.url, trackerPid: tracker.pid }))
    }
    await more(tracker.answer.url)
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
  const order = orderOf(serverUrl, { trackerUrl, size, killAt: null })
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

function orderOf(serverUrl: string, order: Pick<IngestionOrder, 'trackerUrl' | 'size' | 'killAt'>): IngestionOrder {
  return { ...order, databaseUrl: databaseUrl(serverUrl, 'round'), credentials, secretKey }
}

/** A process that is killed when half of the tickets are stored, and one that goes on. Gives what the second reports. */
export async function measureRestart(bench: Bench, size: number, trackerUrl: string): Promise<IngestionReport> {
  await bench.admin.query('CREATE DATABASE round TEMPLATE template_bench')
  const order = (killAt: number | null) => orderOf(bench.serverUrl, { trackerUrl, size, killAt })
  const killed = await startChild<IngestionReport>(processOf.headroom, order(size / 2)).then(
    () => false,
    () => true,
  )
  if (!killed) throw new Error('The process was to be killed and has ended by itself')
  const child = await startChild<IngestionReport>(processOf.headroom, order(null))
  await child.stop()
  await bench.admin.query('DROP DATABASE round WITH (FORCE)')
  return child.answer
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Of rounds of one size. */
export function ratesOf(
  measured: readonly Round[],
  size: number,
): { readonly headroom: number; readonly baseline: number } {
  const rate = (who: Who) =>
    size / median(measured.filter((r) => r.who === who && r.size === size).map((r) => r.seconds))
  return { headroom: rate('headroom'), baseline: rate('baseline') }
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
