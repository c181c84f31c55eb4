import { desc, eq, sql } from './drizzle.ts'
import { runs } from './schema/connections.ts'
import type { Db } from './store.ts'

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'partial'
export type RunMode = 'incremental' | 'full'

export interface RunCounts {
  readonly seen: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly deleted: number
  readonly failed: number
}

export interface RunProblem {
  /** One line: what is wrong and what to do. */
  readonly problem: string
  /** The ticket it is about; absent when it is about the run. */
  readonly ticket?: string
}

export interface Run extends RunCounts {
  readonly id: string
  readonly connectionId: string
  readonly mode: RunMode
  readonly status: RunStatus
  readonly expected: number | null
  readonly problems: readonly RunProblem[]
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

/** More are counted in `failed`, but not listed one by one. */
const problemsMax = 100

/** A new run in state `queued`, unless one of this connection waits or runs already: then that one. */
export async function requestRun(tx: Db, run: { id: string; connectionId: string; mode: RunMode }): Promise<string> {
  await tx.execute(sql`SELECT id FROM connections WHERE id = ${run.connectionId} FOR UPDATE`)
  const open = await tx.execute<{ id: string; mode: RunMode }>(
    sql`SELECT id, mode FROM runs WHERE connection_id = ${run.connectionId} AND status IN ('queued', 'running')
         AND (mode = 'full' OR ${run.mode} = 'incremental') ORDER BY created_at LIMIT 1`,
  )
  const found = open.rows[0]
  if (found) return found.id
  await tx.insert(runs).values(run)
  return run.id
}

export async function findRun(db: Db, id: string): Promise<Run | null> {
  const [row] = await db.select().from(runs).where(eq(runs.id, id))
  return (row as Run | undefined) ?? null
}

/** Newest first. */
export async function listRuns(db: Db, args: { connectionId: string; limit: number; before?: string }): Promise<Run[]> {
  return (await db
    .select()
    .from(runs)
    .where(
      sql`${runs.connectionId} = ${args.connectionId} ${
        args.before ? sql`AND (created_at, id) < (SELECT created_at, id FROM runs WHERE id = ${args.before})` : sql``
      }`,
    )
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(args.limit)) as Run[]
}

/** Runs that have not ended, oldest first. */
export async function listOpenRuns(db: Db): Promise<Run[]> {
  return (await db.select().from(runs).where(sql`status IN ('queued', 'running')`).orderBy(runs.createdAt)) as Run[]
}

/** Ids of the open runs that could go on now, oldest first: nobody walks over their connection. Of one, or of all. */
export async function listUnattendedRuns(db: Db, connectionId: string | null = null): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(
    sql`SELECT id FROM runs WHERE status IN ('queued', 'running')
           AND (${connectionId}::uuid IS NULL OR connection_id = ${connectionId}::uuid)
           AND NOT EXISTS (SELECT FROM connection_leases l WHERE l.connection_id = runs.connection_id AND l.until > now())
         ORDER BY created_at`,
  )
  return rows.map((r) => r.id)
}

/** Counts stay: a run that goes on after a crash goes on counting. */
export async function beginRun(db: Db, id: string, expected: number | null): Promise<void> {
  await db.execute(
    sql`UPDATE runs SET status = 'running', started_at = coalesce(started_at, now()), expected = coalesce(${expected}::int, expected)
         WHERE id = ${id}`,
  )
}

export async function addToRun(
  tx: Db,
  id: string,
  counts: Partial<RunCounts>,
  problems: readonly RunProblem[] = [],
): Promise<void> {
  await tx.execute(sql`
    UPDATE runs SET seen = seen + ${counts.seen ?? 0}, created = created + ${counts.created ?? 0},
      updated = updated + ${counts.updated ?? 0}, unchanged = unchanged + ${counts.unchanged ?? 0},
      deleted = deleted + ${counts.deleted ?? 0}, failed = failed + ${counts.failed ?? 0},
      problems = CASE WHEN jsonb_array_length(problems) < ${problemsMax} THEN problems || ${JSON.stringify(problems)}::jsonb ELSE problems END
    WHERE id = ${id}`)
}

export async function finishRun(tx: Db, id: string, status: 'succeeded' | 'failed' | 'partial'): Promise<void> {
  await tx.execute(sql`UPDATE runs SET status = ${status}, finished_at = now() WHERE id = ${id}`)
}

/** How long a run that needs nobody's attention is remembered. */
const forgetRunsAfterDays = 30

/** Forgets old incremental runs; there are hundreds a day. */
export async function forgetOldRuns(db: Db): Promise<void> {
  await db.execute(
    sql`DELETE FROM runs WHERE mode = 'incremental' AND finished_at < now() - make_interval(days => ${forgetRunsAfterDays})`,
  )
}
