import type {
  ActiveSpan,
  ClaimSet,
  Effort,
  EffortCell,
  EffortSettings,
  LocalDate,
  PersonDay,
  PersonForEffort,
  TicketClaim,
  TicketForEffort,
} from '../src/index.ts'
import {
  activeSpans,
  capacityUnits,
  countedDays,
  diffClaims,
  epochDay,
  peopleByAccount,
  shareClaims,
  ticketClaims,
} from '../src/index.ts'

/** The incremental way in memory, as a store would do it: claims by ticket, cells by person-day, re-shared when dirty. */
export class Ledger {
  private readonly claims = new Map<string, ClaimSet>()
  private readonly spans = new Map<string, ActiveSpan[]>()
  private readonly cells = new Map<string, EffortCell[]>()
  private readonly people: readonly PersonForEffort[]
  private readonly settings: EffortSettings
  private readonly asOf: LocalDate

  constructor(people: readonly PersonForEffort[], settings: EffortSettings, asOf: LocalDate) {
    this.people = people.filter((p) => p.kind === 'human')
    this.settings = settings
    this.asOf = asOf
    this.lookup = peopleByAccount(people)
  }

  private readonly lookup: ReturnType<typeof peopleByAccount>

  /** Stores what the ticket claims now and shares again only the person-days that this changes. */
  put(id: string, ticket: TicketForEffort | null): void {
    const before = this.claims.get(id) ?? null
    const after = ticket && {
      groupId: ticket.groupId,
      claims: ticketClaims(ticket, this.lookup, this.settings, this.asOf),
    }
    if (after) this.claims.set(id, after)
    else this.claims.delete(id)
    this.spans.set(id, ticket ? activeSpans(ticket, this.lookup, this.asOf) : [])
    for (const { personId, day } of diffClaims(before, after)) this.share(personId, day)
  }

  effort(): Effort {
    const personDays: PersonDay[] = []
    for (const person of this.people) {
      const { personId } = person.workingTime
      const presence = {
        activeSpans: [...this.spans.values()].flat().filter((s) => s.personId === personId),
        claimedDays: [...this.cells.values()]
          .flat()
          .filter((c) => c.personId === personId)
          .map((c) => c.day),
      }
      for (const { day, capacityUnits } of countedDays(presence, person.workingTime, this.settings, this.asOf)) {
        const cells = this.cells.get(`${personId} ${day}`) ?? []
        personDays.push({ personId, day, capacityUnits, trackedUnits: cells.reduce((sum, c) => sum + c.units, 0) })
      }
    }
    const keys = [...this.cells.keys()].sort()
    return { cells: keys.flatMap((key) => this.cells.get(key) ?? []), personDays }
  }

  private share(personId: string, day: LocalDate): void {
    const time = this.people.find((p) => p.workingTime.personId === personId)?.workingTime
    if (time === undefined) throw new Error(`Person ${personId} claims without being known.`)
    const claims: TicketClaim[] = []
    for (const [ticketId, { groupId, claims: all }] of this.claims) {
      for (const claim of all)
        if (claim.personId === personId && claim.day === day) claims.push({ ...claim, ticketId, groupId })
    }
    const capacity = capacityUnits(time, epochDay(day), this.settings.unitsPerDay)
    const shares = shareClaims(capacity, claims, time, this.settings)
    this.cells.set(
      `${personId} ${day}`,
      shares.map((share) => ({ personId, day, ...share })),
    )
  }
}
