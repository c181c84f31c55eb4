import {
  addToRun,
  beginRun,
  type Connection,
  findConnection,
  findRun,
  finishRun,
  inTransaction,
  listUnattendedRuns,
  type Run,
  updateConnection,
} from '@headroom/store'
import { TrackerUnauthorizedError, TrackerUnavailableError } from '@headroom/trackers'
import { backfill } from './backfill.ts'
import { census } from './census.ts'
import { readChangesSince } from './changes-cursor.ts'
import { hydrate } from './hydrate.ts'
import type { IngestDeps, RunningIngest } from './ingest-deps.ts'
import { heldProblem, lookUpMissing } from './look-up-missing.ts'
import { markChanges, markWorklogChanges } from './mark-changes.ts'
import { readSmallTables } from './small-tables.ts'
import { ConnectionBusyError, withLease } from './with-lease.ts'

interface Job {
  readonly attempt: number
  readonly attemptsMax: number
}

/**
 * Does one run: reads the small tables, then all tickets (the first time, or when asked for) or those changed since the
 * last run, and goes on with the census. Whatever happens ends in the run's and the connection's state; only what is worth
 * repeating is thrown. A run that is stopped with the process stays open, and the next process goes on with it. One that
 * meets another run of its connection at work waits until that has ended.
 */
export async function runSync(deps: RunningIngest, runId: string, job: Job): Promise<void> {
  const run = await findRun(deps.store.db, runId)
  if (!run || run.finishedAt) return
  try {
    await withLease(deps, run.connectionId, (held) => doRun(held, runId, job))
  } catch (error) {
    // The queue tries again, for the other may be dead; it wakes us when it ends, and so does the poll.
    if (error instanceof ConnectionBusyError && job.attempt >= job.attemptsMax) return
    throw error
  }
  if (deps.stopping.aborted) return
  for (const id of await listUnattendedRuns(deps.store.db, run.connectionId)) {
    if (id !== runId) await deps.queues.wake('sync', { runId: id })
  }
  await deps.queues.wake('measure', {})
}

async function doRun(deps: RunningIngest, runId: string, job: Job): Promise<void> {
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
}

async function walk(deps: RunningIngest, run: Run, connection: Connection): Promise<void> {
  const since = await readChangesSince(deps.store.db, connection.id)
  const isFull = run.mode === 'full' || since === null
  const tracker = deps.openTracker(connection, isFull ? 'backfill' : 'poll')
  const references = await readSmallTables(deps, { connection, tracker, anew: isFull })
  const args = { connection, tracker, references, runId: run.id }
  if (isFull) {
    await beginRun(deps.store.db, run.id, await tracker.count())
    await backfill(deps, { ...args, isFirst: since === null })
    // Nothing can be missing after the first reading.
    if (since === null) return
  } else {
    await beginRun(deps.store.db, run.id, null)
    await markChanges(deps, { connection, tracker, since })
    await markWorklogChanges(deps, { connection, tracker, since })
    await hydrate(deps, args)
  }
  await census(deps, { ...args, whole: isFull })
  await lookUpMissing(deps, args)
  await hydrate(deps, args)
}

async function succeed(deps: IngestDeps, run: Run, connection: Connection): Promise<void> {
  const problem = await heldProblem(deps, connection)
  await inTransaction(deps.store, async (tx) => {
    const { failed } = (await findRun(tx, run.id)) ?? run
    await finishRun(tx, run.id, failed > 0 ? 'partial' : 'succeeded')
    await updateConnection(tx, connection.id, { state: 'ok', problem, lastSyncedAt: new Date(deps.now()) })
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
