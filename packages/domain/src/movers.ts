/** What one ticket took of a period, and how much of it counts as strategic. */
export interface StrategicEffort {
  readonly ticketId: string
  readonly units: number
  /** Probability, or 0 for an unclassified ticket. */
  readonly strategic: number
}

/** A ticket's part in the change of a strategic share between two periods. */
export interface Mover {
  readonly ticketId: string
  /** Its part of the change, in shares; those of all tickets add up to the change. */
  readonly change: number
  readonly unitsBefore: number
  readonly unitsAfter: number
}

/**
 * Each ticket's part in the change of the strategic share from one period to another, the largest first. A ticket counts by how much more
 * strategic than usual it is, so that features that take much push the share down; against the mean of both shares, the parts add up exactly.
 * Empty when one of the periods has no effort.
 */
export function movers(before: readonly StrategicEffort[], after: readonly StrategicEffort[]): Mover[] {
  const [a, b] = [totalOf(before), totalOf(after)]
  if (a.units === 0 || b.units === 0) return []
  const usual = (a.strategic / a.units + b.strategic / b.units) / 2
  const parts = new Map<string, { change: number; unitsBefore: number; unitsAfter: number }>()
  const partOf = (ticketId: string) => {
    const known = parts.get(ticketId) ?? { change: 0, unitsBefore: 0, unitsAfter: 0 }
    parts.set(ticketId, known)
    return known
  }
  for (const { ticketId, units, strategic } of before) {
    const part = partOf(ticketId)
    part.change -= (units * (strategic - usual)) / a.units
    part.unitsBefore += units
  }
  for (const { ticketId, units, strategic } of after) {
    const part = partOf(ticketId)
    part.change += (units * (strategic - usual)) / b.units
    part.unitsAfter += units
  }
  return [...parts]
    .map(([ticketId, part]) => ({ ticketId, ...part }))
    .sort((x, y) => Math.abs(y.change) - Math.abs(x.change) || (x.ticketId < y.ticketId ? -1 : 1))
}

function totalOf(efforts: readonly StrategicEffort[]): { readonly units: number; readonly strategic: number } {
  return {
    units: efforts.reduce((sum, { units }) => sum + units, 0),
    strategic: efforts.reduce((sum, { units, strategic }) => sum + units * strategic, 0),
  }
}
