import { createHash, randomUUID } from 'node:crypto'
import { drawAudit, type Period } from '@headroom/domain'
import {
  insertAudit,
  inTransaction,
  readTicketFacts,
  readUnlabelledViews,
  type Store,
  writeAudit,
} from '@headroom/store'

/** What is to be audited, and by how many tickets. */
export interface AuditSampleQuery {
  readonly period: Period
  readonly teamId: string | null
  readonly size: number
  /** Who asks: the API key's id, or the name of the command. */
  readonly actor: string
  readonly modelVersion: string
  readonly ruleSetVersion: number
}

/**
 * Draws an audit of the tickets with effort in a period and keeps it with what is said of them now, before anybody
 * reads. Answers its id; null when no ticket has effort there. The same tickets give the same sample, and a larger draw
 * takes up nearly all of a smaller one, whose labels go on holding.
 */
export async function drawAuditSample(store: Store, query: AuditSampleQuery): Promise<string | null> {
  const { period, teamId, size, actor } = query
  return inTransaction(store, async (tx) => {
    const scope = teamId === null ? {} : { teamId }
    const facts = await readTicketFacts(tx, { periods: [period], by: 'none', basis: 'effort', ...scope })
    const units = new Map(facts.filter((fact) => fact.units > 0).map((fact) => [fact.ticketId, fact.units]))
    const views = await readUnlabelledViews(tx, [...units.keys()])
    const candidates = views.map((view) => ({
      ...view,
      units: units.get(view.ticketId) ?? 0,
      permanentNumber: numberOf(`draw ${view.ticketId}`),
    }))
    if (candidates.length === 0) return null

    const drawn = drawAudit(candidates, { size })

    const id = randomUUID()
    const byId = new Map(candidates.map((candidate) => [candidate.ticketId, candidate]))
    const items = drawn
      .flatMap((ticket) => {
        const candidate = byId.get(ticket.ticketId)
        return candidate ? [{ ...candidate, ...ticket }] : []
      })
      .sort((a, b) => numberOf(`read ${a.ticketId}`) - numberOf(`read ${b.ticketId}`))
    const { from, to, label } = period
    const population = candidates.length
    const populationUnits = candidates.reduce((sum, candidate) => sum + candidate.units, 0)
    const { modelVersion, ruleSetVersion } = query
    await insertAudit(
      tx,
      { id, from, to, label, teamId, size, population, populationUnits, modelVersion, ruleSetVersion, drawnBy: actor },
      items,
    )
    await writeAudit(tx, { actor, action: 'audit.draw', target: id, detail: { period: label, teamId, size } })
    return id
  })
}

/** A number in (0, 1) that belongs to a text for ever. */
function numberOf(text: string): number {
  const bits = createHash('sha256').update(text).digest().readUIntBE(0, 6)
  return (bits + 0.5) / 2 ** 48
}
