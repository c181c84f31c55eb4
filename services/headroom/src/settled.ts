import { setTimeout as sleep } from 'node:timers/promises'
import { findRun, type Run, type Store, stageBacklog } from '@headroom/store'

export interface Progress {
  readonly runs: readonly Run[]
  readonly toClassify: number
  readonly toMeasure: number
}

/**
 * Waits until these runs have ended and every stage has done its work, telling how far it is a few times a second.
 * Answers the runs as they ended. Without `stages` it waits for the runs alone.
 */
export async function untilSettled(
  store: Store,
  runIds: readonly string[],
  tell: (progress: Progress) => void,
  options: { readonly stages: boolean } = { stages: true },
): Promise<readonly Run[]> {
  for (;;) {
    const runs = (await Promise.all(runIds.map((id) => findRun(store.db, id)))).flatMap((run) => (run ? [run] : []))
    const { classify, measure } = await stageBacklog(store.db)
    tell({ runs, toClassify: classify, toMeasure: measure })
    if (runs.every((run) => run.finishedAt) && (!options.stages || classify + measure === 0)) return runs
    await sleep(250)
  }
}
