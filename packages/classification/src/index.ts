export type { Correction } from './adapt.ts'
export { adapt } from './adapt.ts'
export type { RuleSetCheck } from './check-rule-set.ts'
export { checkRuleSet } from './check-rule-set.ts'
export type { ClassifierInput } from './classifier-input.ts'
export type { LabelFit, LayerComparison } from './compare-on-audit.ts'
export { compareByCrossValidation, compareCrossFitted, compareOnAudit } from './compare-on-audit.ts'
export type { KeptDecision } from './decide-again.ts'
export { decideAgain } from './decide-again.ts'
export type { Evidence } from './evidence.ts'
export type { ExplainedDecision } from './explain-decision.ts'
export { explainDecision } from './explain-decision.ts'
export type { Heard, JudgedLineage, JudgedTicket } from './hear-rules.ts'
export { hearRules, sameUnderBoth } from './hear-rules.ts'
export type {
  AncestorDecision,
  Candidate,
  Classification,
  DecisionSource,
  Inheritance,
  Ladder,
  LlmOpinion,
  Override,
  RuleName,
} from './ladder.ts'
export { decide, decisionSources, defaultFloor, inheritFrom } from './ladder.ts'
export type { Model } from './model.ts'
export { ModelFormatError, parseModel, shippedModelUrl } from './model.ts'
export type { OrganisationLayer } from './organisation-layer.ts'
export { LayerFormatError, packLayer, parseLayer, withLayer } from './organisation-layer.ts'
export type { Prediction } from './predict.ts'
export { predict } from './predict.ts'
export type { PersonKind, RuleField, RuleSubject, RuleTicket } from './rule-fields.ts'
export { ownFields, relations, ruleFields } from './rule-fields.ts'
export type { CompiledRules, Condition, FieldTest, Rule, RuleMatch, RuleOperator, RuleSet } from './rules.ts'
export { compileRules, ruleOperators } from './rules.ts'
export type { FieldUsage, RuleSuggestion } from './suggest-rules.ts'
export { suggestRules } from './suggest-rules.ts'
