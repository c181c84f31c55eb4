import {
  type Category,
  categories,
  categoryOf,
  type WorkType,
  type WorkTypeProbabilities,
  workTypes,
} from './work-type.ts'

/** What to ask a person about a ticket, and the answers that are probable, the most probable first. */
export interface ReviewQuestion {
  readonly text: string
  readonly choices: readonly ReviewChoice[]
}

/** `key`: what to press for it, `1` being the most probable. */
export interface ReviewChoice {
  readonly key: string
  readonly workType: WorkType
  readonly category: Category
  readonly probability: number
}

const choicesMax = 6

/**
 * The codebook's question that tells the two most probable categories apart, by the most probable work type of each;
 * where the codebook has none for those two, the one for their categories.
 */
export function reviewQuestion(probabilities: WorkTypeProbabilities): ReviewQuestion {
  const ranked = [...workTypes].sort((a, b) => probabilities[b] - probabilities[a])
  const sums = categories
    .map((category) => {
      const inside = ranked.filter((type) => categoryOf(type) === category)
      return { inside, sum: inside.reduce((sum, type) => sum + probabilities[type], 0) }
    })
    .sort((a, b) => b.sum - a.sum)
  const [first, second] = sums.flatMap(({ inside: [type] }) => (type ? [type] : []))
  return {
    text: first && second ? questionBetween(first, second) : byCategories.feature_strategic,
    choices: ranked.slice(0, choicesMax).map((workType, i) => ({
      key: String(i + 1),
      workType,
      category: categoryOf(workType),
      probability: probabilities[workType],
    })),
  }
}

function questionBetween(a: WorkType, b: WorkType): string {
  const known = questions.find(([types]) => types.some(([x, y]) => (x === a && y === b) || (x === b && y === a)))
  if (known) return known[1]
  const pair = [categoryOf(a), categoryOf(b)]
  if (!pair.includes('sustaining')) return byCategories.feature_strategic
  return pair.includes('feature') ? byCategories.feature_sustaining : byCategories.strategic_sustaining
}

const byCategories = {
  feature_strategic:
    'What would be different once it is done, and for whom: can users do or see something new or better (feature), or can the team deliver or decide better later (strategic)?',
  feature_sustaining:
    'Does it change what users can do or see (feature), or keep what exists working as it was promised (sustaining)?',
  strategic_sustaining:
    'Does it invest in being able to deliver better later (strategic), or keep what exists working as it was promised (sustaining)?',
}

const questions: readonly (readonly [readonly (readonly [WorkType, WorkType])[], string])[] = [
  [
    [
      ['defect', 'enhancement'],
      ['defect', 'new-capability'],
    ],
    'Did something that was promised break (defect), or is something asked for that was never there, such as a better message, a guard or an option (feature)?',
  ],
  [
    [
      ['defect', 'debt'],
      ['defect', 'architecture'],
    ],
    'Is something promised visibly broken for users today? Then it is a defect, even when the repair means refactoring. If nothing fails today, it is not.',
  ],
  [
    [['defect', 'performance']],
    'Is a particular slowness or hang reported (defect), or are things to be made faster in general (performance)?',
  ],
  [
    [['defect', 'quality']],
    'Does the product behave wrongly for users (defect), or is it the team’s own test that is missing, failing or flaky (quality)?',
  ],
  [[['defect', 'security']], 'Is an exposure described (defect), or is it hardening in advance (security)?'],
  [
    [['defect', 'exploration']],
    'Is it to be found out why something misbehaves (defect), or which option, design or technology to choose (exploration)?',
  ],
  [[['defect', 'tooling']], 'Whose build or log is it: the customer’s (defect), or the team’s own (tooling)?'],
  [
    [
      ['operations', 'debt'],
      ['operations', 'architecture'],
    ],
    'Is it one routine bump or upkeep of what runs (operations), or does it need a migration, code changes, a major version or many upgrades at once (strategic)?',
  ],
  [
    [['operations', 'tooling']],
    'Is it one release, configuration or upkeep (operations), or does it make the next ones easier (tooling)?',
  ],
  [[['documentation', 'tooling']], 'Is it written for users (documentation), or for the team itself (tooling)?'],
  [
    [['enhancement', 'tooling']],
    'Is it for those who use or operate the product (enhancement), or for the team itself (tooling)?',
  ],
  [
    [
      ['enhancement', 'architecture'],
      ['new-capability', 'architecture'],
    ],
    'Is it meant for users of the product, or does it name the feature that it serves (feature), or is it meant to restructure or decouple the inside (architecture)?',
  ],
  [
    [['enhancement', 'debt']],
    'Is it done to simplify the code (debt), or because users should see something else (enhancement)?',
  ],
  [
    [
      ['enhancement', 'exploration'],
      ['new-capability', 'exploration'],
    ],
    'Is knowledge, a design or a specification all that comes of it (exploration), or does it also build something for users (feature)?',
  ],
  [
    [
      ['support', 'enhancement'],
      ['support', 'new-capability'],
    ],
    'Does it need an answer and no change (support), or a change that users will see (feature)?',
  ],
]
