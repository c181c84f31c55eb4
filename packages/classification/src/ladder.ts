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
  /** Of the rule set or the model; null for people. */
  readonly version: string | null
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
}

/** An ancestor's decision that holds for its descendants. */
export interface Inheritance {
  readonly workType: WorkType
  readonly key: string
  readonly title: string
  readonly decidedBy: 'override' | 'rule'
}

/** The sources that may speak for one ticket. */
export interface Ladder {
  readonly override: Override | null
  readonly ruleMatch: RuleMatch | null
  readonly inherited: Inheritance | null
  readonly prediction: Prediction
  readonly modelVersion: string
  readonly ruleSetVersion: number
  /** The model decides only when its best category is at least this probable; {@link defaultFloor} when absent. */
  readonly floor?: number
}

/** Below this probability of its best category a ticket stays unclassified, unless the organisation sets another floor. */
export const defaultFloor = 0.45

/** How sure a decision by a person or by a rule that a person wrote is. Source: methods, layer (a) of the classifier. */
const certainty = 0.98

/** The decision about a ticket: the first that speaks of override, rule, inheritance, model above the floor. */
export function decide(ladder: Ladder): Classification {
  const candidates = allCandidates(ladder)
  const model = modelCandidate(ladder)
  const first = candidates[0] ?? model
  const said = first.source !== 'model'
  const workTypeProbabilities = said
    ? withCertainty(ladder.prediction.probabilities, first.workType)
    : ladder.prediction.probabilities
  const unsure = !said && model.confidence < (ladder.floor ?? defaultFloor)
  return {
    category: unsure ? 'unclassified' : first.category,
    workType: unsure ? null : first.workType,
    decidedBy: unsure ? 'none' : first.source,
    confidence: first.confidence,
    probabilities: categoryProbabilities(workTypeProbabilities),
    workTypeProbabilities,
    evidence: first.evidence,
    candidates,
    modelVersion: ladder.modelVersion,
    ruleSetVersion: ladder.ruleSetVersion,
  }
}

/** The nearest ancestor that a person or a rule decided about; `ancestors` begins with the parent. */
export function inheritFrom(ancestors: readonly AncestorDecision[]): Inheritance | null {
  for (const { key, title, decidedBy, workType } of ancestors) {
    if ((decidedBy === 'override' || decidedBy === 'rule') && workType) return { key, title, decidedBy, workType }
  }
  return null
}

function allCandidates(ladder: Ladder): Candidate[] {
  const { override, ruleMatch, inherited, prediction } = ladder
  const version = String(ladder.ruleSetVersion)
  const candidates: Candidate[] = []
  const add = (source: Candidate['source'], workType: WorkType, evidence: readonly Evidence[], of: string | null) => {
    const probabilities = categoryProbabilities(withCertainty(prediction.probabilities, workType))
    const category = categoryOf(workType)
    candidates.push({ source, category, workType, confidence: probabilities[category], evidence, version: of })
  }
  if (override) add('override', override.workType, [{ text: overrideText(override), weight: null }], null)
  if (ruleMatch) add('rule', ruleMatch.rule.workType, ruleMatch.evidence, version)
  if (inherited) {
    const text = `${inherited.key} "${inherited.title}" above it was decided by ${deciders[inherited.decidedBy]}`
    add('inherited', inherited.workType, [{ text, weight: null }], inherited.decidedBy === 'rule' ? version : null)
  }
  candidates.push(modelCandidate(ladder))
  return candidates
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

/** The chosen work type nearly certain, the rest shared out in the model's proportions. */
function withCertainty(probabilities: WorkTypeProbabilities, chosen: WorkType): WorkTypeProbabilities {
  const others = workTypes.reduce((sum, type) => sum + (type === chosen ? 0 : probabilities[type]), 0)
  const share = (type: WorkType) => (others > 0 ? probabilities[type] / others : 1 / (workTypes.length - 1))
  const entries = workTypes.map((type): [WorkType, number] => [
    type,
    type === chosen ? certainty : (1 - certainty) * share(type),
  ])
  return Object.fromEntries(entries) as Record<WorkType, number>
}
