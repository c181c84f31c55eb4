import { quantile, sum } from './statistics.ts'

/** A feature, as far as it may show a sign of the factory. */
export interface FeatureTicket {
  readonly ticketId: string
  /** Effort in the window. */
  readonly units: number
  readonly finished: boolean
  /** Words of its description. */
  readonly words: number
  /** It or one above it names a goal, a metric or a hypothesis. */
  readonly hasOutcome: boolean
  /** By somebody whose days go into this team's tickets; null when nobody knows who raised it. */
  readonly raisedByEngineers: boolean | null
  /** People it was assigned to, one after the other, and moves back to an earlier status. */
  readonly handOffs: number
  /** A label says that it is for one customer or deal. */
  readonly forCustomer: boolean
}

/** What is known of a window of time, of one team or of all. */
export interface FactoryFacts {
  readonly features: readonly FeatureTicket[]
  /** Features given up in the window after work on them had begun. */
  readonly scrapped: readonly string[]
  readonly strategic: readonly {
    readonly ticketId: string
    readonly units: number
    readonly raisedByEngineers: boolean | null
    readonly isDiscovery: boolean
  }[]
  /** Strategic tickets that waited in the window: days from creation until work began, or until its end. */
  readonly waits: readonly { readonly ticketId: string; readonly days: number; readonly started: boolean }[]
  /** Features finished 90 to 180 days before the window's end, and whether anybody came back to them. */
  readonly released: readonly { readonly ticketId: string; readonly revisited: boolean }[]
  /** Epics of features, with the person-days that their tickets took up to the window's end. */
  readonly epics: readonly { readonly ticketId: string; readonly days: number }[]
  /** Person-days by how many tickets took at least a quarter of the day; index 0 is one ticket. */
  readonly ticketsPerDay: readonly number[]
  /** Person-weeks with a main epic, and those of them whose epic was none of the four weeks' before. */
  readonly mainEpics: { readonly weeks: number; readonly changed: number }
  readonly open: { readonly topPriorities: number; readonly all: number }
  /** By sprint: tickets in it when it began, and tickets finished in it. */
  readonly sprints: readonly { readonly planned: number; readonly finished: number }[]
  /** How many people carried the effort; habits of fewer than four are not shown. */
  readonly people: number
}

/** How far a tracker can show a sign: itself, something that goes with it, or not at all. */
export type SignMark = 'measured' | 'proxy' | 'not-measurable'

/** A sign and how it is read. */
export interface SignDefinition {
  readonly sign: string
  readonly name: string
  readonly definition: string
  readonly mark: SignMark
  readonly unit: 'share' | 'count' | 'days' | 'ratio'
  /** Healthy up to here, a sign from there on; a rule of thumb that no study backs. */
  readonly healthy: number
  readonly alarming: number
}

/** What a rule says of a window: a value with the tickets behind it, or why there is none. */
export type SignFinding = { readonly value: number; readonly ticketIds: readonly string[] } | { readonly why: string }

/** A sign with what finds it in a window. */
export interface SignRule extends SignDefinition {
  readonly find: (facts: FactoryFacts) => SignFinding
}

/** Fewer features than this say nothing about habits. */
const featuresMin = 20
const peopleMin = 4
const thinWords = 20

/**
 * The twelve signs of a feature factory (John Cutler, "12 Signs You're Working in a Feature Factory", 2016), as far as a
 * tracker can show them, and four that come with them: no room in the plan, strategic work that engineers don't raise, its
 * waiting time, too much at once. The thresholds are rules of thumb; no index is made of them.
 */
export const factorySigns: readonly SignRule[] = [
  {
    sign: 'no-outcome',
    name: 'No outcome named',
    definition:
      'Share of feature effort on tickets that name no goal, metric or hypothesis, nor does anything above them (signs 1 and 5).',
    mark: 'proxy',
    unit: 'share',
    healthy: 0.3,
    alarming: 0.7,
    find: (f) => shareOfFeatures(f, (t) => !t.hasOutcome),
  },
  {
    sign: 'team-tetris',
    name: 'People shuffled between projects',
    definition: 'Share of person-weeks whose main epic was none of the four weeks before (sign 2).',
    mark: 'measured',
    unit: 'share',
    healthy: 0.1,
    alarming: 0.3,
    find: ({ mainEpics: { weeks, changed }, people }) =>
      tooFew(people) ??
      (weeks < 12 ? why('Fewer than 12 person-weeks with an epic.') : { value: changed / weeks, ticketIds: [] }),
  },
  {
    sign: 'success-theatre',
    name: 'Success theatre around shipping',
    definition: 'Whether releases are celebrated and results are not (sign 3).',
    mark: 'not-measurable',
    unit: 'share',
    healthy: 0,
    alarming: 1,
    find: () => why('No tracker shows it. Ask the team.'),
  },
  {
    sign: 'nothing-scrapped',
    name: 'Nothing is given up',
    definition: 'Share of features that were finished and not given up, once work on them had begun (sign 4).',
    mark: 'measured',
    unit: 'share',
    healthy: 0.95,
    alarming: 0.99,
    find: ({ features, scrapped }) => {
      const finished = features.filter((t) => t.finished).length
      const all = finished + scrapped.length
      return all < featuresMin ? fewFeatures : { value: finished / all, ticketIds: scrapped }
    },
  },
  {
    sign: 'no-context',
    name: 'Tickets without context',
    definition: `Share of features, raised by others than the people who build them, that have fewer than ${thinWords} words of description.`,
    mark: 'measured',
    unit: 'share',
    healthy: 0.2,
    alarming: 0.6,
    find: ({ features }) => {
      const handed = features.filter((t) => t.raisedByEngineers === false)
      const thin = handed.filter((t) => t.words < thinWords)
      return handed.length < featuresMin
        ? why(`Fewer than ${featuresMin} features raised by others.`)
        : { value: thin.length / handed.length, ticketIds: heaviest(thin) }
    },
  },
  {
    sign: 'never-revisited',
    name: 'Features never revisited',
    definition:
      'Share of features finished 90 to 180 days ago that nobody commented on and no later ticket of the same epic or component came back to, from two weeks after (signs 6 and 8).',
    mark: 'proxy',
    unit: 'share',
    healthy: 0.6,
    alarming: 0.9,
    find: ({ released }) => {
      const never = released.filter((t) => !t.revisited).map((t) => t.ticketId)
      return released.length < featuresMin ? fewFeatures : { value: never.length / released.length, ticketIds: never }
    },
  },
  {
    sign: 'priority-inflation',
    name: 'Everything is urgent',
    definition: 'Share of open tickets with one of the two highest priorities (sign 7).',
    mark: 'proxy',
    unit: 'share',
    healthy: 0.25,
    alarming: 0.6,
    find: ({ open }) =>
      open.all < featuresMin
        ? why(`Fewer than ${featuresMin} open tickets with a priority.`)
        : { value: open.topPriorities / open.all, ticketIds: [] },
  },
  {
    sign: 'planned-to-the-brim',
    name: 'Planned to the brim',
    definition: 'Tickets in a sprint when it began, over those finished in it; the median of the sprints.',
    mark: 'proxy',
    unit: 'ratio',
    healthy: 0.8,
    alarming: 1,
    find: ({ sprints }) => {
      const ratios = sprints.filter((s) => s.finished > 0).map((s) => s.planned / s.finished)
      return ratios.length < 3 ? why('Fewer than three sprints.') : { value: quantile(ratios, 0.5), ticketIds: [] }
    },
  },
  {
    sign: 'hand-offs',
    name: 'Handed from one to the next',
    definition:
      'Hand-offs of a finished feature on average: assignees after the first, and moves back to an earlier status (sign 9).',
    mark: 'measured',
    unit: 'count',
    healthy: 0.5,
    alarming: 2,
    find: ({ features, people }) => {
      const finished = features.filter((t) => t.finished)
      if (finished.length < featuresMin) return fewFeatures
      const most = [...finished].sort((a, b) => b.handOffs - a.handOffs || compare(a.ticketId, b.ticketId))
      return (
        tooFew(people) ?? {
          value: sum(finished.map((t) => t.handOffs)) / finished.length,
          ticketIds: most.filter((t) => t.handOffs > 0).map((t) => t.ticketId),
        }
      )
    },
  },
  {
    sign: 'large-batches',
    name: 'Large batches',
    definition: 'Person-days that 85 % of the epics of features stay below (sign 10).',
    mark: 'measured',
    unit: 'days',
    healthy: 20,
    alarming: 60,
    find: ({ epics }) =>
      epics.length < 5
        ? why('Fewer than five epics of features.')
        : {
            value: quantile(
              epics.map((e) => e.days),
              0.85,
            ),
            ticketIds: [...epics]
              .sort((a, b) => b.days - a.days || compare(a.ticketId, b.ticketId))
              .map((e) => e.ticketId),
          },
  },
  {
    sign: 'single-customers',
    name: 'Features for single customers',
    definition: 'Share of feature effort on tickets that a label ties to a customer or deal (sign 11).',
    mark: 'proxy',
    unit: 'share',
    healthy: 0.1,
    alarming: 0.4,
    find: (f) =>
      f.features.some((t) => t.forCustomer)
        ? shareOfFeatures(f, (t) => t.forCustomer)
        : why('No label names a customer or a deal.'),
  },
  {
    sign: 'no-discovery',
    name: 'No discovery',
    definition: 'Effort on features for each day of discovery, research and exploration (signs 5 and 12).',
    mark: 'measured',
    unit: 'ratio',
    healthy: 12.5,
    alarming: 50,
    find: ({ features, strategic }) => {
      if (features.length < featuresMin) return fewFeatures
      const looked = strategic.filter((t) => t.isDiscovery)
      const discovery = sum(looked.map((t) => t.units))
      const built = sum(features.map((t) => t.units))
      if (built === 0) return why('No effort on features.')
      // Without any discovery the ratio has no number; a thousand stands for it.
      return { value: discovery === 0 ? 1000 : Math.min(1000, built / discovery), ticketIds: heaviest(looked) }
    },
  },
  {
    sign: 'engineers-raise-little',
    name: 'Strategic work is not raised by engineers',
    definition: 'Share of strategic effort on tickets raised by others than the people who do the work.',
    mark: 'proxy',
    unit: 'share',
    healthy: 0.5,
    alarming: 0.85,
    find: ({ strategic, people }) => {
      const known = strategic.filter((t) => t.raisedByEngineers !== null && t.units > 0)
      const others = known.filter((t) => t.raisedByEngineers === false)
      if (known.length < 10) return why('Fewer than ten strategic tickets whose origin is known.')
      return tooFew(people) ?? { value: unitsOf(others) / unitsOf(known), ticketIds: heaviest(others) }
    },
  },
  {
    sign: 'product-discovers-little',
    name: 'Product raises no discovery',
    definition: 'Share of discovery and research tickets that engineers had to raise themselves.',
    mark: 'proxy',
    unit: 'share',
    healthy: 0.5,
    alarming: 0.9,
    find: ({ strategic, people }) => {
      const known = strategic.filter((t) => t.isDiscovery && t.raisedByEngineers !== null)
      const own = known.filter((t) => t.raisedByEngineers === true)
      if (known.length < 10) return why('Fewer than ten discovery tickets whose origin is known.')
      return tooFew(people) ?? { value: own.length / known.length, ticketIds: heaviest(own) }
    },
  },
  {
    sign: 'too-much-at-once',
    name: 'Too much at once',
    definition: 'Tickets that took at least a quarter of a person’s day, the mean over person-days.',
    mark: 'measured',
    unit: 'count',
    healthy: 1.5,
    alarming: 3,
    find: ({ ticketsPerDay, people }) => {
      const days = sum(ticketsPerDay)
      if (days < 60) return why('Fewer than 60 tracked person-days.')
      return tooFew(people) ?? { value: sum(ticketsPerDay.map((n, i) => n * (i + 1))) / days, ticketIds: [] }
    },
  },
  {
    sign: 'strategic-work-waits',
    name: 'Strategic work waits',
    definition:
      'Median days from the creation of a strategic ticket until work on it began; those still waiting count as not begun yet (Kaplan and Meier, 1958).',
    mark: 'measured',
    unit: 'days',
    healthy: 90,
    alarming: 270,
    find: ({ waits }) => {
      if (waits.length < featuresMin) return why(`Fewer than ${featuresMin} strategic tickets.`)
      const waiting = waits.filter((w) => !w.started).sort((a, b) => b.days - a.days || compare(a.ticketId, b.ticketId))
      const value = medianWait(waits)
      return value === null
        ? why('More than half of them still wait.')
        : { value, ticketIds: waiting.map((w) => w.ticketId) }
    },
  },
]

const fewFeatures: SignFinding = { why: `Fewer than ${featuresMin} features.` }

function why(text: string): SignFinding {
  return { why: text }
}

/** Habits of so few would be those of persons. */
function tooFew(people: number): SignFinding | null {
  return people < peopleMin ? why(`Fewer than ${peopleMin} people.`) : null
}

function shareOfFeatures({ features }: FactoryFacts, shows: (ticket: FeatureTicket) => boolean): SignFinding {
  const worked = features.filter((t) => t.units > 0)
  if (worked.length < featuresMin) return fewFeatures
  const showing = worked.filter(shows)
  return { value: unitsOf(showing) / unitsOf(worked), ticketIds: heaviest(showing) }
}

/** The time after which half have begun, with those that have not counted as long as they waited; null if fewer have. */
function medianWait(waits: FactoryFacts['waits']): number | null {
  const sorted = [...waits].sort((a, b) => a.days - b.days || Number(b.started) - Number(a.started))
  let left = 1
  for (const [i, { days, started }] of sorted.entries()) {
    if (started) left *= 1 - 1 / (sorted.length - i)
    if (left <= 0.5) return days
  }
  return null
}

interface Weighing {
  readonly ticketId: string
  readonly units: number
}

function heaviest(tickets: readonly Weighing[]): string[] {
  return [...tickets].sort((a, b) => b.units - a.units || compare(a.ticketId, b.ticketId)).map((t) => t.ticketId)
}

function unitsOf(tickets: readonly Weighing[]): number {
  return sum(tickets.map((t) => t.units))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
