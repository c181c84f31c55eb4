/** Who moved a ticket from what was said of it then to what is said now. */
export type RelabelledBy = 'person' | 'rules' | 'model'

/** What one person gave one ticket in a period, and how much of it counts as strategic. */
export interface BridgeEffort {
  readonly personId: string
  readonly ticketId: string
  readonly units: number
  /** As decided at the time that the bridge starts from, and as decided now; 0 for an unclassified ticket. */
  readonly strategicThen: number
  readonly strategicNow: number
  /** Null when nothing changed. */
  readonly relabelledBy: RelabelledBy | null
}

/** One end of a bridge. People's capacity is for the arithmetic alone; no part of the result is about one of them. */
export interface BridgeSide {
  readonly efforts: readonly BridgeEffort[]
  readonly capacity: ReadonlyMap<string, number>
}

/** How one strategic share became another; the parts add up to `after - before`. */
export interface Bridge {
  /** The earlier period as it was decided then. */
  readonly before: number
  /** The later period as it is decided now. */
  readonly after: number
  /** People work on other things than they did. */
  readonly realChange: number
  /** People said something else of the earlier period's tickets since. */
  readonly relabelling: number
  /** Rules or the model say something else of the earlier period's tickets since. */
  readonly rules: number
  /** Some people's time is tracked more, or less, beside others' than it was. */
  readonly coverage: number
  /** Who is there: people joined, left, or gave more or less of their time. */
  readonly people: number
}

/**
 * Takes the change of the strategic share between two periods apart, exactly. Null when one of them has no tracked effort.
 *
 * First the earlier period is decided as now: that difference is the relabelling, ticket by ticket. The rest is the
 * change of a mean over people, weighted by capacity x coverage: its three causes (what they work on, coverage, capacity)
 * get their Shapley values (L. S. Shapley, 1953; A. Shorrocks, 2013), the mean over all orders in which one could change them. Somebody who
 * is there in one period alone changes the mean by being there, not by their work.
 */
export function bridge(earlier: BridgeSide, later: BridgeSide): Bridge | null {
  const before = shareOf(earlier.efforts, (effort) => effort.strategicThen)
  const after = shareOf(later.efforts, (effort) => effort.strategicNow)
  if (before === null || after === null) return null
  const tracked = earlier.efforts.reduce((sum, { units }) => sum + units, 0)
  const relabelled = (by: (cause: RelabelledBy | null) => boolean) =>
    earlier.efforts
      .filter(({ relabelledBy }) => by(relabelledBy))
      .reduce((sum, { units, strategicNow, strategicThen }) => sum + units * (strategicNow - strategicThen), 0) /
    tracked
  const [a, b] = alike(byPerson(earlier), byPerson(later))
  const [realChange, coverage, people] = shapley(a, b)
  return {
    before,
    after,
    realChange,
    relabelling: relabelled((cause) => cause === 'person'),
    rules: relabelled((cause) => cause !== 'person'),
    coverage,
    people,
  }
}

function shareOf(efforts: readonly BridgeEffort[], strategicOf: (effort: BridgeEffort) => number): number | null {
  const tracked = efforts.reduce((sum, { units }) => sum + units, 0)
  return tracked === 0 ? null : efforts.reduce((sum, effort) => sum + effort.units * strategicOf(effort), 0) / tracked
}

interface PersonPeriod {
  readonly capacity: number
  /** Tracked units for each of capacity. */
  readonly coverage: number
  readonly share: number
}

function byPerson({ efforts, capacity }: BridgeSide): Map<string, PersonPeriod> {
  const tracked = new Map<string, { units: number; strategic: number }>()
  for (const { personId, units, strategicNow } of efforts) {
    const sum = tracked.get(personId) ?? { units: 0, strategic: 0 }
    sum.units += units
    sum.strategic += units * strategicNow
    tracked.set(personId, sum)
  }
  return new Map(
    [...tracked].flatMap(([personId, { units, strategic }]) => {
      if (units === 0) return []
      // Somebody whose capacity nobody knows counts as fully tracked.
      const own = capacity.get(personId) || units
      return [[personId, { capacity: own, coverage: units / own, share: strategic / units }] as const]
    }),
  )
}

/** The same people on both sides: who is not there has no capacity, and would have worked as in the other period. */
function alike(a: ReadonlyMap<string, PersonPeriod>, b: ReadonlyMap<string, PersonPeriod>) {
  const people = [...new Set([...a.keys(), ...b.keys()])].sort()
  const side = (own: ReadonlyMap<string, PersonPeriod>, other: ReadonlyMap<string, PersonPeriod>) =>
    people.map((id): PersonPeriod => {
      const there = own.get(id)
      if (there) return there
      const elsewhere = other.get(id)
      return { capacity: 0, coverage: elsewhere?.coverage ?? 0, share: elsewhere?.share ?? 0 }
    })
  return [side(a, b), side(b, a)] as const
}

/** Parts of share, coverage and capacity in the change of the mean from `a` to `b`. */
function shapley(a: readonly PersonPeriod[], b: readonly PersonPeriod[]): [number, number, number] {
  const mean = (share: boolean, coverage: boolean, capacity: boolean) => {
    let tracked = 0
    let strategic = 0
    a.forEach((from, i) => {
      const to = b[i] ?? from
      const units = (capacity ? to : from).capacity * (coverage ? to : from).coverage
      tracked += units
      strategic += units * (share ? to : from).share
    })
    return tracked === 0 ? 0 : strategic / tracked
  }
  const value = (alone: number, first: number, second: number, last: number) =>
    alone / 3 + first / 6 + second / 6 + last / 3
  const [none, all] = [mean(false, false, false), mean(true, true, true)]
  const [s, v, c] = [mean(true, false, false), mean(false, true, false), mean(false, false, true)]
  const [sv, sc, vc] = [mean(true, true, false), mean(true, false, true), mean(false, true, true)]
  return [
    value(s - none, sv - v, sc - c, all - vc),
    value(v - none, sv - s, vc - c, all - sc),
    value(c - none, sc - s, vc - v, all - sv),
  ]
}
