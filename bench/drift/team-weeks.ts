import { type DriftWeek, localDate } from '@headroom/domain'
import type { Chance } from '../random.ts'

export interface TeamWeeksArgs {
  readonly chance: Chance
  readonly people: number
  readonly weeks: number
  /** True strategic share of the work that is begun in a week. */
  readonly shareOf: (week: number) => number
}

const smallTicketDays = 3
const rockDays = 12
/** One in five strategic tickets is a rock: half of the strategic effort. */
const rockPart = 0.2
const strategicMeanDays = rockPart * rockDays + (1 - rockPart) * smallTicketDays
const absentPart = 0.12
const measurementSd = 0.03
const warmUpWeeks = 12

/**
 * Weeks of an invented team: everybody works on one ticket after another (3 days in the mean, Erlang's distribution of order 2; half of the
 * strategic effort in rocks of 12 days), is away for whole weeks now and then, and the share is measured with 3 points of error.
 */
export function teamWeeks({ chance, people, weeks, shareOf }: TeamWeeksArgs): DriftWeek[] {
  const desks = Array.from({ length: people }, () => ({ left: 0, isStrategic: false }))
  const result: DriftWeek[] = []
  for (let week = -warmUpWeeks; week < weeks; week++) {
    let days = 0
    let strategic = 0
    for (const desk of desks) {
      let rest = chance.uniform() < absentPart ? 0 : 5
      days += rest
      while (rest > 0) {
        if (desk.left <= 0) Object.assign(desk, nextTicket(chance, shareOf(Math.max(0, week))))
        const done = Math.min(rest, desk.left)
        desk.left -= done
        rest -= done
        if (desk.isStrategic) strategic += done
      }
    }
    if (week < 0) continue
    const share = days === 0 ? null : Math.min(1, Math.max(0, strategic / days + measurementSd * chance.normal()))
    result.push({
      from: localDate(19_723 + 7 * week),
      trackedDays: days,
      strategicShare: share,
      coverage: null,
      decidedWith: '',
    })
  }
  return result
}

function nextTicket(chance: Chance, share: number): { left: number; isStrategic: boolean } {
  const [strategic, other] = [share / strategicMeanDays, (1 - share) / smallTicketDays]
  const isStrategic = chance.uniform() * (strategic + other) < strategic
  const mean = isStrategic && chance.uniform() < rockPart ? rockDays : smallTicketDays
  return { isStrategic, left: (-mean / 2) * Math.log(chance.uniform() * chance.uniform()) }
}
