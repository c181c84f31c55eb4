import { type EpochDay, epochDay, localDate } from './local-time.ts'
import type { LocalDate } from './person.ts'
import { capacityUnits, type WorkingTime } from './working-days.ts'

/** Days in which a person belongs to the organisation or a team, both ends included; `to: null` is open. */
export interface Membership {
  readonly from: LocalDate
  readonly to: LocalDate | null
}

/** What shows that a person was there. Any order, overlaps allowed. */
export interface Presence {
  /** Days on which a ticket was assigned to the person in an in-progress status: the person's {@link ActiveSpan}s. */
  readonly activeSpans: readonly { readonly from: LocalDate; readonly to: LocalDate }[]
  /** Days that any ticket claims of the person, so that whatever is tracked is in the capacity too. */
  readonly claimedDays: readonly LocalDate[]
}

/** A working day that counts into capacity. */
export interface CountedDay {
  readonly day: LocalDate
  readonly capacityUnits: number
}

/** Gaps without any active ticket that are longer than this do not count. */
export const longestIdleWorkingDays = 30

/**
 * The working days of a person that count into capacity, in order, none after `asOf`.
 *
 * By default those from the first to the last day on which a ticket was active for the person, `asOf` being the end when
 * the last one is not long ago; stretches of more than {@link longestIdleWorkingDays} working days without an active
 * ticket, also the one before `asOf`, are left out. With memberships, exactly their working days. Days that a ticket claims
 * always count.
 */
export function countedDays(
  presence: Presence,
  time: WorkingTime,
  settings: { readonly unitsPerDay: number },
  asOf: LocalDate,
  memberships: readonly Membership[] = [],
): CountedDay[] {
  const lastDay = epochDay(asOf)
  const claimed = presence.claimedDays.map((day) => span(day, day))
  const spans =
    memberships.length > 0
      ? [...memberships.map((m) => span(m.from, m.to ?? asOf)), ...claimed]
      : bridged([...presence.activeSpans.map((s) => span(s.from, s.to)), ...claimed], time, lastDay)
  const days: CountedDay[] = []
  for (const { from, to } of merged(spans)) {
    for (let day = from; day <= Math.min(to, lastDay); day++) {
      const units = capacityUnits(time, day, settings.unitsPerDay)
      if (units > 0) days.push({ day: localDate(day), capacityUnits: units })
    }
  }
  return days
}

interface Span {
  readonly from: EpochDay
  readonly to: EpochDay
}

function span(from: LocalDate, to: LocalDate): Span {
  return { from: epochDay(from), to: epochDay(to) }
}

/** The spans with working days only at their ends, and the short gaps between them and before `lastDay` filled. */
function bridged(spans: readonly Span[], time: WorkingTime, lastDay: EpochDay): Span[] {
  const active = merged(
    spans.filter((s) => s.from <= lastDay).map((s) => ({ from: s.from, to: Math.min(s.to, lastDay) })),
  ).filter((s) => workingDays(s, time, 1) > 0)
  return active.flatMap((s, i) => {
    const next = active[i + 1]?.from ?? lastDay + 1
    const gap = { from: s.to + 1, to: next - 1 }
    return workingDays(gap, time, longestIdleWorkingDays + 1) <= longestIdleWorkingDays ? [s, gap] : [s]
  })
}

/** Counts working days, no further than `enough`. */
function workingDays({ from, to }: Span, time: WorkingTime, enough: number): number {
  let count = 0
  for (let day = from; day <= to && count < enough; day++) if (time.fraction(day) > 0) count++
  return count
}

/** Sorted spans that neither overlap nor touch. */
function merged(spans: readonly Span[]): Span[] {
  const result: { from: EpochDay; to: EpochDay }[] = []
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to)
    else if (from <= to) result.push({ from, to })
  }
  return result
}
