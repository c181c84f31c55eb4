import {
  type Period,
  type ReviewQuestion,
  reviewQuestion,
  type WorkTypeProbabilities,
  workTypes,
} from '@headroom/domain'
import {
  type Db,
  readTicketFacts,
  readTicketsToReview,
  readUnjudgedIds,
  type TicketFact,
  type TicketToReview,
} from '@headroom/store'

/** A ticket whose label is worth a person's minute. */
export interface ReviewItem {
  readonly ticket: TicketToReview
  readonly fact: TicketFact
  /** Standard deviation of the strategic share that hangs on this label alone. */
  readonly shareAtStake: number
  readonly question: ReviewQuestion
}

/** Place of a ticket in the queue. */
export type ReviewPlace = readonly [weight: number, ticketId: string]

/**
 * The tickets whose label would move the strategic share of a period most, first: those that a machine decided about, or
 * nothing, and that no person has judged or is to judge blind in an audit.
 */
export async function readReviewQueue(
  db: Db,
  query: {
    readonly period: Period
    readonly teamId?: string
    readonly limit: number
    readonly after: ReviewPlace | null
  },
): Promise<ReviewItem[]> {
  const { period, limit, after, ...scope } = query
  const facts = await readTicketFacts(db, { periods: [period], by: 'none', basis: 'effort', ...scope })
  const total = facts.reduce((sum, fact) => sum + fact.units, 0)
  const waiting = await mostDecisive(db, facts)
  const page = waiting.filter((fact) => after === null || compare(placeOf(fact), after) > 0).slice(0, limit)
  const tickets = new Map(
    (
      await readTicketsToReview(
        db,
        page.map((fact) => fact.ticketId),
      )
    ).map((ticket) => [ticket.id, ticket]),
  )
  return page.flatMap((fact) => {
    const ticket = tickets.get(fact.ticketId)
    if (!ticket) return []
    const question = reviewQuestion(complete(ticket.workTypeProbabilities))
    return { ticket, fact, shareAtStake: reviewWeight(fact) / total, question }
  })
}

/** Of these, the tickets that await a person's judgement, those first whose label would move the split most. */
export async function mostDecisive(db: Db, facts: readonly TicketFact[]): Promise<TicketFact[]> {
  const guessed = facts.filter(({ decidedBy, units }) => units > 0 && guessers.has(decidedBy))
  const unjudged = new Set(
    await readUnjudgedIds(
      db,
      guessed.map((fact) => fact.ticketId),
    ),
  )
  return guessed.filter((fact) => unjudged.has(fact.ticketId)).sort((a, b) => compare(placeOf(a), placeOf(b)))
}

const guessers: ReadonlySet<string> = new Set(['model', 'llm', 'none'])

/** Effort times how open it is whether it is strategic. */
export function reviewWeight({ units, pStrategic: p }: TicketFact): number {
  return units * Math.sqrt(Math.max(0, p * (1 - p)))
}

/** Where a ticket stands in the queue. */
export function placeOf(fact: TicketFact): ReviewPlace {
  return [reviewWeight(fact), fact.ticketId]
}

function compare([weightA, idA]: ReviewPlace, [weightB, idB]: ReviewPlace): number {
  return weightB - weightA || (idA < idB ? -1 : idA > idB ? 1 : 0)
}

/** A ticket that nothing was said of yet may be anything. */
function complete(known: Partial<WorkTypeProbabilities>): WorkTypeProbabilities {
  const isEmpty = Object.keys(known).length === 0
  const entries = workTypes.map((type) => [type, known[type] ?? (isEmpty ? 1 / workTypes.length : 0)])
  return Object.fromEntries(entries) as WorkTypeProbabilities
}
