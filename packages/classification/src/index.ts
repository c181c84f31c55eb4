export type { Correction } from './adapt.ts'
export { adapt } from './adapt.ts'
export type { RuleSetCheck } from './check-rule-set.ts'
export { checkRuleSet } from './check-rule-set.ts'
export type { ClassifierInput } from './classifier-input.ts'
export type { LabelFit, LayerComparison } from './compare-on-audit.ts'
export { compareByCrossValidation, compareOnAudit } from './compare-on-audit.ts'
export type { Evidence } from './evidence.ts'
export type {
  AncestorDecision,
  Candidate,
  Classification,
  DecisionSource,
  Inheritance,
  Ladder,
  Override,
} from './ladder.ts'
export { decide, decisionSources, defaultFloor, inheritFrom } from './ladder.ts'
export type { Model } from './model.ts'
export { ModelFormatError, parseModel, shippedModelUrl } from './model.ts'
export type { OrganisationLayer } from './organisation-layer.ts'
export { LayerFormatError, packLayer, parseLayer, withLayer } from './organisation-layer.ts'
export type { Prediction } from './predict.ts'
export { predict } from './predict.ts'
export type {
  Condition,
  FieldTest,
  Rule,
  RuleField,
  RuleMatch,
  RuleOperator,
  RuleSet,
  RuleSubject,
  RuleTicket,
} from './rules.ts'
export { applyRules, ruleFields, ruleOperators } from './rules.ts'
