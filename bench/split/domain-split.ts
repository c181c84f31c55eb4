import {
  defaultEffortSettings,
  measureEffort,
  measureSplit,
  periodOf,
  type SplitMeasure,
  type TicketEffort,
} from '@headroom/domain'
import type { CompanyFacts } from './company-facts.ts'

export const target = 0.2
export const modelShareErrorSd = 0.02

/** Effort from scratch, and the split of every team and quarter, as the product measures them; by `TEAM QUARTER`. */
export function splitByDomain(facts: CompanyFacts): Map<string, SplitMeasure> {
  const people = facts.people.map((person) => person.forEffort)
  const effort = measureEffort(facts.tickets, people, defaultEffortSettings, facts.asOf)
  const teams = new Map(facts.people.map((person) => [person.id, person.team]))
  const quarters = new Map<string, string>()
  const cells = new Map<string, Cell>()
  const cellOf = (personId: string, day: string): Cell => {
    const quarter = quarters.get(day) ?? periodOf(day, 'quarter').label
    quarters.set(day, quarter)
    const key = `${teams.get(personId)} ${quarter}`
    const cell = cells.get(key) ?? { tickets: new Map(), capacityUnits: 0 }
    cells.set(key, cell)
    return cell
  }
  for (const { personId, day, ticketId, units, unitsEqual, unitsPoints } of effort.cells) {
    const { tickets } = cellOf(personId, day)
    const sum = tickets.get(ticketId)
    if (sum) {
      sum.units += units
      sum.unitsEqual += unitsEqual
      sum.unitsPoints += unitsPoints
    } else tickets.set(ticketId, { units, unitsEqual, unitsPoints })
  }
  for (const { personId, day, capacityUnits } of effort.personDays) cellOf(personId, day).capacityUnits += capacityUnits
  return new Map([...cells].map(([key, cell]) => [key, measure(cell, facts)]))
}

interface Cell {
  readonly tickets: Map<string, { units: number; unitsEqual: number; unitsPoints: number }>
  capacityUnits: number
}

function measure({ tickets, capacityUnits }: Cell, { classifications }: CompanyFacts): SplitMeasure {
  return measureSplit({
    tickets: [...tickets].map(([ticketId, units]): TicketEffort => {
      const known = classifications.get(ticketId)
      if (!known) throw new Error(`${ticketId} has no classification.`)
      return { ticketId, ...units, classification: { ...known, decidedBy: known.unclassified ? 'none' : 'model' } }
    }),
    unitsPerDay: defaultEffortSettings.unitsPerDay,
    capacityUnits,
    target,
    modelShareErrorSd,
  })
}
