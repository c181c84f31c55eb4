import { sameUnderBoth } from '@headroom/classification'
import {
  addWork,
  type DecidedWith,
  inTransaction,
  type Lineage,
  moveRollout,
  readDecidedWith,
  readLineages,
  takeRollout,
} from '@headroom/store'
import type { ClassifierDeps } from './classifier-deps.ts'
import { readRules, readRulesOf } from './read-rules.ts'

/** Few enough that a change of today waits for no more than these, and that memory does not grow with the tickets. */
const pageSize = 250

/**
 * Looks through the next page of tickets for what a new model or rule set changes, and leaves those as work: all that
 * were decided with another model, and of the others those of which the new rules say something else than the rules that
 * they were decided with. False when there is nothing more to look through.
 */
export async function rollOutPage({ store }: Pick<ClassifierDeps, 'store'>, limit = pageSize): Promise<boolean> {
  return inTransaction(store, async (tx) => {
    const rollout = await takeRollout(tx)
    if (!rollout) return false
    const page = await readDecidedWith(tx, { after: rollout.through, limit })
    const rules = await readRules(tx)
    const otherModel = page.filter((ticket) => ticket.modelVersion !== rollout.modelVersion)
    const otherRules = page.filter(
      (ticket) => ticket.modelVersion === rollout.modelVersion && ticket.ruleSetVersion !== rules.version,
    )
    const before = await readRulesOf(tx, [...new Set(otherRules.flatMap((t) => t.ruleSetVersion ?? []))])
    const descriptions = rules.readsDescriptions || [...before.values()].some((set) => set.readsDescriptions)
    const lineages = await readLineages(tx, idsOf(otherRules), { descriptions })
    const decidedWith = new Map(otherRules.map((ticket) => [ticket.ticketId, ticket.ruleSetVersion ?? 0]))

    const changed = lineages.filter((lineage) => {
      const old = before.get(decidedWith.get(lineage.ticket.id) ?? 0)
      return !old || !sameUnderBoth(old, rules, lineage)
    })

    await addWork(tx, 'classify', [...idsOf(otherModel), ...changed.map(({ ticket }: Lineage) => ticket.id)])
    await moveRollout(tx, page.length < limit ? null : (page.at(-1) ?? null))
    return true
  })
}

function idsOf(tickets: readonly DecidedWith[]): string[] {
  return tickets.map(({ ticketId }) => ticketId)
}
