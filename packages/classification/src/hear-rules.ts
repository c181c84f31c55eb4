import { type AncestorDecision, type Inheritance, inheritFrom, type Override } from './ladder.ts'
import type { RuleSubject } from './rule-fields.ts'
import type { CompiledRules, RuleMatch } from './rules.ts'

/** A ticket as rules see it, with what a person decided about it. */
export interface JudgedTicket extends RuleSubject {
  readonly override: Override | null
}

/** A ticket with its ancestors, the parent first. */
export interface JudgedLineage {
  readonly ticket: JudgedTicket
  readonly ancestors: readonly JudgedTicket[]
}

/** What people and rules say of a ticket: all of its decision that does not come from a model. */
export interface Heard {
  readonly override: Override | null
  readonly ruleMatch: RuleMatch | null
  readonly inherited: Inheritance | null
}

/** Asks the rules about a ticket and, for what it may inherit, about those above it. */
export function hearRules(rules: CompiledRules, { ticket, ancestors }: JudgedLineage): Heard {
  return {
    override: ticket.override,
    ruleMatch: rules.first({ ticket, ancestors }),
    inherited: inheritFrom(ancestors.map((ancestor, i) => ownDecision(rules, ancestor, ancestors.slice(i + 1)))),
  }
}

/**
 * Whether two rule sets say the same of a ticket, in work type and in reasons. Then the decision made under the one holds
 * under the other, and nothing has to be decided again.
 */
export function sameUnderBoth(a: CompiledRules, b: CompiledRules, lineage: JudgedLineage): boolean {
  return JSON.stringify(hearRules(a, lineage)) === JSON.stringify(hearRules(b, lineage))
}

/** What an ancestor says by itself: only what a person or a rule decided about it is handed down. */
function ownDecision(rules: CompiledRules, ticket: JudgedTicket, ancestors: readonly JudgedTicket[]): AncestorDecision {
  const { key, title, override } = ticket
  if (override) return { key, title, decidedBy: 'override', workType: override.workType, rule: null }
  const match = rules.first({ ticket, ancestors })
  if (!match) return { key, title, decidedBy: 'none', workType: null, rule: null }
  const { id, name, workType } = match.rule
  return { key, title, decidedBy: 'rule', workType, rule: { id, name } }
}
