import { type EpochDay, epochDay, isoWeekday, localTime } from './local-time.ts'
import type { Absence, Person, WorkCalendar } from './person.ts'
import type { EpochMs } from './ticket.ts'

/** When a person works: their calendar, zone, hours, part-time and absences as questions on one local day. */
export interface WorkingTime {
  readonly personId: string
  /** The local day of an instant. */
  readonly dayOf: (at: EpochMs) => EpochDay
  /** How much of a person-day the day holds: fte x working day x (1 - absence), 0 to 1. */
  readonly fraction: (day: EpochDay) => number
  /** Start and end of the day's working window; also on days off. */
  readonly window: (day: EpochDay) => readonly [EpochMs, EpochMs]
  /** Length of a full working day, what a logged day is measured against. */
  readonly secondsPerDay: number
}

/** Thrown when a calendar cannot be worked by. */
export class InvalidWorkCalendarError extends Error {
  override name = 'InvalidWorkCalendarError'
}

/**
 * The working time of a person who follows this calendar. The person's zone wins over the calendar's. Absences that
 * overlap add up to at most the whole day. Throws {@link InvalidWorkCalendarError} and UnknownTimeZoneError.
 */
export function workingTime(person: Person, calendar: WorkCalendar): WorkingTime {
  const local = localTime(person.timeZone ?? calendar.timeZone)
  const [startMinute, endMinute] = hoursOf(calendar)
  const weekdays = new Set(calendar.weekdays)
  const holidays = new Set(calendar.holidays.map(epochDay))
  const absences = person.absences.map(toDays)
  return {
    personId: person.id,
    dayOf: local.dayOf,
    fraction: (day) =>
      weekdays.has(isoWeekday(day)) && !holidays.has(day) ? person.fte * (1 - absentFraction(absences, day)) : 0,
    window: (day) => [local.instantOf(day, startMinute), local.instantOf(day, endMinute)],
    secondsPerDay: (endMinute - startMinute) * 60,
  }
}

/** The integer units that a day of this person holds. */
export function capacityUnits(time: WorkingTime, day: EpochDay, unitsPerDay: number): number {
  return Math.round(time.fraction(day) * unitsPerDay)
}

function hoursOf(calendar: WorkCalendar): [number, number] {
  const [start, end] = calendar.hours.map(minuteOfDay)
  if (start === undefined || end === undefined || !(start < end)) {
    throw new InvalidWorkCalendarError(
      `Calendar "${calendar.name}" works from ${calendar.hours[0]} to ${calendar.hours[1]}. Give two times of one day, the later one last, such as 09:00 and 17:00.`,
    )
  }
  return [start, end]
}

function minuteOfDay(time: string): number {
  const [, hours, minutes] = /^(\d{2}):([0-5]\d)$/.exec(time) ?? []
  const total = Number(hours) * 60 + Number(minutes)
  return total <= 24 * 60 ? total : Number.NaN
}

interface AbsentDays {
  readonly from: EpochDay
  readonly to: EpochDay
  readonly fraction: number
}

function toDays(absence: Absence): AbsentDays {
  return { from: epochDay(absence.from), to: epochDay(absence.to), fraction: absence.fraction }
}

function absentFraction(absences: readonly AbsentDays[], day: EpochDay): number {
  let fraction = 0
  for (const absence of absences) if (absence.from <= day && day <= absence.to) fraction += absence.fraction
  return Math.min(1, fraction)
}
