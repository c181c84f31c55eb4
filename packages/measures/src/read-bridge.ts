import { type Bridge, type BridgeSide, bridge, type LocalDate, type Period } from '@headroom/domain'
import { type Db, readBridgeCapacities, readBridgeFacts } from '@headroom/store'

export interface BridgeQuery {
  readonly earlier: Pick<Period, 'from' | 'to'>
  readonly later: Pick<Period, 'from' | 'to'>
  readonly teamId?: string
  /** The time whose decisions the earlier period is read with; absent: the end of its last day, in UTC. */
  readonly asOf?: Date
}

/**
 * How the strategic share of one period became that of another, by plain sums of what is predicted or decided (audits correct
 * neither end). What was decided at that time is known as far as people have overridden it since; what rules or the model said
 * then is not kept, so both ends are read with today's. Null when one of the periods has no tracked effort.
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
      .map(({ overriddenSince, ...fact }) => ({ ...fact, relabelledBy: overriddenSince ? 'person' : null })),
    capacity: new Map(
      capacities.filter((one) => one.period === period).map(({ personId, units }) => [personId, units]),
    ),
  })
  return bridge(side(0), side(1))
}

function endOf(day: LocalDate): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000)
}
