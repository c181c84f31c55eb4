import type { LocalDate } from './person.ts'
import { remember } from './remember.ts'
import type { EpochMs } from './ticket.ts'

/** Days since 1970-01-01 of a local calendar date: what loops count in, where {@link LocalDate} is what is stored. */
export type EpochDay = number

const dayMs = 86_400_000
const minuteMs = 60_000

/** The epoch day of a `YYYY-MM-DD`; NaN for other text. */
export function epochDay(date: LocalDate): EpochDay {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / dayMs
}

/** The `YYYY-MM-DD` of an epoch day. */
export function localDate(day: EpochDay): LocalDate {
  return remember(dates, day, () => new Date(day * dayMs).toISOString().slice(0, 10))
}

/** ISO weekday of an epoch day, Monday = 1. */
export function isoWeekday(day: EpochDay): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** Whether the runtime knows the IANA zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    formatter(name)
    return true
  } catch {
    return false
  }
}

/** Thrown when a person or calendar names a zone that does not exist. */
export class UnknownTimeZoneError extends Error {
  override name = 'UnknownTimeZoneError'
  constructor(timeZone: string, cause: unknown) {
    super(`"${timeZone}" is not a known time zone. Use an IANA name such as Europe/Berlin.`, { cause })
  }
}

/** The conversions of one IANA time zone. */
export interface LocalTime {
  /** The local calendar day of an instant. */
  readonly dayOf: (at: EpochMs) => EpochDay
  /**
   * The instant at which the local clock shows this minute of the day. A time that a clock change skips is moved on by
   * the length of the change; of a time that happens twice, the first is taken (Temporal's "compatible" rule).
   */
  readonly instantOf: (day: EpochDay, minuteOfDay: number) => EpochMs
}

/** The conversions of an IANA time zone. Throws {@link UnknownTimeZoneError}. */
export function localTime(timeZone: string): LocalTime {
  return remember(zones, timeZone, () => {
    const offsetAt = cachedOffsets(timeZone)
    return {
      dayOf: (at) => Math.floor((at + offsetAt(at)) / dayMs),
      instantOf: (day, minuteOfDay) => instantOf(offsetAt, day * dayMs + minuteOfDay * minuteMs),
    }
  })
}

// Memos of pure functions: they change how fast an answer comes, never which. Bounded by the zones and days that exist in the data.
const dates = new Map<EpochDay, LocalDate>()
const zones = new Map<string, LocalTime>()

type OffsetAt = (at: EpochMs) => number

function instantOf(offsetAt: OffsetAt, localMs: number): EpochMs {
  const before = offsetAt(localMs - dayMs)
  const after = offsetAt(localMs + dayMs)
  const first = localMs - before
  if (before === after || offsetAt(first) === before) return first
  const second = localMs - after
  return offsetAt(second) === after ? second : first
}

/** A UTC day has one offset, or two around one clock change. */
interface DayOffsets {
  readonly before: number
  readonly changesAt: EpochMs
  readonly after: number
}

/**
 * Asking Intl costs microseconds, so it is asked once per zone and UTC day, and for the minute only on the days on which
 * the clocks change.
 */
function cachedOffsets(timeZone: string): OffsetAt {
  const ask = askOffset(formatter(timeZone))
  const midnights = new Map<number, number>()
  const days = new Map<number, DayOffsets>()
  const atMidnight = (utcDay: number) => remember(midnights, utcDay, () => ask(utcDay * dayMs))
  const offsetsOf = (utcDay: number) => dayOffsets(ask, utcDay * dayMs, atMidnight(utcDay), atMidnight(utcDay + 1))
  return (at) => {
    const day = remember(days, Math.floor(at / dayMs), offsetsOf)
    return at < day.changesAt ? day.before : day.after
  }
}

function dayOffsets(ask: OffsetAt, from: EpochMs, before: number, after: number): DayOffsets {
  if (before === after) return { before, changesAt: Number.POSITIVE_INFINITY, after }
  let low = from
  let high = from + dayMs
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / 2 / minuteMs) * minuteMs
    if (ask(middle) === before) low = middle
    else high = middle
  }
  return { before, changesAt: high, after }
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (cause) {
    throw new UnknownTimeZoneError(timeZone, cause)
  }
}

function askOffset(format: Intl.DateTimeFormat): OffsetAt {
  return (at) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (
      format.format(at).match(/\d+/g) ?? []
    ).map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
  }
}
