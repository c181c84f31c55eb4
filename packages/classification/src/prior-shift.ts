import { type CategoryProbabilities, categories } from '@headroom/domain'

/** How many tickets the training's own frequencies count for when an organisation's are estimated. */
const pseudoTickets = 100
const roundsMax = 200

/**
 * How frequent the categories are among an organisation's tickets, from the model's probabilities of them, when the
 * training's frequencies were `prior`: expectation and maximisation (Saerens, Latinne, Decaestecker 2002), drawn towards `prior`
 * so that few tickets move it little. Right as far as the tickets of a category look alike everywhere.
 */
export function estimatePriors(
  probabilities: readonly CategoryProbabilities[],
  prior: CategoryProbabilities,
): CategoryProbabilities {
  let now = prior
  for (let round = 0; round < roundsMax; round++) {
    const sums = { feature: 0, strategic: 0, sustaining: 0 }
    for (const c of categories) sums[c] = pseudoTickets * prior[c]
    for (const p of probabilities) {
      const total = categories.reduce((sum, c) => sum + ratio(p[c] * now[c], prior[c]), 0)
      for (const c of categories) sums[c] += ratio(ratio(p[c] * now[c], prior[c]), total)
    }
    const count = probabilities.length + pseudoTickets
    const next = {
      feature: sums.feature / count,
      strategic: sums.strategic / count,
      sustaining: sums.sustaining / count,
    }
    const moved = categories.reduce((most, c) => Math.max(most, Math.abs(next[c] - now[c])), 0)
    now = next
    if (moved < 1e-6) break
  }
  return now
}

function ratio(a: number, b: number): number {
  return b > 0 ? a / b : 0
}
