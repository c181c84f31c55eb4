import {
  type Company,
  defaultHabits,
  defaultTeams,
  generateCompany,
  type Habits,
  type TeamProfile,
} from '@headroom/simulator'
import { type Chance, chance } from '../random.ts'

/** How a company keeps its trackers; all but the first are dirty. */
export const habitRegimes = ['ordinary', 'forgotten', 'high-wip', 'sparse', 'no-ticket'] as const
export type HabitRegime = (typeof habitRegimes)[number]

const dirt: Readonly<Record<HabitRegime, Partial<Habits>>> = {
  ordinary: {},
  forgotten: { forgottenRate: 0.35 },
  'high-wip': { wipExtra: 0.4 },
  sparse: { evidenceRate: 0.08, lateMoveRate: 0.3 },
  'no-ticket': { noTicketRate: 0.3, straightToDoneRate: 0.1 },
}

/** The last noon that is lived through; the two quarters before it are looked at. */
export const until = Date.UTC(2026, 9, 1, 12)
const monthsBack = 8

/** A company with teams, sizes, shares and habits drawn at random. The same number gives the same company. */
export function drawCompany(number: number): {
  readonly company: Company
  readonly regime: HabitRegime
  readonly source: Chance
} {
  const source = chance(number * 2_654_435 + 99)
  const regime = habitRegimes[number % habitRegimes.length] ?? 'ordinary'
  const teams = defaultTeams
    .map((team) => ({ team, at: source.uniform() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, 1 + Math.floor(source.uniform() * 3))
    .map(({ team }) => drawTeam(team, source))
  const jittered = Object.fromEntries(
    Object.entries(defaultHabits).map(([habit, rate]) => [
      habit,
      Math.min(0.6, rate * Math.exp(0.25 * source.normal())),
    ]),
  ) as unknown as Habits
  const habits = { ...jittered, ...dirt[regime] }
  return {
    company: generateCompany({ seed: `truth-${number}`, until, months: monthsBack, teams, habits }),
    regime,
    source,
  }
}

function drawTeam(team: TeamProfile, source: Chance): TeamProfile {
  const share = () => 0.05 + 0.3 * source.uniform()
  const before = share()
  return {
    ...team,
    engineers: 5 + Math.floor(source.uniform() * 8),
    strategicShare: [before, source.uniform() < 0.5 ? before : share()],
  }
}
