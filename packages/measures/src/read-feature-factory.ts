import { epochDay, type FactorySign, featureFactorySigns, type LocalDate, localDate } from '@headroom/domain'
import { type Db, type ReportTicketRow, readFactoryFacts, readReportTickets } from '@headroom/store'

/** A sign with the tickets that show it in words: how many there are, and at most ten of them. */
export interface FactorySignReading extends Omit<FactorySign, 'ticketIds'> {
  readonly count: number
  readonly tickets: readonly ReportTicketRow[]
}

export interface FeatureFactoryQuery {
  readonly from: LocalDate
  /** Included. */
  readonly to: LocalDate
  readonly teamId?: string
}

const ticketsShown = 10
const windowsBefore = 3

/** The signs of a feature factory in some days, and their trend over the three windows of the same length before. */
export async function readFeatureFactory(db: Db, query: FeatureFactoryQuery): Promise<FactorySignReading[]> {
  const days = epochDay(query.to) - epochDay(query.from) + 1
  const facts = []
  for (let back = windowsBefore; back >= 0; back--) {
    const from = localDate(epochDay(query.from) - back * days)
    const to = localDate(epochDay(query.to) - back * days)
    facts.push(await readFactoryFacts(db, { ...query, from, to }))
  }
  const [window, ...earlier] = facts.reverse()
  if (!window) throw new RangeError('There is always one window')
  const signs = featureFactorySigns(window, earlier.reverse())
  const shown = signs.flatMap((sign) => sign.ticketIds.slice(0, ticketsShown))
  const texts = new Map((await readReportTickets(db, shown)).map((ticket) => [ticket.id, ticket]))
  return signs.map(({ ticketIds, ...sign }) => ({
    ...sign,
    count: ticketIds.length,
    tickets: ticketIds.slice(0, ticketsShown).flatMap((id) => texts.get(id) ?? []),
  }))
}
