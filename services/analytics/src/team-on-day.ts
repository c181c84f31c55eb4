import type { LocalDate } from '@headroom/domain'
import type { MembershipRow, MonthOfEffort } from '@headroom/store'

/**
 * Which team a person's day counts for: the team that somebody said the person is in; else the team whose tickets took
 * most of the person's effort in that month; in a month without effort that of the nearest earlier month, else of the
 * nearest later one. Null when nothing says.
 */
export function teamOnDay(
  memberships: readonly MembershipRow[],
  months: readonly MonthOfEffort[],
): (personId: string, day: LocalDate) => string | null {
  const stated = Map.groupBy(memberships, (m) => m.personId)
  const derived = new Map(
    [...Map.groupBy(months, (m) => m.personId)].map(([personId, own]) => [personId, mainTeams(own)]),
  )
  return (personId, day) => {
    const said = stated.get(personId)?.find((m) => m.from <= day && (m.to === null || day <= m.to))
    if (said) return said.teamId
    const own = derived.get(personId) ?? []
    const month = day.slice(0, 7)
    return (own.findLast((m) => m.month <= month) ?? own[0])?.teamId ?? null
  }
}

/** The team with most effort in each month, oldest month first; of equal ones the first by id. */
function mainTeams(months: readonly MonthOfEffort[]): { month: string; teamId: string }[] {
  const best = new Map<string, MonthOfEffort>()
  for (const candidate of months) {
    const known = best.get(candidate.month)
    if (
      !known ||
      candidate.units > known.units ||
      (candidate.units === known.units && candidate.teamId < known.teamId)
    ) {
      best.set(candidate.month, candidate)
    }
  }
  return [...best.values()].sort((a, b) => (a.month < b.month ? -1 : 1))
}
