import { type AuditedTicket, answerOf } from './agreement.ts'
import { labelVarianceFloor } from './audit.ts'
import { sum } from './statistics.ts'
import { type Category, type CategoryProbabilities, categories } from './work-type.ts'

/** Mean of (truth - prediction) over tickets, weighted by effort, by category; the three add up to 0. */
export type Bias = Readonly<Record<Category, number>>

/** What one sample says about how wrong the predictions of its tickets are on the whole. */
export interface BiasEvidence {
  readonly bias: Bias
  /** Variance of the strategic bias from having looked at a sample alone. */
  readonly variance: number
  /** Variance of the strategic bias from the chance in each ticket's label, were the predictions right on average. */
  readonly chanceVariance: number
  /** Effort that the sample stands for, also by drawn tickets that nobody has read yet. */
  readonly coveredUnits: number
  /** Tickets that somebody has read. */
  readonly read: number
}

/** Weight of the variance that the predictions expect, in observations: small samples of right guesses are not sure. */
const priorObservations = 6

/**
 * What a sample says about the mean error of its predictions: the difference estimator (C.-M. Cassel, C.-E. Särndal, J. H.
 * Wretman, 1976; as prediction-powered inference: A. N. Angelopoulos et al., 2023) as a ratio to the effort that the
 * sample stands for, so that it also holds when only a part has been read.
 *
 * The variance is Hájek's within strata, drawn towards what the predictions expect (sum of (1-pi)/pi^2 w^2 (p(1-p) + 0.02))
 * with the weight of 6 observations: where all of a small sample agrees with the predictions, the spread seen is 0 and says
 * nothing. A ticket that every reader calls unclear counts as predicted, with the whole chance in its label as doubt.
 *
 * `unitsOf` gives a ticket's weight, or null for one that is not in question. `flip` is the chance that a reader mistakes
 * strategic for other work or the reverse. Null when nobody has read any.
 */
export function biasEvidence(
  audited: readonly AuditedTicket[],
  unitsOf: (ticket: AuditedTicket) => number | null,
  flip: number,
): BiasEvidence | null {
  const items = audited.flatMap((ticket) => toItem(ticket, unitsOf(ticket), flip))
  const read = items.filter(({ isRead }) => isRead)
  const weight = sum(read.map(({ w, chance }) => w / chance))
  if (weight === 0) return null
  const bias = {
    feature: sum(read.map(({ w, chance, error }) => (w * error.feature) / chance)) / weight,
    strategic: sum(read.map(({ w, chance, error }) => (w * error.strategic) / chance)) / weight,
    sustaining: sum(read.map(({ w, chance, error }) => (w * error.sustaining) / chance)) / weight,
  }
  const strata = [...Map.groupBy(read, ({ stratum }) => stratum).values()]
  const coveredUnits = sum(items.map(({ w, chance }) => w / chance))
  const scale = coveredUnits / weight
  return {
    bias,
    variance: sum(strata.map((stratum) => stratumVariance(stratum, bias.strategic, scale))) / coveredUnits ** 2,
    chanceVariance: sum(read.map(({ w, p, chance }) => (w * w * p * (1 - p)) / chance)) / (weight * coveredUnits),
    coveredUnits,
    read: read.length,
  }
}

interface Item {
  readonly w: number
  readonly chance: number
  readonly stratum: string
  readonly p: number
  readonly error: Bias
  readonly isRead: boolean
  readonly isUnclear: boolean
}

function toItem(ticket: AuditedTicket, w: number | null, flip: number): Item[] {
  if (w === null || w <= 0) return []
  const said = ticket.labels.map(answerOf)
  const clear = said.filter((answer) => answer !== 'unclear')
  const truth = clear.length === 0 ? ticket.probabilities : withoutFlips(meanOf(clear), flip)
  const error = {
    feature: truth.feature - ticket.probabilities.feature,
    strategic: truth.strategic - ticket.probabilities.strategic,
    sustaining: truth.sustaining - ticket.probabilities.sustaining,
  }
  return [
    {
      w,
      chance: ticket.inclusionProbability,
      stratum: `${ticket.audit.id} ${ticket.stratum}`,
      p: ticket.probabilities.strategic,
      error,
      isRead: said.length > 0,
      isUnclear: clear.length === 0,
    },
  ]
}

function meanOf(said: readonly Category[]): CategoryProbabilities {
  const part = (category: Category) => said.filter((one) => one === category).length / said.length
  return { feature: part('feature'), strategic: part('strategic'), sustaining: part('sustaining') }
}

/** The value whose expectation is the truth when readers mistake strategic for other work, and the reverse, by `flip`. */
function withoutFlips(said: CategoryProbabilities, flip: number): CategoryProbabilities {
  const strategic = (said.strategic - flip) / (1 - 2 * flip)
  const other = said.feature + said.sustaining
  const moved = said.strategic - strategic
  return {
    feature: said.feature + moved * (other === 0 ? 0.5 : said.feature / other),
    strategic,
    sustaining: said.sustaining + moved * (other === 0 ? 0.5 : said.sustaining / other),
  }
}

/** `scale` is how many drawn tickets stand behind each read one: reading a part of a draw is a smaller draw. */
function stratumVariance(stratum: readonly Item[], bias: number, scale: number): number {
  const n = stratum.length
  const thinned = stratum.map((item) => ({ ...item, chance: item.chance / scale }))
  const open = sum(thinned.map(({ chance }) => 1 - chance))
  const deviation = (item: Item) => (item.w * (item.error.strategic - bias)) / item.chance
  const centre = open === 0 ? 0 : sum(thinned.map((item) => (1 - item.chance) * deviation(item))) / open
  const seen = n < 2 ? 0 : (n / (n - 1)) * sum(thinned.map((i) => (1 - i.chance) * (deviation(i) - centre) ** 2))
  const expected = sum(
    thinned.map(({ w, p, chance }) => ((1 - chance) / chance ** 2) * w * w * (p * (1 - p) + labelVarianceFloor)),
  )
  const unclear = sum(
    thinned
      .filter((i) => i.isUnclear)
      .map(({ w, p, chance }) => (w / chance) ** 2 * (p * (1 - p) + labelVarianceFloor)),
  )
  return ((n - 1) * seen + priorObservations * expected) / (n - 1 + priorObservations) + unclear
}

/** How often a reader mistakes strategic for other work or the reverse, and how sure that is, from pairs of readers. */
export function readerFlip({ split, pairs }: { readonly split: number; readonly pairs: number }): {
  readonly flip: number
  readonly sd: number
} {
  // Readers split on a ticket when just one of two errs: 2 e (1 - e). Before any pair, 3 in 100 are expected, with the weight of 18.
  const rate = Math.min(0.42, split / (pairs + 17.5))
  const flip = (1 - Math.sqrt(1 - 2 * rate)) / 2
  const [a, b] = [0.5 + split, 17.5 + pairs - split]
  const rateSd = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)))
  return { flip, sd: rateSd / (2 * (1 - 2 * flip)) }
}

/** The sum of the three is kept while none is below 0: what an estimate takes too much from one, the others give back. */
export function withoutNegatives(parts: Readonly<Record<Category, number>>): Record<Category, number> {
  const total = sum(categories.map((category) => parts[category]))
  const positive = sum(categories.map((category) => Math.max(0, parts[category])))
  const factor = positive === 0 ? 0 : total / positive
  return {
    feature: Math.max(0, parts.feature) * factor,
    strategic: Math.max(0, parts.strategic) * factor,
    sustaining: Math.max(0, parts.sustaining) * factor,
  }
}
