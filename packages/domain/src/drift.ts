import type { LocalDate } from './person.ts'

export const driftStates = ['on-target', 'watch', 'drifting'] as const
/** Of a team's weekly strategic share: nothing to see, worth a look, or a lasting fall below the target. */
export type DriftState = (typeof driftStates)[number]

/** One week of a team, the oldest first in a series. */
export interface DriftWeek {
  readonly from: LocalDate
  /** Person-days of tracked effort. */
  readonly trackedDays: number
  /** As corrected by audits; null when nothing was tracked. */
  readonly strategicShare: number | null
  /** Tracked part of capacity; null when unknown. */
  readonly coverage: number | null
  /** Names what decided the labels: when it changes, what was seen before and after can't be compared. */
  readonly decidedWith: string
}

export interface DriftSettings {
  readonly target: number
  /** See {@link pooledOverdispersion}. */
  readonly overdispersion: number
  /** Teams that are watched side by side; more of them make each alarm rarer. */
  readonly teams: number
}

/** Why a week's evidence was left out. */
export type DriftSilence = 'coverage-moved' | 'decided-anew' | 'nothing-tracked'

/** What the detector says at the end of a series. */
export interface Drift {
  readonly state: DriftState
  /** First week of the run that led here; null on target. The true change may lie some weeks before or after. */
  readonly since: LocalDate | null
  /** True when the run reaches back to the first week that is known: it may be older. */
  readonly sinceStart: boolean
  /** When the state became `drifting`; null otherwise. */
  readonly alarmedIn: LocalDate | null
  /** Every week in which it did, also in the past. */
  readonly alarms: readonly LocalDate[]
  /** Effort-weighted share since `since`, less the target, with its 90 % interval; null on target. */
  readonly size: { readonly value: number; readonly low: number; readonly high: number } | null
  /** The detector's sum and the limits at which it says watch and drifting. */
  readonly evidence: { readonly sum: number; readonly watchAt: number; readonly driftingAt: number }
  /** Weeks of the last thirteen that were left out, with the reason. */
  readonly silent: readonly { readonly week: LocalDate; readonly why: DriftSilence }[]
  /** For the eye: the series smoothed (exponentially, 0.2 a week, by effort). */
  readonly smoothed: readonly { readonly week: LocalDate; readonly share: number | null }[]
}

/** Weeks between two false alarms of one team that is exactly on target. */
export const weeksBetweenFalseAlarms = 104
/** With more teams than this, alarms of each become rarer so that the organisation's do not become more frequent. */
const teamsAtFullSpeed = 4
/** The limit of a binomial CUSUM is the log of its run length less this; calibrated by `pnpm bench drift`. */
const limitOffset = 2.85
/** The detector looks for a fall to this part of the target. */
const fallenTo = 0.5
const watchLimit = 0.86
/** A state is left only when the sum has fallen to this part of the limit at which it was entered. */
const leaveAt = 0.25
/** The sum goes no higher than this times the limit, so that a team that recovers is seen to within weeks. */
const ceiling = 1.25
/** Coverage that far from its median of the quarter before says that tracking changed, not work. */
const coverageMove = 0.15
const coverageWeeks = 13

/**
 * Whether a team's strategic share has fallen below its target for good: a CUSUM of the binomial log likelihood ratio
 * between target and half of it (E. S. Page, 1954; G. Lorden, 1971), weighted by effort and divided by the long-run
 * overdispersion, because weeks of large tickets are not draws of single days.
 *
 * `S = max(0, S + (E / phi) (x ln(p1/p0) + (1-x) ln((1-p1)/(1-p0))))`, alarm at `ln(weeks between false alarms) - 2.85`. What was
 * summed up is forgotten in a week whose labels were decided by something else than the week before. Weeks whose
 * coverage moved are left out until the new coverage has become the usual one. A state is left later than it is entered.
 */
export function detectDrift(weeks: readonly DriftWeek[], settings: DriftSettings): Drift {
  const driftingAt = alarmLimit(settings.teams)
  const start: Walk = { sum: 0, state: 'on-target', since: 0, alarmedIn: null, alarms: [], silent: [] }
  const end = weeks.reduce((walk, _, i) => step(walk, weeks, i, settings, driftingAt), start)
  const isOn = end.state === 'on-target'
  const recent = weeks.at(-13)?.from ?? weeks[0]?.from ?? ''
  return {
    state: end.state,
    since: isOn ? null : (weeks[end.since]?.from ?? null),
    sinceStart: !isOn && end.since === 0,
    alarmedIn: end.alarmedIn,
    alarms: end.alarms,
    size: isOn ? null : sizeOf(weeks.slice(end.since), settings),
    evidence: { sum: end.sum, watchAt: watchLimit, driftingAt },
    silent: end.silent.filter(({ week }) => week >= recent),
    smoothed: smooth(weeks),
  }
}

/** The sum at which a team that is watched beside others drifts. */
export function alarmLimit(teams: number): number {
  return Math.log(weeksBetweenFalseAlarms * Math.max(1, teams > 5 ? teams / teamsAtFullSpeed : 1)) - limitOffset
}

interface Walk {
  readonly sum: number
  readonly state: DriftState
  /** Place of the first week of the run. */
  readonly since: number
  readonly alarmedIn: LocalDate | null
  readonly alarms: readonly LocalDate[]
  readonly silent: Drift['silent']
}

function step(
  walk: Walk,
  weeks: readonly DriftWeek[],
  i: number,
  { target, overdispersion }: DriftSettings,
  driftingAt: number,
): Walk {
  const week = weeks[i]
  if (!week) return walk
  const silent = (why: DriftSilence) => [...walk.silent, { week: week.from, why }]
  const before = weeks[i - 1]
  if (before && before.decidedWith !== week.decidedWith)
    return { ...walk, sum: 0, state: 'on-target', since: i + 1, alarmedIn: null, silent: silent('decided-anew') }
  if (week.strategicShare === null || week.trackedDays <= 0) return { ...walk, silent: silent('nothing-tracked') }
  if (coverageMoved(weeks, i)) return { ...walk, silent: silent('coverage-moved') }
  const x = week.strategicShare
  const fallen = target * fallenTo
  const ratio = x * Math.log(fallen / target) + (1 - x) * Math.log((1 - fallen) / (1 - target))
  const sum = Math.min(ceiling * driftingAt, Math.max(0, walk.sum + (week.trackedDays / overdispersion) * ratio))
  const state = nextState(walk.state, sum, driftingAt)
  const since = state === 'drifting' && walk.state === 'drifting' ? walk.since : sum === 0 ? i + 1 : walk.since
  if (state !== 'drifting') return { ...walk, sum, state, since, alarmedIn: null }
  if (walk.state === 'drifting') return { ...walk, sum, state, since }
  return { ...walk, sum, state, since, alarmedIn: week.from, alarms: [...walk.alarms, week.from] }
}

function nextState(state: DriftState, sum: number, driftingAt: number): DriftState {
  if (sum >= driftingAt) return 'drifting'
  if (state === 'drifting' && sum > leaveAt * driftingAt) return 'drifting'
  if (sum >= watchLimit) return 'watch'
  return state !== 'on-target' && sum > leaveAt * watchLimit ? 'watch' : 'on-target'
}

function coverageMoved(weeks: readonly DriftWeek[], i: number): boolean {
  const now = weeks[i]?.coverage ?? null
  const before = weeks.slice(Math.max(0, i - coverageWeeks), i).flatMap(({ coverage }) => coverage ?? [])
  if (now === null || before.length < 4) return false
  const sorted = before.sort((a, b) => a - b)
  return Math.abs(now - (sorted[Math.floor(sorted.length / 2)] ?? now)) > coverageMove
}

function sizeOf(weeks: readonly DriftWeek[], { target, overdispersion }: DriftSettings): Drift['size'] {
  const { days, mean } = weightedMean(weeks)
  if (days === 0) return null
  // A share near 0 is not surely 0: the spread is at least that of 2 %.
  const spread = Math.max(0.02, mean) * (1 - Math.max(0.02, mean))
  const reach = 1.645 * Math.sqrt((overdispersion * spread) / days)
  return { value: mean - target, low: Math.max(-target, mean - target - reach), high: mean - target + reach }
}

function weightedMean(weeks: readonly DriftWeek[]): { readonly days: number; readonly mean: number } {
  let days = 0
  let strategic = 0
  for (const { trackedDays, strategicShare } of weeks) {
    if (strategicShare === null) continue
    days += trackedDays
    strategic += trackedDays * strategicShare
  }
  return { days, mean: days === 0 ? 0 : strategic / days }
}

const smoothing = 0.2

function smooth(weeks: readonly DriftWeek[]): Drift['smoothed'] {
  let days = 0
  let strategic = 0
  return weeks.map(({ from, trackedDays, strategicShare }) => {
    if (strategicShare !== null) {
      days = (1 - smoothing) * days + smoothing * trackedDays
      strategic = (1 - smoothing) * strategic + smoothing * trackedDays * strategicShare
    }
    return { week: from, share: days === 0 ? null : strategic / days }
  })
}

/** Before two quarters are known, and what later ones are drawn towards: measured on tickets of 3 days with rocks of 12. */
const usualOverdispersion = 9
const leastOverdispersion = 7
const priorBatches = 8
const batchWeeks = 13

/**
 * How many times the quarterly means of the strategic share scatter more than those of as many independent person-days:
 * mean over batches of 13 weeks of (batch mean - team mean)^2 E / (m (1 - m)), pooled over teams since one team's own is far
 * too unsure. At least 7; drawn towards 9 with the weight of 8 batches; 9 for anybody with less than two batches.
 */
export function pooledOverdispersion(teams: readonly (readonly DriftWeek[])[]): number {
  let scatter = 0
  let freedom = 0
  for (const weeks of teams) {
    const { mean } = weightedMean(weeks)
    const batches = Array.from({ length: Math.floor(weeks.length / batchWeeks) }, (_, b) =>
      weightedMean(weeks.slice(b * batchWeeks, (b + 1) * batchWeeks)),
    ).filter(({ days }) => days > 0)
    if (batches.length < 2 || mean <= 0.02 || mean >= 0.98) continue
    for (const batch of batches) scatter += ((batch.mean - mean) ** 2 * batch.days) / (mean * (1 - mean))
    freedom += batches.length - 1
  }
  return Math.max(leastOverdispersion, (scatter + priorBatches * usualOverdispersion) / (freedom + priorBatches))
}

/** A sprint that is planned: person-days of all work and of strategic work. */
export interface PlannedSprint {
  readonly plannedDays: number
  readonly strategicDays: number
}

/** What is planned against the target. */
export interface PlannedDrift {
  readonly state: 'on-target' | 'drifting'
  /** Null when nothing is planned. */
  readonly share: number | null
  /** Strategic person-days that the plan lacks. */
  readonly missingDays: number
}

const sprintsAhead = 6

/** Whether the next six sprints are planned below the target. Needs no statistics, so it is said on the day of the plan. */
export function detectPlannedDrift(sprints: readonly PlannedSprint[], target: number): PlannedDrift {
  const next = sprints.slice(0, sprintsAhead)
  const planned = next.reduce((sum, { plannedDays }) => sum + plannedDays, 0)
  const strategic = next.reduce((sum, { strategicDays }) => sum + strategicDays, 0)
  if (planned <= 0) return { state: 'on-target', share: null, missingDays: 0 }
  const missingDays = Math.max(0, target * planned - strategic)
  return { state: missingDays > 1e-9 * planned ? 'drifting' : 'on-target', share: strategic / planned, missingDays }
}
