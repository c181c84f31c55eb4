import { listConnections, type Run } from '@headroom/store'
import type { Headroom } from './open-headroom.ts'
import { progressDisplay } from './progress-display.ts'
import { type Progress, untilSettled } from './settled.ts'

/** Waits for these runs and all stages, showing on standard error how far they are and what keeps them. */
export async function settle({ store }: Headroom, runIds: readonly string[]): Promise<readonly Run[]> {
  const display = progressDisplay(process.stderr)
  const said = new Set<string>()
  const tell = async (progress: Progress) => {
    display.show(progress)
    // A run that met a tracker which does not answer stays open and is tried again for a minute or so.
    const waiting = new Set(progress.runs.flatMap((run) => (run.finishedAt ? [] : [run.connectionId])))
    if (waiting.size === 0) return
    for (const { id, name, problem } of await listConnections(store.db)) {
      if (problem === null || !waiting.has(id) || said.has(problem)) continue
      said.add(problem)
      display.note(`"${name}" is tried again: ${problem}`)
    }
  }
  try {
    return await untilSettled(store, runIds, tell)
  } finally {
    display.end()
  }
}
