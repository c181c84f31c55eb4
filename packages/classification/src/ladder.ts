import {
  type Category,
  type CategoryProbabilities,
  categories,
  categoryOf,
  categoryProbabilities,
  type WorkType,
  type WorkTypeProbabilities,
  workTypes,
} from '@headroom/domain'
import type { Evidence } from './evidence.ts'
import type { Prediction } from './predict.ts'
import type { RuleMatch } from './rules.ts'

export const decisionSources = ['override', 'rule', 'inherited', 'model', 'llm', 'none'] as const
/** Who decided. `none`: the model was less sure than the floor. */
export type DecisionSource = (typeof decisionSources)[number]

/** What one source says, whether or not it decided. */
export interface Candidate {
  readonly source: Exclude<DecisionSource, 'none'>
  readonly category: Category
  readonly workType: WorkType
  /** Probability of the category, 0 to 1. */
  readonly confidence: number
  readonly evidence: readonly Evidence[]
  /** Of the rule set, the model, or the language model and its prompt; null for people. */
  readonly version: string | null
  /** The rule that spoke: about the ticket, or about the ancestor that it inherits from. */
  readonly rule?: RuleName
  /** The ancestor that it inherits from. */
  readonly ancestor?: { readonly key: string; readonly title: string }
  /** The model's own probabilities, where somebody else decided and the decision's are not the model's. */
  readonly workTypeProbabilities?: WorkTypeProbabilities
}

/** Which rule of a rule set it was. */
export interface RuleName {
  readonly id: string
  readonly name: string
}

/** The one decision about a ticket, with everything that spoke. */
export interface Classification {
  readonly category: Category | 'unclassified'
  readonly workType: WorkType | null
  readonly decidedBy: DecisionSource
  /** Probability of the most probable category, 0 to 1. */
  readonly confidence: number
  /** Always given, also when unclassified; sums to 1. */
  readonly probabilities: CategoryProbabilities
  readonly workTypeProbabilities: WorkTypeProbabilities
  readonly evidence: readonly Evidence[]
  /** All candidates in the order of the ladder. */
  readonly candidates: readonly Candidate[]
  readonly modelVersion: string
  readonly ruleSetVersion: number
}

/** The judgement of a person about this ticket. */
export interface Override {
  readonly workType: WorkType
  readonly note: string | null
}

/** How an ancestor is decided by itself, without what it may inherit. */
export interface AncestorDecision {
  readonly key: string
  readonly title: string
  readonly decidedBy: DecisionSource
  readonly workType: WorkType | null
  /** Where a rule decided. */
  readonly rule: RuleName | null
}

/** An ancestor's decision that holds for its descendants. */
export interface Inheritance {
  readonly workType: WorkType
  readonly key: string
  readonly title: string
  readonly decidedBy: 'override' | 'rule'
  readonly rule: RuleName | null
}

/** What a large language model answered about a ticket that the model is unsure of. */
export interface LlmOpinion {
  readonly workType: WorkType
  /** The ticket's own words that it gave as its reason. */
  readonly quote: string
  /** Names the language model and the prompt. */
  readonly version: string
  /** How often its answers are right, 0 to 1, as measured; its own claims about that are not asked for. */
  readonly accuracy: number
  /** False as long as it has not beaten the model on audited tickets: kept, shown, without a say. */
  readonly counts: boolean
}

/** The sources that may speak for one ticket. */
export interface Ladder {
  readonly override: Override | null
  readonly ruleMatch: RuleMatch | null
  readonly inherited: Inheritance | null
  readonly prediction: Prediction
  /** Speaks after the model, where that is below the floor. Absent: was not asked. */
  readonly llm?: LlmOpinion | null
  readonly modelVersion: string
  readonly ruleSetVersion: number
  /** The model decides only when its best category is at least this probable; {@link defaultFloor} when absent. */
  readonly floor?: number
}

/** Below this probability of its best category a ticket stays unclassified, unless the organisation sets another floor. */
export const defaultFloor = 0.45

/** How sure a decision by a person or by a rule that a person wrote is. Source: methods, layer (a) of the classifier. */
const certainty = 0.98

/** The decision about a ticket: the first that speaks of override, rule, inheritance, model above the floor, language model. */
export function decide(ladder: Ladder): Classification {
  const model = modelCandidate(ladder)
  const heard = heardCandidates(ladder)
  const llm = llmCandidate(ladder)
  const unsure = model.confidence < (ladder.floor ?? defaultFloor)
  const first = heard[0] ?? (unsure && ladder.llm?.counts ? llm : null) ?? model
  const own = ladder.prediction.probabilities
  const workTypeProbabilities = first === model ? own : withCertainty(own, first.workType, certaintyOf(first, ladder))
  const undecided = first === model && unsure
  return {
    category: undecided ? 'unclassified' : first.category,
    workType: undecided ? null : first.workType,
    decidedBy: undecided ? 'none' : first.source,
    confidence: first.confidence,
    probabilities: categoryProbabilities(workTypeProbabilities),
    workTypeProbabilities,
    evidence: first.evidence,
    candidates: [
      ...heard,
      first === model ? model : { ...model, workTypeProbabilities: rounded(own) },
      ...(llm ? [llm] : []),
    ],
    modelVersion: ladder.modelVersion,
    ruleSetVersion: ladder.ruleSetVersion,
  }
}

/** The nearest ancestor that a person or a rule decided about; `ancestors` begins with the parent. */
export function inheritFrom(ancestors: readonly AncestorDecision[]): Inheritance | null {
  for (const { decidedBy, workType, ...ancestor } of ancestors) {
    if ((decidedBy === 'override' || decidedBy === 'rule') && workType) return { ...ancestor, decidedBy, workType }
  }
  return null
}

/** What people and rules say, in the order of the ladder. */
function heardCandidates(ladder: Ladder): Candidate[] {
  const { override, ruleMatch, inherited } = ladder
  const version = String(ladder.ruleSetVersion)
  const candidates: Candidate[] = []
  if (override) candidates.push(said(ladder, 'override', override.workType, overrideText(override)))
  if (ruleMatch) {
    const { id, name, workType } = ruleMatch.rule
    const { evidence } = ruleMatch
    candidates.push({ ...said(ladder, 'rule', workType), evidence, version, rule: { id, name } })
  }
  if (inherited) {
    const { key, title, rule } = inherited
    const text = `${key} "${title}" above it was decided by ${deciders[inherited.decidedBy]}`
    candidates.push({
      ...said(ladder, 'inherited', inherited.workType, text),
      version: inherited.decidedBy === 'rule' ? version : null,
      ancestor: { key, title },
      ...(rule ? { rule } : {}),
    })
  }
  return candidates
}

/** What a person, or a rule that a person wrote, makes of the model's probabilities. */
function said({ prediction }: Ladder, source: Candidate['source'], workType: WorkType, text?: string): Candidate {
  const category = categoryOf(workType)
  const confidence = categoryProbabilities(withCertainty(prediction.probabilities, workType, certainty))[category]
  const evidence = text === undefined ? [] : [{ text, weight: null }]
  return { source, category, workType, confidence, evidence, version: null }
}

function llmCandidate({ llm, prediction }: Ladder): Candidate | null {
  if (!llm) return null
  const { workType, quote, version, accuracy, counts } = llm
  const category = categoryOf(workType)
  const evidence = [{ text: `the ticket says "${quote}"`, weight: null }]
  if (!counts)
    evidence.push({ text: 'not counted: it has not been better than the model on audited tickets', weight: null })
  const confidence = categoryProbabilities(withCertainty(prediction.probabilities, workType, accuracy))[category]
  return { source: 'llm', category, workType, confidence, evidence, version }
}

function certaintyOf({ source }: Candidate, { llm }: Ladder): number {
  return source === 'llm' && llm ? llm.accuracy : certainty
}

/** Four digits are kept: enough to decide again with, and a third of the space. */
function rounded(probabilities: WorkTypeProbabilities): WorkTypeProbabilities {
  const entries = workTypes.map((type): [WorkType, number] => [type, Math.round(probabilities[type] * 1e4) / 1e4])
  return Object.fromEntries(entries) as Record<WorkType, number>
}

const deciders = { override: 'a person', rule: 'a rule' } as const

function overrideText(override: Override): string {
  return override.note ? `a person decided: ${override.note}` : 'a person decided'
}

/** The most probable category, and the most probable work type within it. */
function modelCandidate({ prediction, modelVersion }: Ladder): Candidate {
  const sums = categoryProbabilities(prediction.probabilities)
  const category = categories.reduce((a, b) => (sums[b] > sums[a] ? b : a))
  const inside = workTypes.filter((type) => categoryOf(type) === category)
  const workType = inside.reduce((a, b) => (prediction.probabilities[b] > prediction.probabilities[a] ? b : a))
  const { evidence } = prediction
  return { source: 'model', category, workType, confidence: sums[category], evidence, version: modelVersion }
}

/** The chosen work type as probable as said, the rest shared out in the model's proportions. */
function withCertainty(probabilities: WorkTypeProbabilities, chosen: WorkType, sure: number): WorkTypeProbabilities {
  const others = workTypes.reduce((sum, type) => sum + (type === chosen ? 0 : probabilities[type]), 0)
  const share = (type: WorkType) => (others > 0 ? probabilities[type] / others : 1 / (workTypes.length - 1))
  const entries = workTypes.map((type): [WorkType, number] => [type, type === chosen ? sure : (1 - sure) * share(type)])
  return Object.fromEntries(entries) as Record<WorkType, number>
}
