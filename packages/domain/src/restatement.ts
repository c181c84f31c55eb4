import type { DecidedBy } from './split.ts'

/** A ticket's part of a split, and how strategic it counts; 0 for an unclassified one. */
export interface RestatableFact {
  readonly ticketId: string
  readonly units: number
  readonly strategic: number
  readonly decidedBy: DecidedBy
}

/** A strategic share as it was read, with what it was made from. */
export interface ShareReading {
  readonly value: number
  readonly facts: readonly RestatableFact[]
}

/**
 * Why a number that was published reads otherwise now: people, rules or the model say something else of its tickets; the
 * trackers told of other work in those days; audits correct it otherwise.
 */
export const restatementReasons = ['people', 'rules', 'model', 'effort', 'audits'] as const
export type RestatementReason = (typeof restatementReasons)[number]

/** A published share beside what is known of the same days now; the parts add up to `change` exactly. */
export interface Restatement {
  readonly asKnownThen: number
  readonly asKnownNow: number
  readonly change: number
  readonly parts: Readonly<Record<RestatementReason, number>>
}

/**
 * Takes the change of one period's share between two readings apart. First the tickets are relabelled with their effort as
 * it was, each change being put down to what decides the ticket now (or decided it, where nothing does any more); then the
 * effort is what it is now; what is left of the published values is what audits correct.
 */
export function restatement(then: ShareReading, now: ShareReading): Restatement {
  const nowById = new Map(now.facts.map((fact) => [fact.ticketId, fact]))
  const unitsThen = then.facts.reduce((sum, fact) => sum + fact.units, 0)
  const parts = { people: 0, rules: 0, model: 0, effort: 0, audits: 0 }
  let relabelled = 0
  for (const fact of then.facts) {
    const current = nowById.get(fact.ticketId) ?? fact
    const change = unitsThen === 0 ? 0 : (fact.units * (current.strategic - fact.strategic)) / unitsThen
    relabelled += change
    parts[causeOf(fact, current)] += change
  }
  const plainThen = plainShare(then.facts)
  const plainNow = plainShare(now.facts)
  parts.effort = plainNow - (plainThen + relabelled)
  parts.audits = now.value - plainNow - (then.value - plainThen)
  return { asKnownThen: then.value, asKnownNow: now.value, change: now.value - then.value, parts }
}

function causeOf(then: RestatableFact, now: RestatableFact): 'people' | 'rules' | 'model' {
  const deciders = [now.decidedBy, then.decidedBy]
  if (deciders.includes('override')) return 'people'
  return deciders.some((decider) => decider === 'rule' || decider === 'inherited') ? 'rules' : 'model'
}

function plainShare(facts: readonly RestatableFact[]): number {
  const units = facts.reduce((sum, fact) => sum + fact.units, 0)
  return units === 0 ? 0 : facts.reduce((sum, fact) => sum + fact.units * fact.strategic, 0) / units
}
