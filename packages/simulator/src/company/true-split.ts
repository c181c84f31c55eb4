import { type Category, categoryOf, type LocalDate } from '@headroom/domain'
import type { Company } from './model.ts'

/** Person-days of eight hours by what they really went into. */
export type TrueSplit = Readonly<Record<Category | 'untracked', number>>

/**
 * What really happened between two local dates, both included: the work of a team's tickets, and its people's work without a
 * ticket. `team` is an index; null means everybody.
 */
export function trueSplit(company: Company, team: number | null, from: LocalDate, to: LocalDate): TrueSplit {
  const days: Record<Category | 'untracked', number> = { feature: 0, strategic: 0, sustaining: 0, untracked: 0 }
  for (const work of company.truth.work) {
    if (work.date < from || work.date > to) continue
    if (team !== null && company.people[work.person]?.team !== team) continue
    const workType = company.truth.workTypes[work.ticket]
    days[workType === undefined ? 'untracked' : categoryOf(workType)] += work.hours / 8
  }
  return days
}

/** The strategic share of a split's work on tickets; null when there was none. */
export function trueStrategicShare(split: TrueSplit): number | null {
  const tracked = split.feature + split.strategic + split.sustaining
  return tracked === 0 ? null : split.strategic / tracked
}
