import { activeSpans } from './active-stretches.ts'
import { countedDays, type Membership, type Presence } from './capacity.ts'
import { type Claim, ticketClaims } from './claims.ts'
import type { EffortSettings } from './effort-settings.ts'
import type { LocalDate } from './person.ts'
import { byTicketId, shareSorted } from './share-day.ts'
import type { PeopleForEffort, TicketForEffort } from './ticket-for-effort.ts'
import type { WorkingTime } from './working-days.ts'

/** A person whose effort is measured. */
export interface PersonForEffort {
  readonly workingTime: WorkingTime
  /** The person's accounts over all trackers; no account belongs to two people. */
  readonly accountIds: readonly string[]
  readonly kind: 'human' | 'bot'
  /** Null or none: the days that count are derived from the person's tickets, see countedDays. */
  readonly memberships: readonly Membership[] | null
}

/** What a ticket took of a person-day, in integer units, by each of the three effort rules. */
export interface EffortCell {
  readonly personId: string
  readonly day: LocalDate
  readonly ticketId: string
  readonly units: number
  readonly unitsEqual: number
  readonly unitsPoints: number
}

/** A working day that counts, and how much of it is tracked; the rest is untracked. */
export interface PersonDay {
  readonly personId: string
  readonly day: LocalDate
  readonly capacityUnits: number
  readonly trackedUnits: number
}

/** All effort up to a day. Cells are sorted by person, day and ticket, person-days by person and day. */
export interface Effort {
  readonly cells: readonly EffortCell[]
  readonly personDays: readonly PersonDay[]
}

/** What a ticket claims of one given person-day, with its id and group. */
export interface TicketClaim extends Pick<Claim, 'weights' | 'loggedSeconds'> {
  readonly ticketId: string
  readonly groupId: string
}

/**
 * Measures all effort from the start: the reference for the incremental way, and for small use. The incremental way keeps
 * each ticket's claims, re-shares with {@link shareClaims} the person-days that {@link diffClaims} names, and gives the same.
 */
export function measureEffort(
  tickets: readonly TicketForEffort[],
  people: readonly PersonForEffort[],
  settings: EffortSettings,
  asOf: LocalDate,
): Effort {
  const lookup = peopleByAccount(people)
  const claims = new Map(people.map((person) => [person.workingTime.personId, new Map<LocalDate, TicketClaim[]>()]))
  const spans = new Map(people.map((person) => [person.workingTime.personId, [] as Presence['activeSpans'][number][]]))
  for (const ticket of tickets) {
    for (const claim of ticketClaims(ticket, lookup, settings, asOf)) {
      const days = claims.get(claim.personId)
      const onDay = days?.get(claim.day)
      const { weights, loggedSeconds } = claim
      const withTicket = { ticketId: ticket.id, groupId: ticket.groupId, weights, loggedSeconds }
      if (onDay) onDay.push(withTicket)
      else days?.set(claim.day, [withTicket])
    }
    for (const span of activeSpans(ticket, lookup, asOf)) spans.get(span.personId)?.push(span)
  }
  const cells: EffortCell[] = []
  const personDays: PersonDay[] = []
  for (const { workingTime, memberships } of byPersonId(people)) {
    const { personId } = workingTime
    const days = claims.get(personId) ?? new Map<LocalDate, TicketClaim[]>()
    const presence = { activeSpans: spans.get(personId) ?? [], claimedDays: [...days.keys()] }
    for (const { day, capacityUnits } of countedDays(presence, workingTime, settings, asOf, memberships ?? [])) {
      const shares = shareClaims(capacityUnits, days.get(day) ?? [], workingTime, settings)
      let trackedUnits = 0
      for (const share of shares) {
        trackedUnits += share.units
        const { ticketId, units, unitsEqual, unitsPoints } = share
        cells.push({ personId, day, ticketId, units, unitsEqual, unitsPoints })
      }
      personDays.push({ personId, day, capacityUnits, trackedUnits })
    }
  }
  return { cells, personDays }
}

/** What a ticket takes of a day by the three effort rules. */
export type TicketShare = Omit<EffortCell, 'personId' | 'day'>

/** Shares one person-day of `capacityUnits` by all three effort rules; sorted by ticket id, at most one claim per ticket. */
export function shareClaims(
  capacityUnits: number,
  claims: readonly TicketClaim[],
  time: Pick<WorkingTime, 'secondsPerDay'>,
  settings: Pick<EffortSettings, 'unitsPerDay'>,
): TicketShare[] {
  const length = { secondsPerDay: time.secondsPerDay, unitsPerDay: settings.unitsPerDay }
  const sorted = byTicketId(claims)
  const units = shareSorted(capacityUnits, sorted, (claim) => claim.weights.default, length)
  const equal = shareSorted(capacityUnits, sorted, (claim) => claim.weights.equal, length)
  const points = shareSorted(capacityUnits, sorted, (claim) => claim.weights.points, length)
  const shares: TicketShare[] = []
  sorted.forEach(({ ticketId }, i) => {
    const share = { ticketId, units: units[i] ?? 0, unitsEqual: equal[i] ?? 0, unitsPoints: points[i] ?? 0 }
    if (share.units > 0 || share.unitsEqual > 0 || share.unitsPoints > 0) shares.push(share)
  })
  return shares
}

/** The people behind accounts, for callers that have all people at hand. */
export function peopleByAccount(people: readonly PersonForEffort[]): PeopleForEffort {
  const byAccount = new Map(
    people.flatMap((person) => person.accountIds.map((accountId) => [accountId, person] as const)),
  )
  return {
    worker: (accountId) => {
      const person = byAccount.get(accountId)
      return person?.kind === 'human' ? person.workingTime : null
    },
    isBot: (accountId) => byAccount.get(accountId)?.kind === 'bot',
  }
}

function byPersonId(people: readonly PersonForEffort[]): PersonForEffort[] {
  return people
    .filter((person) => person.kind === 'human')
    .sort((a, b) => (a.workingTime.personId < b.workingTime.personId ? -1 : 1))
}
