import type { LocalDate } from '@headroom/domain'
import Holidays from 'date-holidays'

/**
 * The public holidays of a region ("DE", "DE-BE", "US-CA") in these years, or the given dates as they are. Resolved once
 * a measurement, because asking the library day by day manages only some hundred days a second.
 */
export function holidaysOf(
  holidays: string | readonly LocalDate[],
  years: { fromYear: number; toYear: number },
): LocalDate[] {
  if (typeof holidays !== 'string') return [...holidays]
  const [country = '', ...region] = holidays.split('-')
  const calendar = new Holidays(country, region.join('-'))
  const dates: LocalDate[] = []
  for (let year = years.fromYear; year <= years.toYear; year++) {
    for (const holiday of calendar.getHolidays(year)) {
      if (holiday.type === 'public') dates.push(holiday.date.slice(0, 10))
    }
  }
  return dates
}
