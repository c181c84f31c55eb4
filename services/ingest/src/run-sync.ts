import {
  addToRun,
  beginRun,
  type Connection,
  findConnection,
  findRun,
  finishRun,
  inTransaction,
  markDirty,
  markFailed,
  type Run,
  updateConnection,
  writeAccounts,
  writeCursor,
  writeSprints,
  writeTrackerReferences,
} from '@headroom/store'
import { type ReferenceData, type Tracker, TrackerUnauthorizedError, TrackerUnavailableError } from '@headroom/trackers'
import { backfill } from './backfill.ts'
import { changesSince, readChangesSince } from './changes-cursor.ts'
import { hydrate } from './hydrate.ts'
import type { IngestDeps, RunningIngest } from './ingest-deps.ts'

/**
 * Does one run: reads the small tables, then all tickets (the first time, or when asked for) or those changed since the
 * last run. Whatever happens ends in the run's and the connection's state; only what is worth repeating is thrown. A run
 * that is stopped with the process stays open, and the next process goes on with it.
 */
export async function runSync(
  deps: RunningIngest,
  runId: string,
  job: { attempt: number; attemptsMax: number },
): Promise<void> {
  const run = await findRun(deps.store.db, runId)
  const connection = run && (await findConnection(deps.store.db, run.connectionId))
  if (!run || !connection || run.finishedAt) return
  try {
    await updateConnection(deps.store.db, connection.id, { state: 'syncing' })
    await walk(deps, run, connection)
    await succeed(deps, run, connection)
  } catch (error) {
    if (deps.stopping.aborted) return
    const last = !(error instanceof TrackerUnavailableError) || job.attempt >= job.attemptsMax
    await fail(deps, { run, connection, error, last })
    if (!last) throw error
  }
  await deps.queues.wake('measure', {})
}

async function walk(deps: RunningIngest, run: Run, connection: Connection): Promise<void> {
  const startedAt = deps.now()
  const since = await readChangesSince(deps.store.db, connection.id)
  const isBackfill = run.mode === 'full' || since === null
  const tracker = deps.openTracker(connection, isBackfill ? 'backfill' : 'poll')
  const references = await readSmallTables(deps, connection, tracker)
  if (isBackfill) {
    await beginRun(deps.store.db, run.id, await tracker.count())
    await backfill(deps, { connection, tracker, references, runId: run.id, isFirst: since === null })
  } else {
    await beginRun(deps.store.db, run.id, null)
    await markChanged(deps, { connection, tracker, since, startedAt })
    await hydrate(deps, { connection, tracker, runId: run.id })
  }
}

async function readSmallTables(deps: IngestDeps, connection: Connection, tracker: Tracker): Promise<ReferenceData> {
  const references = await tracker.readReferences()
  const sprints = await tracker.readSprints(references)
  await inTransaction(deps.store, async (tx) => {
    await writeTrackerReferences(tx, connection.id, references, new Date(deps.now()))
    await writeSprints(tx, connection.id, sprints)
  })
  for await (const accounts of tracker.readAccounts()) {
    await inTransaction(deps.store, (tx) => writeAccounts(tx, connection.id, accounts))
  }
  return references
}

async function markChanged(
  deps: IngestDeps,
  args: { connection: Connection; tracker: Tracker; since: number; startedAt: number },
): Promise<void> {
  const { connection, tracker, since } = args
  let serverTime = args.startedAt
  for await (const page of tracker.readChanged(since)) {
    serverTime = Math.min(serverTime, page.serverTime)
    await inTransaction(deps.store, (tx) => markDirty(tx, connection.id, page.externalIds, 'poll'))
  }
  await inTransaction(deps.store, async (tx) => {
    // What could not be understood is tried again: as long as it can't, every run says so.
    await markFailed(tx, connection.id)
    await writeCursor(tx, connection.id, ...changesSince(serverTime))
  })
}

async function succeed(deps: IngestDeps, run: Run, connection: Connection): Promise<void> {
  await inTransaction(deps.store, async (tx) => {
    const { failed } = (await findRun(tx, run.id)) ?? run
    await finishRun(tx, run.id, failed > 0 ? 'partial' : 'succeeded')
    await updateConnection(tx, connection.id, { state: 'ok', problem: null, lastSyncedAt: new Date(deps.now()) })
  })
}

interface Failure {
  readonly run: Run
  readonly connection: Connection
  readonly error: unknown
  /** False when the job will be tried again. */
  readonly last: boolean
}

async function fail(deps: IngestDeps, { run, connection, error, last }: Failure): Promise<void> {
  const unauthorized = error instanceof TrackerUnauthorizedError
  const problem = error instanceof Error ? error.message : String(error)
  deps.log.warn({ runId: run.id, connectionId: connection.id, err: error, last }, 'sync stopped')
  await inTransaction(deps.store, async (tx) => {
    if (last) {
      await addToRun(tx, run.id, {}, [{ problem }])
      await finishRun(tx, run.id, 'failed')
    }
    await updateConnection(tx, connection.id, { state: unauthorized ? 'unauthorized' : 'error', problem })
  })
}
