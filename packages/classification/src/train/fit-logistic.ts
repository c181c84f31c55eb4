// The inner loops read in bounds only, so they assert instead of checking for holes: they take all of the training time.

import { softmax } from '../softmax.ts'
import { seededRandom, shuffle } from './random.ts'
import type { Coarse } from './slopes.ts'
import { columnCounts, columnGroups, renumberColumns, type SparseMatrix } from './sparse-matrix.ts'

/** What a model is fitted to. */
export interface Examples {
  readonly features: SparseMatrix
  /** `rows x classCount` probabilities, each row summing to 1. */
  readonly targets: Float32Array
  /** One weight per row. */
  readonly weights: Float32Array
  /** Where each row comes from, such as its project: numbers from 0. */
  readonly groups: ArrayLike<number>
}

export interface FitSettings {
  readonly classCount: number
  /** Strength of the L2 penalty on the summed loss. */
  readonly penalty: number
  readonly epochs: number
  readonly rate: number
  readonly seed: number
  /** Columns that occur in fewer groups get no weight: what only one project says teaches nothing about another. */
  readonly groupsMin: number
  readonly coarse: Coarse | null
}

/** Weights of a linear model: logit of class k = bias[k] + sum of value x weights[column * classCount + k]. */
export interface LinearModel {
  readonly classCount: number
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/**
 * Fits a multinomial logistic regression with an L2 penalty by stochastic gradient descent with one adaptive rate per
 * column (AdaGrad; Duchi, Hazan, Singer 2011), the rate falling linearly to zero. Deterministic for a seed.
 */
export function fitLogistic(examples: Examples, settings: FitSettings): LinearModel {
  const { classCount } = settings
  const counts = columnCounts(examples.features)
  const groups = columnGroups(examples.features, examples.groups)
  const numbers = new Int32Array(examples.features.columns).fill(-1)
  const kept: number[] = []
  for (let c = 0; c < counts.length; c++) {
    if ((groups[c] as number) >= settings.groupsMin) numbers[c] = kept.push(counts[c] as number) - 1
  }
  const features = renumberColumns(examples.features, numbers, kept.length)
  const { compact, bias } = descend({ ...examples, features }, Float32Array.from(kept), settings)
  const weights = new Float32Array(examples.features.columns * classCount)
  for (let c = 0; c < numbers.length; c++) {
    const from = numbers[c] as number
    if (from >= 0) weights.set(compact.subarray(from * classCount, (from + 1) * classCount), c * classCount)
  }
  return { classCount, weights, bias: Float32Array.from(bias) }
}

function descend(examples: Examples, counts: Float32Array, settings: FitSettings) {
  const { features, targets } = examples
  const { classCount, epochs } = settings
  const weights = new Float32Array(features.columns * classCount)
  const bias = new Float64Array(classCount)
  const seen = new Float32Array(features.columns).fill(0.01)
  const logits = new Float64Array(classCount)
  const order = new Int32Array(features.rows)
  const random = seededRandom(settings.seed)
  const steps = epochs * features.rows
  for (let step = 0; step < steps; step++) {
    if (step % features.rows === 0) shuffle(order, random)
    const row = order[step % features.rows] as number
    const rate = settings.rate * (1 - step / steps)
    logits.set(bias)
    addRow(features, row, weights, classCount, logits, 0)
    slopesOfRow(logits, targets, row * classCount, examples.weights[row] as number, settings)
    for (let k = 0; k < classCount; k++) bias[k] = (bias[k] as number) - 0.02 * rate * (logits[k] as number)
    let square = 0
    for (let k = 0; k < classCount; k++) square += (logits[k] as number) ** 2
    const { start, column, value } = features
    const end = start[row + 1] as number
    for (let e = start[row] as number; e < end; e++) {
      const c = column[e] as number
      const v = value[e] as number
      const energy = (seen[c] as number) + square * v * v
      seen[c] = energy
      const pace = rate / Math.sqrt(energy)
      const shrink = 1 - Math.min(0.5, (pace * settings.penalty) / (counts[c] as number))
      const to = c * classCount
      for (let k = 0; k < classCount; k++) {
        weights[to + k] = (weights[to + k] as number) * shrink - pace * v * (logits[k] as number)
      }
    }
  }
  return { compact: weights, bias }
}

/** Logits of every row, `rows x classCount`. */
export function logitsOf(model: LinearModel, features: SparseMatrix): Float64Array {
  const { classCount } = model
  const logits = new Float64Array(features.rows * classCount)
  for (let row = 0; row < features.rows; row++) {
    const to = row * classCount
    for (let k = 0; k < classCount; k++) logits[to + k] = model.bias[k] ?? 0
    addRow(features, row, model.weights, classCount, logits, to)
  }
  return logits
}

function addRow(
  features: SparseMatrix,
  row: number,
  weights: Float32Array,
  classCount: number,
  into: Float64Array,
  to: number,
): void {
  const { start, column, value } = features
  const end = start[row + 1] as number
  for (let e = start[row] as number; e < end; e++) {
    const from = (column[e] as number) * classCount
    const v = value[e] as number
    for (let k = 0; k < classCount; k++) into[to + k] = (into[to + k] as number) + v * (weights[from + k] as number)
  }
}

/** Replaces the logits of one row by the slope of its weighted loss in them. */
function slopesOfRow(logits: Float64Array, targets: Float32Array, at: number, weight: number, settings: FitSettings) {
  const { classCount, coarse } = settings
  softmax(logits, classCount)
  const share = coarse?.share ?? 0
  const mass = new Float64Array(coarse?.count ?? 0)
  const wanted = new Float64Array(coarse?.count ?? 0)
  if (coarse) {
    for (let k = 0; k < classCount; k++) {
      const c = coarse.of[k] as number
      mass[c] = (mass[c] as number) + (logits[k] as number)
      wanted[c] = (wanted[c] as number) + (targets[at + k] as number)
    }
  }
  for (let k = 0; k < classCount; k++) {
    const p = logits[k] as number
    const c = coarse ? (coarse.of[k] as number) : 0
    const rough = coarse ? ((wanted[c] as number) * p) / ((mass[c] as number) + 1e-12) : 0
    logits[k] = weight * (p - (1 - share) * (targets[at + k] as number) - share * rough)
  }
}
