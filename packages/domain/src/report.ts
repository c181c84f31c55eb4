import type { Drift } from './drift.ts'
import type { LocalDate } from './person.ts'
import type { Category } from './work-type.ts'

export const grains = ['total', 'day', 'week', 'sprint', 'month', 'quarter'] as const
export type Grain = (typeof grains)[number]

export const groupings = ['none', 'team', 'project', 'connection'] as const
export type Grouping = (typeof groupings)[number]

export const bases = ['effort', 'points', 'tickets'] as const
/** What is shared out: effort in person-days, story points of finished tickets, or the number of finished tickets. */
export type Basis = (typeof bases)[number]

export const verdicts = ['below', 'on-target', 'above', 'cannot-say'] as const
export type Verdict = (typeof verdicts)[number]

/** Both ends are included. `label` is what a person calls it: `2026-Q3`, `2026-09`, `2026-W37`, `2026-09-01`. */
export interface Period {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly label: string
}

/** A share between 0 and 1 with its doubt. */
export interface Share {
  readonly value: number
  readonly low: number
  readonly high: number
  /** Confidence level of [low, high]. */
  readonly level: number
  /** True when an audit sample corrected the value. */
  readonly audited: boolean
  /** What holds without any assumption on untracked and unclassified time, as a share of capacity. */
  readonly bounds: readonly [number, number]
  /** Lowest and highest value over the effort rules that could be used instead. */
  readonly methodRange: readonly [number, number]
}

export type EffortDays = Readonly<Record<Category | 'unclassified', number>>

/** One row of a split: what a group's effort in a period went into. The API's shape. */
export interface SplitRow {
  readonly period: Period
  readonly group: { readonly kind: Grouping; readonly id: string; readonly name: string } | null
  /** Person-days, or points or tickets on those bases. */
  readonly effortDays: EffortDays
  /** Null when nothing was tracked: a share of nothing does not exist. */
  readonly strategicShare: Share | null
  readonly target: number
  readonly verdict: Verdict
  readonly coverage: { readonly capacityDays: number; readonly trackedDays: number; readonly share: number | null }
  /** Grows whenever a fact under the row changed. */
  readonly revision: string
}

/** The leadership report: everything that a page, text, PDF or mail shows. Every renderer takes just this. */
export interface LeadershipReport {
  readonly period: Period
  readonly generatedAt: string
  readonly organisation: string
  /** Null: all teams. */
  readonly team: { readonly id: string; readonly name: string } | null
  readonly total: SplitRow
  /** The same period one earlier, for the change. */
  readonly previous: SplitRow | null
  readonly teams: readonly SplitRow[]
  /** The same teams one period earlier; a team without a row had none. Absent: no change is shown for teams. */
  readonly previousTeams?: readonly SplitRow[]
  /** Weekly rows of the trailing year up to the period's end, oldest first. */
  readonly trend: readonly SplitRow[]
  /** Lasting changes away from the target, as the detector said at the period's end; the whole first, then by team. */
  readonly drift: readonly ReportDrift[]
  /** The same period by the other bases, since the spread between bases is itself news. */
  readonly otherBases: readonly { readonly basis: Basis; readonly strategicShare: number | null }[]
  /** Effort by work type, largest first. */
  readonly workTypes: readonly { readonly workType: string; readonly category: Category; readonly days: number }[]
  /** The tickets that took most effort, largest first, at most ten. */
  readonly topTickets: readonly ReportTicket[]
  readonly dataQuality: readonly {
    readonly finding: string
    readonly count: number
    readonly what: string
    /** How far the strategic share would move if it were mended; null when nobody can say. */
    readonly movesShare: number | null
    readonly basis: 'effort' | 'points'
  }[]
  readonly connections: readonly { readonly name: string; readonly state: string; readonly problem: string | null }[]
  /** How the number was made, for the foot of the page. */
  readonly method: { readonly modelVersion: string; readonly ruleSetVersion: string; readonly level: number }
}

/** How a team, or with null the whole, stands to its target; see detectDrift. */
export interface ReportDrift extends Pick<Drift, 'state' | 'since' | 'size'> {
  readonly team: { readonly id: string; readonly name: string } | null
}

export interface ReportTicket {
  readonly key: string
  readonly title: string
  readonly url: string
  readonly category: Category | 'unclassified'
  readonly workType: string | null
  readonly decidedBy: string
  readonly confidence: number
  readonly days: number
}

/** The weekly email. */
export interface Digest {
  readonly week: Period
  readonly organisation: string
  readonly total: SplitRow
  readonly previous: SplitRow | null
  readonly teams: readonly SplitRow[]
  /** The same teams one period earlier; a team without a row had none. Absent: no change is shown for teams. */
  readonly previousTeams?: readonly SplitRow[]
  readonly trend: readonly SplitRow[]
  /** Tickets whose label would move the split most. */
  readonly toReview: readonly ReportTicket[]
  readonly connections: readonly { readonly name: string; readonly state: string; readonly problem: string | null }[]
}
