import { type EpochDay, epochDay, isoWeekday, localDate } from './local-time.ts'
import type { LocalDate } from './person.ts'
import type { Grain, Period } from './report.ts'

/** The grains that the calendar alone defines; sprints come from the trackers. */
export type CalendarGrain = Exclude<Grain, 'sprint' | 'total'>

/** The day, ISO week (Monday to Sunday), month or quarter that a date lies in. */
export function periodOf(date: LocalDate, grain: CalendarGrain): Period {
  const [year = 0, month = 0] = date.split('-').map(Number)
  switch (grain) {
    case 'day':
      return { from: date, to: date, label: date }
    case 'week':
      return weekOf(epochDay(date))
    case 'month':
      return months(year, month, 1, date.slice(0, 7))
    case 'quarter': {
      const quarter = Math.ceil(month / 3)
      return months(year, quarter * 3 - 2, 3, `${pad(year, 4)}-Q${quarter}`)
    }
  }
}

/** A period and its grain. */
export interface ParsedPeriod {
  readonly grain: CalendarGrain
  readonly period: Period
}

/** Reads `2026-Q3`, `2026-09`, `2026-W37` or `2026-09-01`; null when the text is none of them or names no real period. */
export function parsePeriod(label: string): ParsedPeriod | null {
  const candidate = candidateOf(label)
  if (candidate === null) return null
  const period = periodOf(candidate.date, candidate.grain)
  return period.label === label ? { grain: candidate.grain, period } : null
}

/** The calendar period before a period's first day. */
export function previousPeriod({ grain, period }: ParsedPeriod): Period {
  return periodOf(localDate(epochDay(period.from) - 1), grain)
}

/** The last period that was over before `today` began. */
export function lastCompletePeriod(today: LocalDate, grain: CalendarGrain): Period {
  return previousPeriod({ grain, period: periodOf(today, grain) })
}

/**
 * The periods from `from` to `to`, both included, oldest first. The first and the last one are cut to that window, so the
 * parts always add up to the whole; their label stays. `total` is the window itself, labelled `from/to` as in ISO 8601.
 */
export function periodsBetween(from: LocalDate, to: LocalDate, grain: CalendarGrain | 'total'): Period[] {
  if (from > to) return []
  if (grain === 'total') return [{ from, to, label: `${from}/${to}` }]
  const periods: Period[] = []
  for (let start = from; start <= to; ) {
    const period = periodOf(start, grain)
    periods.push({ from: start, to: period.to < to ? period.to : to, label: period.label })
    start = localDate(epochDay(period.to) + 1)
  }
  return periods
}

/** A date of the period that the label would name, whether or not that period exists. */
function candidateOf(label: string): { date: LocalDate; grain: CalendarGrain } | null {
  const [, year, kind, number] = /^(\d{4})-(Q|W|)(\d\d?)$/.exec(label) ?? []
  if (year !== undefined && number !== undefined) {
    if (kind === 'Q') return real(`${year}-${pad(Number(number) * 3, 2)}-01`, 'quarter')
    if (kind === 'W') return real(localDate(firstMonday(Number(year)) + (Number(number) - 1) * 7), 'week')
    return real(`${year}-${number}-01`, 'month')
  }
  return /^\d{4}-\d\d-\d\d$/.test(label) ? real(label, 'day') : null
}

function real(date: LocalDate, grain: CalendarGrain): { date: LocalDate; grain: CalendarGrain } | null {
  const day = epochDay(date)
  return Number.isFinite(day) && localDate(day) === date ? { date, grain } : null
}

/** An ISO week belongs to the year of its Thursday. */
function weekOf(day: EpochDay): Period {
  const monday = day - isoWeekday(day) + 1
  const year = Number(localDate(monday + 3).slice(0, 4))
  const week = (monday - firstMonday(year)) / 7 + 1
  return { from: localDate(monday), to: localDate(monday + 6), label: `${pad(year, 4)}-W${pad(week, 2)}` }
}

/** The Monday of the ISO year's first week, the one with 4 January. */
function firstMonday(year: number): EpochDay {
  const fourth = epochDay(`${pad(year, 4)}-01-04`)
  return fourth - isoWeekday(fourth) + 1
}

function months(year: number, month: number, count: number, label: string): Period {
  const next = month + count > 12 ? `${pad(year + 1, 4)}-01-01` : `${pad(year, 4)}-${pad(month + count, 2)}-01`
  return { from: `${pad(year, 4)}-${pad(month, 2)}-01`, to: localDate(epochDay(next) - 1), label }
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
