import type { EpochMs } from '@headroom/domain'
import type { Run } from './runs.ts'

/**
 * How fast a run reads, in tickets per second since it began, and how many seconds it has still to go at that speed. Null
 * where nobody can tell: before the first ticket, of a run that has ended, or where the tracker gave no count.
 */
export function runSpeed(
  run: Pick<Run, 'status' | 'seen' | 'expected' | 'startedAt' | 'finishedAt'>,
  now: EpochMs,
): { readonly ticketsPerSecond: number | null; readonly secondsLeft: number | null } {
  const { status, seen, expected, startedAt, finishedAt } = run
  const seconds = startedAt ? ((finishedAt?.getTime() ?? now) - startedAt.getTime()) / 1000 : 0
  if (seen === 0 || seconds <= 0) return { ticketsPerSecond: null, secondsLeft: null }
  const speed = seen / seconds
  const secondsLeft = status === 'running' && expected !== null ? Math.ceil(Math.max(0, expected - seen) / speed) : null
  return { ticketsPerSecond: Math.round(speed * 100) / 100, secondsLeft }
}
