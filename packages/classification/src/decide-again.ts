import type { WorkType, WorkTypeProbabilities } from '@headroom/domain'
import type { Heard } from './hear-rules.ts'
import { type Candidate, type Classification, type DecisionSource, decide, type LlmOpinion } from './ladder.ts'

/** A decision as it was kept, with all that is needed to decide again without asking the model. */
export interface KeptDecision {
  readonly decidedBy: DecisionSource
  readonly workType: WorkType | null
  readonly workTypeProbabilities: WorkTypeProbabilities
  readonly candidates: readonly Candidate[]
  readonly modelVersion: string
}

/** What the decision would be if people and rules said this; what the model thought is taken from the kept decision. */
export function decideAgain(kept: KeptDecision, heard: Heard, ruleSetVersion: number): Classification {
  const model = kept.candidates.find(({ source }) => source === 'model')
  return decide({
    ...heard,
    prediction: {
      probabilities: model?.workTypeProbabilities ?? kept.workTypeProbabilities,
      evidence: model?.evidence ?? [],
    },
    llm: llmOf(kept),
    modelVersion: kept.modelVersion,
    ruleSetVersion,
  })
}

/** Only one that decided is known to count. */
function llmOf(kept: KeptDecision): LlmOpinion | null {
  const said = kept.candidates.find(({ source }) => source === 'llm')
  if (kept.decidedBy !== 'llm' || !said) return null
  const { workType, version, evidence } = said
  const quote = evidence[0]?.text ?? ''
  return { workType, quote, version: version ?? '', accuracy: kept.workTypeProbabilities[workType], counts: true }
}
