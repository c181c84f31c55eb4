import type { EpochMs } from '@headroom/domain'
import { dayMs, hourMs } from './local-time.ts'
import type { CompanyTeam, ShownChange, ShownState } from './model.ts'
import type { Random } from './random.ts'
import { type ShownHistory, settleChanges } from './show-ticket.ts'
import type { Task } from './task.ts'

/** How an epic looks on the board: it moves late, or not at all, and is closed some days after its last ticket. */
export function showEpic(args: {
  random: Random
  team: CompanyTeam
  manager: number
  children: readonly Task[]
  /** False while it still takes in tickets. */
  full: boolean
  createdAt: EpochMs
  until: EpochMs
}): ShownHistory {
  const { random, team, manager, children, createdAt, until } = args
  const created: ShownState = {
    status: team.statuses[0]?.role ?? 'todo',
    assignee: random.chance(0.6) ? manager : null,
    estimate: null,
    sprints: [],
    priority: 'medium',
  }
  const changes: ShownChange[] = []
  const starts = children.flatMap((task) => task.stretches[0]?.startsAt ?? [])
  if (starts.length > 0 && random.chance(0.88)) {
    changes.push({ at: Math.min(...starts) + random.int(0, 40) * hourMs, author: manager, set: { status: 'doing' } })
  }
  const end = bundleEnd(children)
  if (args.full && end !== null && random.chance(0.8)) {
    changes.push({ at: end + random.int(2, 200) * hourMs, author: manager, set: { status: 'done' } })
  }
  if (random.chance(0.3))
    changes.push({ at: createdAt + random.int(1, 9) * dayMs, author: manager, set: {}, edited: 'description' })
  return { created, changes: settleChanges(created, changes, createdAt, until, team) }
}

/** When the last of a bundle's tickets that anybody worked on was finished; null while one is not. */
export function bundleEnd(children: readonly Task[]): EpochMs | null {
  const ends = children.filter((task) => task.fate === 'worked').map(finishedAt)
  return ends.length === 0 || ends.includes(null) ? null : Math.max(...(ends as EpochMs[]))
}

/** When a task was finished for the last time; null: not yet. */
export function finishedAt(task: Task): EpochMs | null {
  const last = task.marks.at(-1)
  return last?.kind === 'finished' ? last.at : null
}
