import { epochDay, lastCompletePeriod, localDate, localTime, type Period, parsePeriod } from '@headroom/domain'
import { readOrganisation } from '@headroom/store'
import type { ApiDeps } from './api-deps.ts'
import { invalidField } from './problem.ts'

/** The period that a caller names; without one the last complete quarter, by the organisation's calendar. */
export async function requestedPeriod(deps: ApiDeps, label: string | undefined): Promise<Period> {
  if (label === undefined) return lastCompletePeriod(await today(deps), 'quarter')
  return periodField('period', label)
}

/** The period that a field names. Throws a 400 that names the field. */
export function periodField(field: string, label: string): Period {
  const parsed = parsePeriod(label)
  if (!parsed) throw invalidField(field, 'must be a period like 2026-Q3, 2026-09 or 2026-W37')
  return parsed.period
}

/** Ten years: what a split may be asked for at once. */
const daysMax = 3660

/** The days that a caller asks for, both included; without any, the last complete quarter. */
export async function requestedRange(
  deps: ApiDeps,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<{ from: string; to: string }> {
  if (from === undefined && to === undefined) {
    const quarter = lastCompletePeriod(await today(deps), 'quarter')
    return { from: quarter.from, to: quarter.to }
  }
  if (from === undefined) throw invalidField('from', 'must be given with to')
  const until = to ?? (await today(deps))
  if (from > until) throw invalidField('from', 'must not be after to')
  if (epochDay(until) - epochDay(from) > daysMax) throw invalidField('from', 'must be at most ten years before to')
  return { from, to: until }
}

/** This day by the organisation's calendar. */
export async function today({ store, now }: ApiDeps): Promise<string> {
  const { timeZone } = await readOrganisation(store.db)
  return localDate(localTime(timeZone).dayOf(now().getTime()))
}
