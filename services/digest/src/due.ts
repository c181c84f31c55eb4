import { type EpochMs, epochDay, lastCompletePeriod, localDate, localTime, type Period } from '@headroom/domain'
import type { DigestSubscription } from '@headroom/store'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/**
 * The last ISO week that is over where the subscriber is, and the instant from which it is due: the first time after its
 * end that the local clock shows the chosen weekday and hour. Throws `UnknownTimeZoneError`.
 */
export function dueWeek(
  { weekday, hour, timeZone }: Pick<DigestSubscription, 'weekday' | 'hour' | 'timeZone'>,
  now: EpochMs,
): { readonly week: Period; readonly dueAt: EpochMs } {
  const { dayOf, instantOf } = localTime(timeZone)
  const week = lastCompletePeriod(localDate(dayOf(now)), 'week')
  const daysAfterMonday = Math.max(0, weekdays.indexOf(weekday.toLowerCase()))
  return { week, dueAt: instantOf(epochDay(week.to) + 1 + daysAfterMonday, hour * 60) }
}
