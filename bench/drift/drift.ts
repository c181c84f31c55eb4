import { type DriftWeek, detectDrift, detectPlannedDrift, pooledOverdispersion } from '@headroom/domain'
import { writeDocsTable } from '../docs-table.ts'
import { chance } from '../random.ts'
import { type BenchOptions, type BenchResult, median, round } from '../results.ts'
import { teamWeeks } from './team-weeks.ts'

const target = 0.2
const sizes = [6, 8, 10, 14, 20]
const yearsQuiet = 10
/** Weeks on target before a fall, and after it. */
const quietBefore = 30
const watchedAfter = 156
/** What is assumed before two quarters are known. */
const usual = 9

/**
 * How often the drift detector cries wolf and how soon it sees a fall: 1,000 teams of 6 to 20 people that stay on target for ten
 * years, and 1,000 teams of each size whose strategic share falls to half or to a quarter. Seeds are fixed.
 */
export async function benchDrift({ size = 1000 }: BenchOptions): Promise<BenchResult> {
  const quiet = Array.from({ length: size }, (_, i) => quietTeam(6 + (i % 15), 1 + i))
  const all = meanBetween(quiet)
  const rows = sizes.map((people) => {
    const half = delays(people, target / 2, size)
    const quarter = delays(people, target / 4, size)
    const same = Array.from({ length: Math.max(20, Math.ceil(size / 5)) }, (_, i) => quietTeam(people, 50_000 + i))
    return { people, between: meanBetween(same), half, quarter }
  })
  const eight = rows.find(({ people }) => people === 8)
  const pooled = Array.from({ length: Math.max(4, Math.ceil(size / 50)) }, (_, i) => quietOrganisation(900_000 + i))
  const straying = [0.18, 0.16, 0.14].map((share) => ({
    share,
    between: meanBetween(straying8(share, Math.ceil(size / 5))),
  }))
  writeDocsTable(
    'drift',
    [
      'people',
      'weeks between false alarms',
      'fall from 20 to 10 %: weeks, median',
      'found within 13 weeks',
      'within 26',
      'fall to 5 %: weeks, median',
    ],
    rows.map(({ people, between, half, quarter }) => [
      people,
      between,
      half.median,
      `${half.within13} %`,
      `${half.within26} %`,
      quarter.median,
    ]),
  )
  return {
    figures: {
      [`weeks between false alarms of a team, over ${size} teams of 6 to 20`]: `${all} (by size ${rows.map(({ people, between }) => `${people}: ${between}`).join(', ')})`,
      'weeks to find a fall from 20 to 10 %, median by size': rows
        .map(({ people, half }) => `${people}: ${half.median}`)
        .join(', '),
      'weeks to find a fall from 20 to 5 %, median by size': rows
        .map(({ people, quarter }) => `${people}: ${quarter.median}`)
        .join(', '),
      'weeks between alarms of 8 people whose true share is': straying
        .map(({ share, between }) => `${round(100 * share, 0)} %: ${between}`)
        .join(', '),
      'weeks between false alarms with the overdispersion of ten teams over a year': `${Math.min(...pooled)} to ${Math.max(...pooled)}, median ${round(median(pooled), 0)}`,
    },
    targets: {
      'mean time between false alarms 75 to 150 weeks': all >= 75 && all <= 150,
      'the same for each size of team': rows.every(({ between }) => between >= 75 && between <= 150),
      'a fall from 20 to 10 % in a team of 8 found in at most 13 weeks at the median': (eight?.half.median ?? 99) <= 13,
      'a plan below the target is an alarm the same day':
        detectPlannedDrift(Array(6).fill({ plannedDays: 60, strategicDays: 11 }), target).state === 'drifting',
    },
    details: { rows, straying, pooled },
  }
}

interface Quiet {
  readonly weeks: number
  readonly alarms: number
}

function quietTeam(people: number, seed: number, share = target, overdispersion = usual): Quiet {
  const weeks = teamWeeks({ chance: chance(seed), people, weeks: yearsQuiet * 52, shareOf: () => share })
  return { weeks: weeks.length, alarms: detectDrift(weeks, { target, overdispersion, teams: 1 }).alarms.length }
}

function straying8(share: number, teams: number): Quiet[] {
  return Array.from({ length: teams }, (_, i) => quietTeam(8, 700_000 + i, share))
}

/** Ten teams of 8 whose overdispersion is estimated from their first year; their mean time between false alarms after it. */
function quietOrganisation(seed: number): number {
  const teams = Array.from({ length: 10 }, (_, i) =>
    teamWeeks({ chance: chance(seed * 10 + i), people: 8, weeks: 52 + yearsQuiet * 52, shareOf: () => target }),
  )
  const overdispersion = pooledOverdispersion(teams.map((weeks) => weeks.slice(0, 52)))
  return meanBetween(
    teams.map((weeks) => {
      const later = weeks.slice(52)
      return { weeks: later.length, alarms: detectDrift(later, { target, overdispersion, teams: 1 }).alarms.length }
    }),
  )
}

function meanBetween(teams: readonly Quiet[]): number {
  const weeks = teams.reduce((sum, team) => sum + team.weeks, 0)
  const alarms = teams.reduce((sum, team) => sum + team.alarms, 0)
  return Math.round(weeks / Math.max(1, alarms))
}

/** Weeks from the fall to the alarm, over teams that were not alarmed before it. */
function delays(people: number, fallenTo: number, teams: number) {
  const found = Array.from({ length: teams }, (_, i) => {
    const source = chance(people * 1_000_003 + i)
    const shareOf = (week: number) => (week < quietBefore ? target : fallenTo)
    const weeks = teamWeeks({ chance: source, people, weeks: quietBefore + watchedAfter, shareOf })
    return delayOf(weeks)
  }).flatMap((delay) => delay ?? [])
  const within = (limit: number) => Math.round((100 * found.filter((delay) => delay <= limit).length) / found.length)
  return { median: median(found), within13: within(13), within26: within(26), teams: found.length }
}

/** Null: alarmed before the fall. More than can be watched when it never was. */
function delayOf(weeks: readonly DriftWeek[]): number | null {
  const { alarms } = detectDrift(weeks, { target, overdispersion: usual, teams: 1 })
  const fall = weeks[quietBefore]?.from ?? ''
  if (alarms.some((week) => week < fall)) return null
  const [first] = alarms
  return first === undefined ? watchedAfter + 1 : weeks.findIndex(({ from }) => from === first) - quietBefore + 1
}
