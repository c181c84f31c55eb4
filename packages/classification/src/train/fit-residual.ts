// The inner loops read in bounds only, so they assert instead of checking for holes: they take all of the time.

import { type Coarse, lossAndSlopes } from './slopes.ts'
import type { SparseMatrix } from './sparse-matrix.ts'

/** What a residual is fitted to: rows of features, what the model already says of them, and their true classes. */
export interface ResidualProblem {
  readonly features: SparseMatrix
  readonly classCount: number
  /** `rows x classCount`: scores of the model that the residual is added to. */
  readonly scores: Float64Array
  readonly truth: readonly number[]
  readonly coarse: Coarse
  /** Strength of the L2 penalty on the residual's weights, on the summed loss. */
  readonly penalty: number
  /** The same for the residual's bias. */
  readonly biasPenalty: number
}

/** The residual: `columns x classCount` weights and a bias. */
export interface Residual {
  readonly weights: Float64Array
  readonly bias: Float64Array
}

/** A residual by its coefficients on the rows (its weights are features' x these), and what it adds to the rows' scores. */
interface Direction {
  readonly coefficients: Float64Array
  readonly scores: Float64Array
}

const memory = 8
const stepsMax = 60

/**
 * The most probable residual under a Gaussian prior centred on the given model. It is a combination of the rows' features,
 * so the search runs over `rows x classCount` coefficients, whatever the number of columns: L-BFGS (Nocedal 1980) with the inner
 * product of the weights. Deterministic.
 */
export function fitResidual(problem: ResidualProblem): Residual {
  const size = problem.features.rows * problem.classCount
  let at: Direction = { coefficients: new Float64Array(size), scores: new Float64Array(size) }
  let here = evaluate(problem, at)
  let slope = direction(problem, here.slope)
  const past: { step: Direction; change: Direction; scale: number }[] = []
  for (let i = 0; i < stepsMax && Math.sqrt(dot(slope.coefficients, slope.scores)) > 1e-3; i++) {
    const towards = twoLoops(slope, past)
    const found = search(problem, at, here, towards)
    if (!found) break
    const change = combine(direction(problem, found.value.slope), slope, -1)
    const step = { coefficients: scaled(towards.coefficients, found.size), scores: scaled(towards.scores, found.size) }
    const curvature = dot(step.coefficients, change.scores)
    slope = combine(slope, change, 1)
    if (curvature > 1e-12) past.push({ step, change, scale: 1 / curvature })
    if (past.length > memory) past.shift()
    at = found.at
    here = found.value
  }
  return toWeights(problem, at.coefficients)
}

interface Value {
  readonly loss: number
  /** Coefficients of the slope. */
  readonly slope: Float64Array
}

function evaluate(problem: ResidualProblem, at: Direction): Value {
  const { classCount, penalty, truth } = problem
  const slope = new Float64Array(at.scores.length)
  const logits = new Float64Array(classCount)
  let loss = (penalty / 2) * dot(at.coefficients, at.scores)
  for (let row = 0; row < truth.length; row++) {
    const from = row * classCount
    for (let k = 0; k < classCount; k++) {
      logits[k] = (problem.scores[from + k] as number) + (at.scores[from + k] as number)
    }
    loss += lossAndSlopes(logits, truth[row] as number, problem.coarse)
    for (let k = 0; k < classCount; k++) {
      slope[from + k] = (logits[k] as number) + penalty * (at.coefficients[from + k] as number)
    }
  }
  return { loss, slope }
}

/** Steps back from a full step until the loss falls enough (Armijo); null when it falls nowhere. */
function search(problem: ResidualProblem, from: Direction, value: Value, towards: Direction) {
  const fall = dot(value.slope, towards.scores)
  for (let size = 1; size > 1e-6; size /= 2) {
    const at = combine(from, towards, size)
    const next = evaluate(problem, at)
    if (next.loss <= value.loss + 1e-4 * size * fall) return { at, value: next, size }
  }
  return null
}

function twoLoops(slope: Direction, past: readonly { step: Direction; change: Direction; scale: number }[]): Direction {
  let result = combine(slope, slope, 0)
  const amounts: number[] = []
  for (const { step, change, scale } of past.toReversed()) {
    const amount = scale * dot(step.scores, result.coefficients)
    amounts.push(amount)
    result = combine(result, change, -amount)
  }
  const last = past.at(-1)
  const first = last ? 1 / (last.scale * dot(last.change.coefficients, last.change.scores)) : 1
  result = { coefficients: scaled(result.coefficients, first), scores: scaled(result.scores, first) }
  for (const { step, change, scale } of past) {
    const amount = scale * dot(change.scores, result.coefficients)
    result = combine(result, step, (amounts.pop() as number) - amount)
  }
  return { coefficients: scaled(result.coefficients, -1), scores: scaled(result.scores, -1) }
}

/** What the residual with these coefficients adds to the scores of the rows. */
function direction(problem: ResidualProblem, coefficients: Float64Array): Direction {
  const { features, classCount } = problem
  const { weights, bias } = toWeights(problem, coefficients)
  const scores = new Float64Array(coefficients.length)
  for (let row = 0; row < features.rows; row++) {
    const to = row * classCount
    for (let k = 0; k < classCount; k++) scores[to + k] = bias[k] as number
    for (let e = features.start[row] as number; e < (features.start[row + 1] as number); e++) {
      const from = (features.column[e] as number) * classCount
      const v = features.value[e] as number
      for (let k = 0; k < classCount; k++)
        scores[to + k] = (scores[to + k] as number) + v * (weights[from + k] as number)
    }
  }
  return { coefficients, scores }
}

/** The bias is the weight of a constant column whose value gives it its own penalty. */
function toWeights(
  { features, classCount, penalty, biasPenalty }: ResidualProblem,
  coefficients: Float64Array,
): Residual {
  const weights = new Float64Array(features.columns * classCount)
  const bias = new Float64Array(classCount)
  const constant = penalty / biasPenalty
  for (let row = 0; row < features.rows; row++) {
    const from = row * classCount
    for (let k = 0; k < classCount; k++) bias[k] = (bias[k] as number) + constant * (coefficients[from + k] as number)
    for (let e = features.start[row] as number; e < (features.start[row + 1] as number); e++) {
      const to = (features.column[e] as number) * classCount
      const v = features.value[e] as number
      for (let k = 0; k < classCount; k++) {
        weights[to + k] = (weights[to + k] as number) + v * (coefficients[from + k] as number)
      }
    }
  }
  return { weights, bias }
}

function combine(a: Direction, b: Direction, amount: number): Direction {
  const add = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + amount * (y[i] as number))
  return { coefficients: add(a.coefficients, b.coefficients), scores: add(a.scores, b.scores) }
}

function scaled(values: Float64Array, by: number): Float64Array {
  return values.map((value) => value * by)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
