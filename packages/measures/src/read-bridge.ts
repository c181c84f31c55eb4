import { type Bridge, type BridgeSide, bridge, type LocalDate, type Period, type RelabelledBy } from '@headroom/domain'
import { type BridgeFact, type Db, readBridgeCapacities, readBridgeFacts } from '@headroom/store'

export interface BridgeQuery {
  readonly earlier: Pick<Period, 'from' | 'to'>
  readonly later: Pick<Period, 'from' | 'to'>
  readonly teamId?: string
  /** The time whose decisions the earlier period is read with; absent: the end of its last day, in UTC. */
  readonly asOf?: Date
}

/**
 * How the strategic share of one period became that of another, by plain sums of what is predicted or decided (audits correct
 * neither end). What was decided at that time comes from the kept decisions; of a ticket about which nothing had been
 * decided by then, the first decision counts. Null when one of the periods has no tracked effort.
 */
export async function readBridge(db: Db, query: BridgeQuery): Promise<Bridge | null> {
  const facts = {
    periods: [query.earlier, query.later],
    asOf: query.asOf ?? endOf(query.earlier.to),
    ...(query.teamId ? { teamId: query.teamId } : {}),
  }
  const [efforts, capacities] = await Promise.all([readBridgeFacts(db, facts), readBridgeCapacities(db, facts)])
  const side = (period: number): BridgeSide => ({
    efforts: efforts
      .filter((fact) => fact.period === period)
      .map((fact) => ({ ...fact, relabelledBy: relabelledBy(fact) })),
    capacity: new Map(
      capacities.filter((one) => one.period === period).map(({ personId, units }) => [personId, units]),
    ),
  })
  return bridge(side(0), side(1))
}

/** What people decide, or decided, is their doing; of the rest, what a rule has or had a say in is the rules'. */
function relabelledBy({ strategicNow, strategicThen, decidedNow, decidedThen }: BridgeFact): RelabelledBy | null {
  if (strategicNow === strategicThen) return null
  const by = [decidedNow, decidedThen]
  if (by.includes('override')) return 'person'
  return by.includes('rule') || by.includes('inherited') ? 'rules' : 'model'
}

function endOf(day: LocalDate): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000)
}
