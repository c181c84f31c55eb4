import { type Category, categories, type EpochMs, type WorkType } from '@headroom/domain'
import { dayMs, hourMs } from './local-time.ts'
import type { Habits } from './model.ts'
import type { Random } from './random.ts'
import type { Bundle, Stage, Task } from './task.ts'
import { relativeSize, strategicShareAt, type TeamProfile, workTypeMix } from './teams.ts'

/** Median size of an enhancement, before rounding. Chosen so that the default company has about 12,500 tickets. */
const medianMinutes = 680

/** Where a team's next piece of work comes from. Keeps the mix near the team's true shares, as a real plan does. */
export class WorkSupply {
  readonly bundles: Bundle[] = []
  readonly #random: Random
  readonly #team: number
  readonly #profile: TeamProfile
  readonly #habits: Habits
  readonly #until: EpochMs
  /** Minutes given out per category, old ones fading. */
  readonly #recent: Record<Category, number> = { feature: 1, strategic: 1, sustaining: 1 }
  #recentAt: EpochMs

  constructor(args: {
    random: Random
    team: number
    profile: TeamProfile
    habits: Habits
    from: EpochMs
    until: EpochMs
  }) {
    this.#random = args.random
    this.#team = args.team
    this.#profile = args.profile
    this.#habits = args.habits
    this.#until = args.until
    this.#recentAt = args.from
  }

  /** The next planned piece of work, and the sub-tasks that it was cut into (mostly none). */
  next(at: EpochMs, role: 'engineer' | 'designer' | 'tester'): Task[] {
    const workType = this.#workType(at, role)
    const size = this.#size(workType)
    this.#count(workType, size, at)
    const bundle = this.#bundleFor(workType, at)
    const cut = size > 900 && this.#random.chance(this.#profile.tracker === 'jira' ? 0.28 : 0.12)
    if (!cut) return [this.#task(workType, size, bundle, null)]
    const parent = this.#task(workType, roundMinutes(size * 0.2), bundle, null)
    const parts = this.#random.int(2, 4)
    const partTypes = Array.from({ length: parts }, () =>
      this.#random.chance(0.85) ? workType : this.#random.pick(['quality', 'documentation', 'operations'] as const),
    )
    return [parent, ...partTypes.map((type) => this.#task(type, roundMinutes((size * 0.8) / parts), bundle, parent))]
  }

  /** Something that cannot wait. */
  interruption(at: EpochMs): Task {
    const workType = this.#random.weighted<WorkType>({
      defect: 0.55,
      support: 0.25,
      incident: 0.2 * (this.#profile.leaning.incident ?? 1),
    })
    const size = Math.min(480, this.#size(workType))
    this.#count(workType, size, at)
    return this.#task(workType, size, null, null)
  }

  /** A ticket that nobody ever works on. */
  unworked(at: EpochMs, fate: 'backlog' | 'canceled'): Task {
    const workType = this.#workType(at, 'engineer')
    return { ...this.#task(workType, this.#size(workType), this.#bundleFor(workType, at), null), fate }
  }

  #workType(at: EpochMs, role: 'engineer' | 'designer' | 'tester'): WorkType {
    if (role === 'tester' && this.#random.chance(0.5)) return 'quality'
    if (role === 'designer' && this.#random.chance(0.25)) return 'discovery'
    const weights = this.#categoryWeights(at)
    const category = this.#random.weighted(weights)
    const mix = Object.entries(workTypeMix[category]) as [WorkType, number][]
    return this.#random.weighted(
      Object.fromEntries(
        mix.map(([type, share]) => [type, (share * (this.#profile.leaning[type] ?? 1)) / relativeSize[type]]),
      ) as Partial<Record<WorkType, number>>,
    )
  }

  /** Tickets per category that lead back to the true shares when the recent work has strayed from them. */
  #categoryWeights(at: EpochMs): Record<Category, number> {
    const strategic = strategicShareAt(this.#profile, (this.#until - at) / dayMs)
    const feature = (1 - strategic) * this.#profile.featureShareOfRest
    const target = { feature, strategic, sustaining: 1 - strategic - feature }
    const total = categories.reduce((sum, category) => sum + this.#recent[category], 0)
    const weight = (category: Category) => {
      const wanted = target[category]
      const strayed = total < 5000 ? 0 : wanted - this.#recent[category] / total
      return Math.max(wanted * 0.15, wanted + 2.5 * strayed) / meanSize[category]
    }
    return { feature: weight('feature'), strategic: weight('strategic'), sustaining: weight('sustaining') }
  }

  #count(workType: WorkType, minutes: number, at: EpochMs) {
    const faded = 0.5 ** ((at - this.#recentAt) / (42 * dayMs))
    this.#recentAt = at
    for (const category of categories) this.#recent[category] *= faded
    this.#recent[categoryByType(workType)] += minutes
  }

  #size(workType: WorkType): number {
    const rock = categoryByType(workType) === 'strategic' && this.#random.chance(0.07) ? 3 : 1
    const minutes = this.#random.logNormal(medianMinutes * relativeSize[workType], 0.85) * rock
    return roundMinutes(Math.min(9 * 480, minutes))
  }

  #bundleFor(workType: WorkType, at: EpochMs): Bundle | null {
    const category = categoryByType(workType)
    const wanted = { feature: 0.74, strategic: 0.7, sustaining: 0.25 }[category]
    if (!this.#random.chance(wanted)) return null
    const open = this.bundles.filter((bundle) => bundle.room > 0)
    const near = open.filter((bundle) => bundle.workType === workType)
    const akin = open.filter((bundle) => categoryByType(bundle.workType) === category)
    const found = this.#random.chance(0.06) ? open : near.length > 0 && this.#random.chance(0.6) ? near : akin
    const enough = category === 'feature' ? 3 : 2
    if (found.length >= enough || (found.length > 0 && (category === 'sustaining' || this.#random.chance(0.6)))) {
      const bundle = this.#random.pick(found)
      bundle.room--
      return bundle
    }
    if (category === 'sustaining' && this.#random.chance(0.7)) return null
    const bundle = {
      team: this.#team,
      workType,
      openedAt: at - this.#random.int(2, 30) * dayMs,
      room: Math.round(this.#random.logNormal(16, 0.5)),
    }
    this.bundles.push(bundle)
    return bundle
  }

  #task(workType: WorkType, sizeMinutes: number, bundle: Bundle | null, parent: Task | null): Task {
    const random = this.#random
    return {
      team: this.#team,
      workType,
      bundle,
      parent,
      sizeMinutes,
      byBot: workType === 'operations' && random.chance(0.18),
      remaining: sizeMinutes,
      stretches: [],
      marks: [],
      notBefore: 0,
      fate: 'worked',
      stage: 'build',
      handOverAfter:
        random.chance(0.035) && sizeMinutes > 240 ? roundMinutes(sizeMinutes * (0.3 + 0.4 * random.next())) : null,
      ahead: this.#stages(workType, sizeMinutes),
    }
  }

  #stages(workType: WorkType, sizeMinutes: number): Stage[] {
    const random = this.#random
    const stages: Stage[] = []
    const wait = (hours: number) => random.logNormal(hours * hourMs, 0.9)
    if (random.chance(0.14)) stages.push({ kind: 'rework', minutes: roundMinutes(sizeMinutes * 0.15), waitMs: wait(9) })
    const tested = this.#profile.testers > 0 && ['new-capability', 'enhancement', 'defect'].includes(workType)
    if (tested && random.chance(0.4))
      stages.push({ kind: 'testing', minutes: roundMinutes(sizeMinutes * 0.12), waitMs: wait(5) })
    if (random.chance(this.#habits.reopenRate)) {
      stages.push({ kind: 'reopened', minutes: roundMinutes(sizeMinutes * 0.25), waitMs: wait(24 * 5) })
    }
    return stages
  }
}

const categoryByTypeTable = Object.fromEntries(
  categories.flatMap((category) => Object.keys(workTypeMix[category]).map((type) => [type, category])),
) as Record<WorkType, Category>

function categoryByType(workType: WorkType): Category {
  return categoryByTypeTable[workType]
}

/** Mean relative size of a category's tickets; converts shares of effort to shares of tickets. */
const meanSize = Object.fromEntries(
  categories.map((category) => {
    const mix = Object.entries(workTypeMix[category]) as [WorkType, number][]
    return [category, 1 / mix.reduce((sum, [type, share]) => sum + share / relativeSize[type], 0)]
  }),
) as Record<Category, number>

function roundMinutes(minutes: number): number {
  return Math.max(30, Math.round(minutes / 15) * 15)
}
