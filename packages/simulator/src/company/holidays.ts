import { type EpochDay, epochDay, isoWeekday, type LocalDate, localDate } from '@headroom/domain'

/** Public holidays of a country (`de`, `uk`, `us`, `in`) between two days. The well-known ones suffice for a demo. */
export function holidaysOf(country: 'de' | 'uk' | 'us' | 'in', from: EpochDay, until: EpochDay): LocalDate[] {
  const days: EpochDay[] = []
  const lastYear = Number(localDate(until).slice(0, 4))
  for (let year = Number(localDate(from).slice(0, 4)); year <= lastYear; year++) days.push(...byCountry[country](year))
  return days.filter((day) => day >= from && day <= until).map(localDate)
}

const byCountry: Record<'de' | 'uk' | 'us' | 'in', (year: number) => EpochDay[]> = {
  de: (year) => [
    ...fixed(year, '01-01', '05-01', '10-03', '12-25', '12-26'),
    ...[-2, 1, 39, 50].map((days) => easter(year) + days),
  ],
  uk: (year) => [
    ...fixed(year, '01-01', '12-25', '12-26'),
    easter(year) - 2,
    easter(year) + 1,
    firstWeekday(year, '05-01', 1),
    firstWeekday(year, '05-25', 1),
    firstWeekday(year, '08-25', 1),
  ],
  us: (year) => [
    ...fixed(year, '01-01', '07-04', '12-25'),
    firstWeekday(year, '01-15', 1),
    firstWeekday(year, '05-25', 1),
    firstWeekday(year, '09-01', 1),
    firstWeekday(year, '11-22', 4),
    firstWeekday(year, '11-22', 4) + 1,
  ],
  in: (year) => fixed(year, '01-01', '01-26', '08-15', '10-02', '12-25'),
}

function fixed(year: number, ...dates: string[]): EpochDay[] {
  return dates.map((date) => epochDay(`${year}-${date}`))
}

/** The first given weekday on or after a date. */
function firstWeekday(year: number, date: string, weekday: number): EpochDay {
  const day = epochDay(`${year}-${date}`)
  return day + ((weekday - isoWeekday(day) + 7) % 7)
}

/** The Gregorian computus of Meeus, Jones and Butcher. */
function easter(year: number): EpochDay {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return epochDay(`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`)
}
