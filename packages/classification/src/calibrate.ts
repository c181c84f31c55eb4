import { categories, categoryOf, workTypes } from '@headroom/domain'
import { softmax } from './softmax.ts'

const classCount = workTypes.length
const categoryNumber = workTypes.map((type) => categories.indexOf(categoryOf(type)))

/**
 * Finds the factor on the scores under which the true categories were most likely, from `rows x 16` scores that were
 * made without knowing them. Temperature scaling (Guo and others, On Calibration of Modern Neural Networks, 2017), with
 * the likelihood of the categories, since their probabilities are what gets summed.
 */
export function calibrate(scores: Float64Array, truth: readonly number[]): number {
  const logFactor = goldenSection((x) => meanLoss(calibrated(scores, Math.exp(x)), truth))
  return Math.exp(logFactor)
}

/** Probabilities of all work types, `rows x 16`, from raw scores. */
export function calibrated(scores: Float64Array, factor: number): Float64Array {
  const result = scores.map((score) => score * factor)
  for (let at = 0; at < result.length; at += classCount) softmax(result.subarray(at, at + classCount), classCount)
  return result
}

/** Probabilities of the three categories of one row of `rows x 16` probabilities. */
export function categorySums(probabilities: Float64Array, row: number): number[] {
  const sums = categories.map(() => 0)
  for (let k = 0; k < classCount; k++) {
    const c = categoryNumber[k] as number
    sums[c] = (sums[c] as number) + (probabilities[row * classCount + k] as number)
  }
  return sums
}

function meanLoss(probabilities: Float64Array, truth: readonly number[]): number {
  let loss = 0
  truth.forEach((t, row) => {
    loss -= Math.log((categorySums(probabilities, row)[t] ?? 0) + 1e-12)
  })
  return loss / truth.length
}

/** The place of the minimum of a function with one valley on [-2, 2], to 0.002. */
function goldenSection(of: (x: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = [-2, 2]
  let left = high - ratio * (high - low)
  let right = low + ratio * (high - low)
  let [atLeft, atRight] = [of(left), of(right)]
  while (high - low > 0.002) {
    if (atLeft < atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - ratio * (high - low)
      atLeft = of(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + ratio * (high - low)
      atRight = of(right)
    }
  }
  return (low + high) / 2
}
