import type { Category, WorkType } from '@headroom/domain'
import type { Evidence } from './evidence.ts'
import type { Candidate, DecisionSource } from './ladder.ts'

/** The parts of a decision that its explanation is made of. */
export interface ExplainedDecision {
  readonly category: Category | 'unclassified'
  readonly workType: WorkType | null
  readonly decidedBy: DecisionSource
  readonly confidence: number
  readonly candidates: readonly Candidate[]
  readonly modelVersion: string | null
  /** What the person who decided wrote beside it. */
  readonly note: string | null
}

const reasonsMax = 3

/** Why a ticket counts as what it does: two or three sentences for somebody who does not know how Headroom works. */
export function explainDecision(decision: ExplainedDecision): string {
  const own = decision.candidates.find(({ source }) => source === decision.decidedBy)
  const model = decision.candidates.find(({ source }) => source === 'model')
  const what = `${name(decision.workType)} (${decision.category})`
  switch (decision.decidedBy) {
    case 'override':
      return sentences(
        `A person decided that this is ${what}${decision.note ? `: "${decision.note}"` : ''}.`,
        other(model),
      )
    case 'rule':
      return sentences(
        `The rule "${own?.rule?.name ?? ''}" of rule set ${own?.version ?? ''} makes this ${what}: ${list(rest(own))}.`,
        other(model),
      )
    case 'inherited':
      return sentences(
        `This is ${what} like ${own?.ancestor?.key ?? ''} "${own?.ancestor?.title ?? ''}" above it, which ${decider(own)} decided.`,
        other(model),
      )
    case 'model':
      return sentences(
        `The model takes this for ${what}, ${percent(decision.confidence)} sure.`,
        becauseOf(model?.evidence ?? []),
      )
    case 'llm':
      return sentences(
        `The model was not sure enough, so the language model ${own?.version ?? ''} was asked: it takes this for ${what}.`,
        `${capital(list(own?.evidence.map(({ text }) => text) ?? []))}.`,
      )
    case 'none':
      return model
        ? sentences(
            `Nothing decided: no rule matches, and the model’s best guess, ${name(model.workType)} (${model.category}), is only ${percent(model.confidence)} likely, below what it takes.`,
            becauseOf(model.evidence),
            'A person or a rule can decide it.',
          )
        : 'Nothing has been decided yet.'
  }
}

function other(model: Candidate | undefined): string {
  return model
    ? `The model alone would say ${name(model.workType)} (${model.category}), ${percent(model.confidence)} sure.`
    : ''
}

function decider(own: Candidate | undefined): string {
  return own?.rule ? `the rule "${own.rule.name}" of rule set ${own.version ?? ''}` : 'a person'
}

/** The reasons of a rule without its name, which comes first. */
function rest(own: Candidate | undefined): string[] {
  return own?.evidence.slice(1).map(({ text }) => text) ?? []
}

function becauseOf(evidence: readonly Evidence[]): string {
  const spoke = (sign: number) =>
    evidence
      .filter(({ weight }) => (weight ?? 0) * sign > 0)
      .map(({ text }) => text)
      .slice(0, reasonsMax)
  const [forIt, against] = [spoke(1), spoke(-1)]
  const pro = forIt.length > 0 ? `For it speaks most: ${list(forIt)}` : 'No single word or field speaks for it strongly'
  return `${pro}${against.length > 0 ? `; against it: ${list(against)}` : ''}.`
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function name(workType: WorkType | null): string {
  return workType?.replace('-', ' ') ?? 'unclassified'
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}
