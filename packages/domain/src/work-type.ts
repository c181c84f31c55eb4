/** The three kinds of work that the split tells apart. */
export const categories = ['feature', 'strategic', 'sustaining'] as const
export type Category = (typeof categories)[number]

/** The sixteen work types, each in exactly one category. The order is fixed: vectors over work types follow it. */
export const workTypes = [
  'new-capability',
  'enhancement',
  'architecture',
  'debt',
  'quality',
  'tooling',
  'performance',
  'security',
  'exploration',
  'discovery',
  'defect',
  'incident',
  'support',
  'operations',
  'documentation',
  'compliance',
] as const
export type WorkType = (typeof workTypes)[number]

const categoryByWorkType = {
  'new-capability': 'feature',
  enhancement: 'feature',
  architecture: 'strategic',
  debt: 'strategic',
  quality: 'strategic',
  tooling: 'strategic',
  performance: 'strategic',
  security: 'strategic',
  exploration: 'strategic',
  discovery: 'strategic',
  defect: 'sustaining',
  incident: 'sustaining',
  support: 'sustaining',
  operations: 'sustaining',
  documentation: 'sustaining',
  compliance: 'sustaining',
} as const satisfies Record<WorkType, Category>

/** The category that a work type belongs to. */
export function categoryOf(workType: WorkType): Category {
  return categoryByWorkType[workType]
}

/** One probability per category, summing to 1. */
export type CategoryProbabilities = Readonly<Record<Category, number>>

/** One probability per work type, summing to 1. */
export type WorkTypeProbabilities = Readonly<Record<WorkType, number>>

/** Sums the probabilities of the work types into their categories. */
export function categoryProbabilities(byWorkType: WorkTypeProbabilities): CategoryProbabilities {
  const sums = { feature: 0, strategic: 0, sustaining: 0 }
  for (const workType of workTypes) sums[categoryOf(workType)] += byWorkType[workType]
  return sums
}
