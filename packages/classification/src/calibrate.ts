import { categories, categoryOf, workTypes } from '@headroom/domain'
import { softmax } from './softmax.ts'

/** Turns raw scores into calibrated ones: `score x slope + shift of the work type's category`. */
export interface Calibration {
  readonly slope: number
  /** One per category. */
  readonly shift: readonly number[]
}

const classCount = workTypes.length
const categoryNumber = workTypes.map((type) => categories.indexOf(categoryOf(type)))

/**
 * Finds the calibration under which the true categories were most likely, from scores that were made without knowing
 * them. Temperature and one shift per category (Guo and others 2017, vector scaling on coarse classes), by repeated
 * golden-section searches along one number at a time; the likelihood has a single peak in each.
 */
export function calibrate(scores: Float64Array, truth: readonly number[]): Calibration {
  const parameters = [0, 0, 0]
  const loss = () => meanLoss(scores, truth, toCalibration(parameters))
  for (let round = 0; round < 4; round++) {
    for (let at = 0; at < parameters.length; at++) {
      parameters[at] = goldenSection((value) => {
        parameters[at] = value
        return loss()
      })
    }
  }
  return toCalibration(parameters)
}

/** Probabilities of all work types, `rows x 16`, from raw scores. */
export function calibrated(scores: Float64Array, { slope, shift }: Calibration): Float64Array {
  const result = new Float64Array(scores.length)
  const row = new Float64Array(classCount)
  for (let at = 0; at < scores.length; at += classCount) {
    for (let k = 0; k < classCount; k++) {
      row[k] = (scores[at + k] as number) * slope + (shift[categoryNumber[k] as number] as number)
    }
    softmax(row, classCount)
    result.set(row, at)
  }
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

/** ln slope, and the shifts of feature and strategic against sustaining. */
function toCalibration(parameters: readonly number[]): Calibration {
  const [logSlope = 0, feature = 0, strategic = 0] = parameters
  return { slope: Math.exp(logSlope), shift: [feature, strategic, 0] }
}

function meanLoss(scores: Float64Array, truth: readonly number[], calibration: Calibration): number {
  const probabilities = calibrated(scores, calibration)
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
