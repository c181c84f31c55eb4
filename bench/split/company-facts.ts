import {
  type Activity,
  type CategoryProbabilities,
  categoryOf,
  type LocalDate,
  localDate,
  type Membership,
  type PersonForEffort,
  type TicketForEffort,
  type Transition,
  type WorkCalendar,
  workingTime,
} from '@headroom/domain'
import {
  type Company,
  type CompanyPerson,
  type CompanyTicket,
  currentState,
  type ShownState,
} from '@headroom/simulator'

/** A person with everything that their working days follow from. */
export interface PersonFacts {
  readonly id: string
  readonly isBot: boolean
  readonly team: number
  readonly fte: number
  readonly zone: string
  readonly calendar: WorkCalendar
  readonly absences: CompanyPerson['absences']
  readonly forEffort: PersonForEffort
}

/** How a ticket was classified, for the arithmetic: nobody asks here whether it is right. */
export interface ClassificationFacts {
  readonly probabilities: CategoryProbabilities
  readonly unclassified: boolean
}

/** What both sides are given, in memory: the tickets of the demo company as the converters make them. */
export interface CompanyFacts {
  readonly tickets: readonly TicketForEffort[]
  readonly people: readonly PersonFacts[]
  readonly classifications: ReadonlyMap<string, ClassificationFacts>
  /** The first day on which a ticket existed. */
  readonly from: LocalDate
  readonly asOf: LocalDate
}

export function companyFacts(company: Company): CompanyFacts {
  const tickets = company.tickets.map((ticket) => toTicket(company, ticket))
  const first = company.tickets.reduce((least, t) => Math.min(least, t.createdAt), company.from)
  const dayMs = 86_400_000
  return {
    tickets,
    people: company.people.map((person) => toPerson(company, person)),
    classifications: new Map(tickets.map((ticket, i) => [ticket.id, classificationOf(company, i)])),
    from: localDate(Math.floor(first / dayMs) - 2),
    asOf: localDate(Math.floor(company.until / dayMs) - 1),
  }
}

function ticketIdOf(index: number): string {
  return `ticket-${String(index).padStart(6, '0')}`
}

function accountOf(person: number | null): string | null {
  return person === null ? null : `account-${person}`
}

function toPerson(company: Company, person: CompanyPerson): PersonFacts {
  const calendar = company.calendars.find((c) => c.id === person.calendarId)
  if (!calendar) throw new Error(`The company has no calendar ${person.calendarId}.`)
  const isBot = person.role === 'bot'
  const { fte, timeZone, calendarId, absences } = person
  const kind = isBot ? 'bot' : 'human'
  const id = `person-${String(person.index).padStart(3, '0')}`
  const memberships: readonly Membership[] = []
  return {
    id,
    isBot,
    team: person.team,
    fte,
    zone: timeZone,
    calendar,
    absences,
    forEffort: {
      workingTime: workingTime({ id, displayName: '', kind, timeZone, calendarId, fte, absences }, calendar),
      accountIds: [`account-${person.index}`],
      kind,
      memberships,
    },
  }
}

function toTicket(company: Company, ticket: CompanyTicket): TicketForEffort {
  const state = currentState(ticket)
  const parent = ticket.isSubtask ? ticket.parent : null
  return {
    id: ticketIdOf(ticket.index),
    groupId: ticketIdOf(parent ?? ticket.index),
    createdAt: ticket.createdAt,
    status: statusOf(company, ticket, state.status),
    assigneeAccountId: accountOf(state.assignee),
    transitions: transitionsOf(company, ticket),
    activities: activitiesOf(ticket),
    worklogs: ticket.worklogs.map((w, i) => ({
      id: `${i}`,
      authorAccountId: accountOf(w.author),
      startedAt: w.startedAt,
      seconds: w.seconds,
    })),
    estimate: state.estimate,
    isEpic: ticket.isEpic,
    deletedAt: null,
  }
}

function statusOf(company: Company, ticket: CompanyTicket, role: ShownState['status']): TicketForEffort['status'] {
  const status = company.teams[ticket.team]?.statuses.find((s) => s.role === role)
  if (!status) throw new Error(`Team ${ticket.team} has no status for ${role}.`)
  return { id: status.name, name: status.name, category: status.category }
}

function transitionsOf(company: Company, ticket: CompanyTicket): Transition[] {
  let before = ticket.created
  return ticket.changes.flatMap((change, i) => {
    const after: ShownState = { ...before, ...change.set }
    const entry = { at: change.at, authorAccountId: accountOf(change.author) }
    const found: Transition[] = []
    if (after.status !== before.status) {
      const [from, to] = [statusOf(company, ticket, before.status), statusOf(company, ticket, after.status)]
      const names = { from: from.id, to: to.id, fromName: from.name, toName: to.name }
      found.push({
        ...entry,
        id: `${i}:0`,
        field: 'status',
        ...names,
        fromCategory: from.category,
        toCategory: to.category,
      })
    }
    if (after.assignee !== before.assignee) {
      const [from, to] = [accountOf(before.assignee), accountOf(after.assignee)]
      found.push({ ...entry, id: `${i}:1`, field: 'assignee', from, to, fromName: from, toName: to })
    }
    if (after.estimate !== before.estimate) {
      const [from, to] = [before.estimate, after.estimate].map((v) => (v === null ? null : String(v)))
      found.push({
        ...entry,
        id: `${i}:2`,
        field: 'estimate',
        from: from ?? null,
        to: to ?? null,
        fromName: null,
        toName: null,
      })
    }
    before = after
    return found
  })
}

function activitiesOf(ticket: CompanyTicket): Activity[] {
  const comments = ticket.comments.map(
    (c, i): Activity => ({ id: `c${i}`, at: c.at, kind: 'comment', authorAccountId: accountOf(c.author) }),
  )
  const edits = ticket.changes.flatMap((c, i): Activity[] => {
    const kind = c.edited === 'title' ? 'summary' : c.edited
    return kind ? [{ id: `e${i}`, at: c.at, kind, authorAccountId: accountOf(c.author) }] : []
  })
  return [...comments, ...edits].sort((a, b) => a.at - b.at)
}

/** The truth made doubtful: three in four get most of the probability right, every twentieth stays unclassified. */
function classificationOf(company: Company, index: number): ClassificationFacts {
  const truth = categoryOf(company.truth.workTypes[index] ?? 'enhancement')
  const sure = 0.55 + ((index * 7919) % 400) / 1000
  const rest = (1 - sure) / 2
  const probabilities = { feature: rest, strategic: rest, sustaining: rest, [truth]: sure }
  return { probabilities, unclassified: index % 20 === 0 }
}
