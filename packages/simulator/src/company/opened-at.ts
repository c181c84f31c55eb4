import type { EpochMs } from '@headroom/domain'
import { dayMs, hourMs, minuteMs } from './local-time.ts'
import type { Random } from './random.ts'
import type { Task } from './task.ts'

/** Median age in hours of a ticket when work on it begins. */
const medianAgeHours = {
  'new-capability': 12 * 24,
  enhancement: 10 * 24,
  architecture: 22 * 24,
  debt: 26 * 24,
  quality: 9 * 24,
  tooling: 10 * 24,
  performance: 14 * 24,
  security: 14 * 24,
  exploration: 8 * 24,
  discovery: 9 * 24,
  defect: 60,
  incident: 0.5,
  support: 6,
  operations: 48,
  documentation: 100,
  compliance: 14 * 24,
} as const

/**
 * When a task's ticket was opened: some time before the work began, in somebody's waking hours; a sub-task's just after its
 * story's, which has to be given then.
 */
export function openedAt(random: Random, task: Task, parentOpenedAt: EpochMs | null, until: EpochMs): EpochMs {
  const begin = task.stretches[0]?.startsAt ?? until
  const latest = begin - random.int(2, 40) * minuteMs
  if (parentOpenedAt !== null) return Math.min(latest, parentOpenedAt + random.int(4, 3000) * minuteMs)
  if (task.fate !== 'worked') return Math.min(task.notBefore, until - 10 * minuteMs)
  const age = random.logNormal(medianAgeHours[task.workType] * hourMs, 1)
  if (age < 12 * hourMs) return Math.min(latest, begin - age)
  return Math.min(latest, wakingHours(random, begin - age))
}

/** The same day between 07:30 and 16:30 UTC, or the Friday before when it is a weekend. */
function wakingHours(random: Random, at: EpochMs): EpochMs {
  const day = Math.floor(at / dayMs)
  const weekday = (day + 3) % 7
  const workday = weekday < 5 || random.chance(0.1) ? day : day - (weekday - 4)
  return workday * dayMs + random.int(450 * 60, 990 * 60) * 1000 + random.int(0, 999)
}
