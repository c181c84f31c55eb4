import type { EpochMs } from '@headroom/domain'
import { dayMs, minuteMs } from './local-time.ts'
import type { Priority, ShownChange } from './model.ts'
import { managerOf } from './people.ts'
import type { ShowTicketArgs } from './show-ticket-args.ts'

const points = [1, 2, 3, 5, 8, 13]
const priorities: readonly Priority[] = ['urgent', 'high', 'medium', 'low']

/** What planning leaves in the history: estimates, sprints with their carry-overs, priorities edited in bulk. */
export function showPlanning(
  args: ShowTicketArgs & { startedAt: EpochMs | null; closedAt: EpochMs | null },
): ShownChange[] {
  return [...estimates(args), ...sprints(args), ...groomings(args)]
}

type PlanningArgs = Parameters<typeof showPlanning>[0]

/** Mostly guessed in the planning meeting, in points that follow the size with much noise; sometimes revised. */
function estimates({ team, random, task, people, createdAt, startedAt }: PlanningArgs): ShownChange[] {
  if (!team.estimates || random.chance(0.16)) return []
  const guess = (task.sizeMinutes / 480) * 1.7 * random.logNormal(1, 0.45)
  const estimate = points.reduce((best, point) => (Math.abs(point - guess) < Math.abs(best - guess) ? point : best))
  const before = startedAt ?? createdAt + 6 * dayMs
  const at = createdAt + (before - createdAt) * random.next() * 0.8
  const author = managerOf(people, team.index)
  const first = { at: Math.round(at), author, set: { estimate } }
  if (!random.chance(0.05)) return [first]
  const other = points[Math.min(points.length - 1, points.indexOf(estimate) + 1)] ?? estimate
  return [first, { at: Math.round(before + random.int(30, 600) * minuteMs), author, set: { estimate: other } }]
}

/** Taken into the sprint in which it was started, and carried over at each sprint's end until it is closed. */
function sprints({ team, random, people, sprints, startedAt, closedAt, until }: PlanningArgs): ShownChange[] {
  if (!team.sprints || startedAt === null) return []
  const first = sprints.findIndex((sprint) => sprint.startsAt <= startedAt && startedAt < sprint.endsAt)
  if (first < 0 || random.chance(0.06)) return []
  const author = managerOf(people, team.index)
  const changes: ShownChange[] = []
  const membership: number[] = []
  const end = closedAt ?? until
  for (let i = first; i < sprints.length && i < first + 12; i++) {
    const sprint = sprints[i]
    if (!sprint || (i > first && sprint.startsAt > end)) break
    membership.push(sprint.index)
    const at = i === first ? sprint.startsAt - 20 * minuteMs : sprint.startsAt - 45 * minuteMs
    changes.push({ at: at + random.int(0, 59_000), author, set: { sprints: [...membership] } })
  }
  return changes
}

/** Bulk edits reach everything that is not begun yet, within a minute. */
function groomings({ groomings, random, people, team, createdAt, startedAt, closedAt }: PlanningArgs): ShownChange[] {
  const end = startedAt ?? closedAt ?? Number.POSITIVE_INFINITY
  return groomings
    .filter((at) => at > createdAt && at < end)
    .slice(0, 6)
    .filter(() => random.chance(0.7))
    .map((at) => ({
      at: at + random.int(0, 50_000),
      author: managerOf(people, team.index),
      set: { priority: random.pick(priorities) },
    }))
}
