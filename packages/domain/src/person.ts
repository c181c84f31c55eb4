/** A day of the local calendar, `YYYY-MM-DD`. */
export type LocalDate = string

/** A human (merged over trackers) or a bot. */
export interface Person {
  readonly id: string
  readonly displayName: string
  readonly kind: 'human' | 'bot'
  /** Overrides the calendar's zone; IANA name. */
  readonly timeZone: string | null
  /** Null: the organisation's default calendar. */
  readonly calendarId: string | null
  /** Share of a full-time position, 0 to 1. */
  readonly fte: number
  readonly absences: readonly Absence[]
}

/** Days away, both ends included; `fraction` of the day, 1 by default. */
export interface Absence {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly fraction: number
}

/** Working time that a group of people shares. */
export interface WorkCalendar {
  readonly id: string
  readonly name: string
  /** IANA name. */
  readonly timeZone: string
  /** ISO weekdays, Monday = 1. */
  readonly weekdays: readonly number[]
  /** Local start and end of the working window, `HH:MM`. */
  readonly hours: readonly [string, string]
  /** Public holidays, already resolved from their country's rules. */
  readonly holidays: readonly LocalDate[]
}
