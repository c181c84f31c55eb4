import type { EpochMs, LocalDate } from '@headroom/domain'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Days since 1970-01-01 of a local calendar; a number is easier to walk along than a date. */
export type DayNumber = number

/** The date of a day number. */
export function localDate(day: DayNumber): LocalDate {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

/** The day number of a date. */
export function dayNumber(date: LocalDate): DayNumber {
  return Date.parse(`${date}T00:00:00Z`) / dayMs
}

/** Monday = 1, Sunday = 7. */
export function isoWeekday(day: DayNumber): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** Turns a local day and minute of a zone into a moment, with the zone's offset at that day's noon. */
export type ZoneClock = (day: DayNumber, minute: number) => EpochMs

/** The clock of an IANA zone. Offsets are remembered per day, since asking for them is slow. */
export function zoneClock(timeZone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const offsets = new Map<DayNumber, number>()
  return (day, minute) => {
    let offset = offsets.get(day)
    if (offset === undefined) {
      offset = offsetMs(format, day * dayMs + 12 * hourMs)
      offsets.set(day, offset)
    }
    return day * dayMs + minute * minuteMs - offset
  }
}

function offsetMs(format: Intl.DateTimeFormat, at: EpochMs): number {
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -1 : 1) * minutes * minuteMs
}
