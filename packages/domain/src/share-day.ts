import { sum } from './statistics.ts'
/** What one ticket claims of the day that is shared. */
export interface DayClaim {
  readonly ticketId: string
  /** Tickets of one group (a parent and its sub-tasks) weigh together as much as their heaviest member. */
  readonly groupId: string
  /** Non-negative integer. */
  readonly weight: number
  readonly loggedSeconds: number
}

/** A ticket's part of a person-day in integer units. */
export interface DayShare {
  readonly ticketId: string
  readonly units: number
}

/** What turns logged seconds into units: the length of a full working day, and its units. */
export interface DayLength {
  readonly secondsPerDay: number
  readonly unitsPerDay: number
}

/**
 * Shares one person-day of `capacityUnits` among the tickets that claim it; the units add up to the capacity exactly, or
 * to what was logged when nothing has a weight, never to more.
 *
 * Logged time comes first: as logged, or pro rata when more was logged than the day holds. The rest goes to the groups by
 * their weight (that of the heaviest member), and inside a group by weight. Fractions are rounded by the largest remainder
 * (Hamilton's method), equal remainders by ticket id, so the order of the claims never matters. Tickets without a unit are left
 * out; the result is sorted by ticket id. At most one claim per ticket.
 */
export function shareDay(capacityUnits: number, claims: readonly DayClaim[], length: DayLength): DayShare[] {
  const sorted = byTicketId(claims)
  const units = shareSorted(capacityUnits, sorted, (claim) => claim.weight, length)
  return sorted.flatMap(({ ticketId }, i) => (units[i] ? [{ ticketId, units: units[i] }] : []))
}

/** Claims in the order in which {@link shareSorted} takes them. */
export function byTicketId<T extends { readonly ticketId: string }>(claims: readonly T[]): readonly T[] {
  return claims.length < 2 ? claims : [...claims].sort((a, b) => (a.ticketId < b.ticketId ? -1 : 1))
}

/** {@link shareDay} for claims that are sorted by ticket id and weigh `weightOf`: the units of each, in their order. */
export function shareSorted<T extends Omit<DayClaim, 'weight'>>(
  capacityUnits: number,
  sorted: readonly T[],
  weightOf: (claim: T) => number,
  length: DayLength,
): number[] {
  if (capacityUnits <= 0) return sorted.map(() => 0)
  const only = sorted.length === 1 ? sorted[0] : undefined
  if (only && weightOf(only) > 0) return [capacityUnits]
  const units = loggedUnits(capacityUnits, sorted, length)
  const groups = groupsOf(sorted, weightOf)
  const perGroup = apportion(
    capacityUnits - sum(units),
    groups.map((group) => group.weight),
  )
  groups.forEach((group, g) => {
    const inside = apportion(perGroup[g] ?? 0, group.weights)
    group.members.forEach((member, m) => {
      units[member] = (units[member] ?? 0) + (inside[m] ?? 0)
    })
  })
  return units
}

function loggedUnits(
  capacityUnits: number,
  claims: readonly Pick<DayClaim, 'loggedSeconds'>[],
  length: DayLength,
): number[] {
  const seconds = claims.map((claim) => claim.loggedSeconds)
  if (sum(seconds) * length.unitsPerDay >= capacityUnits * length.secondsPerDay)
    return apportion(capacityUnits, seconds)
  return seconds.map((s) => Math.floor((s * length.unitsPerDay) / length.secondsPerDay))
}

interface Group {
  readonly id: string
  weight: number
  /** Places of the members in the sorted claims, and their weights. */
  readonly members: number[]
  readonly weights: number[]
}

/** In the order of their first members. A day has a handful of claims, so looking through them beats hashing. */
function groupsOf<T extends Pick<DayClaim, 'groupId'>>(claims: readonly T[], weightOf: (claim: T) => number): Group[] {
  const groups: Group[] = []
  claims.forEach((claim, place) => {
    const weight = weightOf(claim)
    if (weight <= 0) return
    const group = groups.find((g) => g.id === claim.groupId)
    if (group === undefined) {
      groups.push({ id: claim.groupId, weight, members: [place], weights: [weight] })
      return
    }
    group.weight = Math.max(group.weight, weight)
    group.members.push(place)
    group.weights.push(weight)
  })
  return groups
}

/**
 * Whole parts of `total` in proportion to integer weights, adding up to `total`; all zero when no weight is positive.
 * Equal remainders go to the earlier place. Exact as long as total x weight stays below 2^53.
 */
function apportion(total: number, weights: readonly number[]): number[] {
  const sumOfWeights = sum(weights)
  if (sumOfWeights === 0 || total === 0) return weights.map(() => 0)
  if (weights.length === 1) return [total]
  const parts = weights.map((weight) => Math.floor((total * weight) / sumOfWeights))
  const left = total - sum(parts)
  if (left === 0) return parts
  const remainders = weights.map((weight) => (total * weight) % sumOfWeights)
  const places = weights.map((_, i) => i).sort((a, b) => (remainders[b] ?? 0) - (remainders[a] ?? 0) || a - b)
  for (const place of places.slice(0, left)) parts[place] = (parts[place] ?? 0) + 1
  return parts
}
