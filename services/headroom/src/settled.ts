import { setTimeout as sleep } from 'node:timers/promises'
import { findRun, type Run, type Store, stageBacklog } from '@headroom/store'

/** How far the work is that somebody waits for. */
export interface Progress {
  readonly runs: readonly Run[]
  /** Tickets that wait for a stage; null when nobody waits for that. */
  readonly toClassify: number | null
  readonly toMeasure: number | null
}

/** What {@link untilSettled} waits for beside the runs. */
export interface SettleOptions {
  /** The work of the stages too; true when left out. */
  readonly stages?: boolean
  /** Ends the waiting with an error. */
  readonly stopping?: AbortSignal
}

/**
 * Waits until these runs have ended and every stage has done its work, telling how far it is a few times a second.
 * Answers the runs as they ended.
 */
export async function untilSettled(
  store: Store,
  runIds: readonly string[],
  tell: (progress: Progress) => void | Promise<void>,
  { stages = true, stopping }: SettleOptions = {},
): Promise<readonly Run[]> {
  for (;;) {
    stopping?.throwIfAborted()
    const runs = (await Promise.all(runIds.map((id) => findRun(store.db, id)))).flatMap((run) => (run ? [run] : []))
    const { classify, measure } = await stageBacklog(store.db)
    await tell({ runs, toClassify: stages ? classify : null, toMeasure: stages ? measure : null })
    if (runs.every((run) => run.finishedAt) && (!stages || classify + measure === 0)) return runs
    await sleep(250, undefined, { signal: stopping })
  }
}
