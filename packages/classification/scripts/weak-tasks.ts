import { fitLogistic, type LinearModel, logitsOf } from '../src/train/fit-logistic.ts'
import { createMatrixBuilder, type SparseMatrix, selectRows } from '../src/train/sparse-matrix.ts'
import { featureMatrix } from './feature-matrix.ts'
import { numbered, type WeakExample, weakClassCount } from './read-data.ts'

/** Texts with a label that is related to ours, such as the type that a reporter chose. */
export interface WeakTask {
  readonly examples: readonly WeakExample[]
  readonly features: SparseMatrix
}

/** Reads the features of weakly labelled texts. */
export function weakTask(examples: readonly WeakExample[]): WeakTask {
  return { examples, features: featureMatrix(examples.map((example) => example.input)) }
}

/** How strongly the weak model's scores enter as features, against features of length 1. */
const scale = 0.3

const settings = {
  classCount: weakClassCount,
  penalty: 0.5,
  rate: 0.5,
  epochs: 6,
  groupsMin: 2,
  seed: 20261102,
  coarse: null,
}

/** Learns the weak labels without the examples of some projects. Rare labels weigh more, by the root of their rarity. */
export function fitWeak({ examples, features }: WeakTask, leftOut: ReadonlySet<string>): LinearModel {
  const rows = examples.flatMap((example, i) => (leftOut.has(example.project) ? [] : [i]))
  const classes = rows.map((row) => examples[row]?.weakClass ?? 0)
  const counts = new Array<number>(weakClassCount).fill(0)
  for (const c of classes) counts[c] = (counts[c] ?? 0) + 1
  const targets = new Float32Array(rows.length * weakClassCount)
  classes.forEach((c, i) => {
    targets[i * weakClassCount + c] = 1
  })
  const weights = classes.map((c) => Math.min(3, Math.sqrt(rows.length / weakClassCount / (counts[c] ?? 1))))
  const groups = numbered(rows.map((row) => examples[row]?.project ?? ''))
  const chosen = { features: selectRows(features, rows), targets, weights: Float32Array.from(weights), groups }
  return fitLogistic(chosen, settings)
}

/** The same rows with the weak model's scores, less their mean, as further columns behind the others, `strength` times as strong. */
export function withWeakScores(features: SparseMatrix, weak: LinearModel, strength = 1): SparseMatrix {
  const scores = logitsOf(weak, features)
  const { classCount } = weak
  const builder = createMatrixBuilder(features.columns + classCount)
  for (let row = 0; row < features.rows; row++) {
    const end = features.start[row + 1] as number
    for (let e = features.start[row] as number; e < end; e++) {
      builder.push(features.column[e] as number, features.value[e] as number)
    }
    const mean = meanOf(scores, row * classCount, classCount)
    for (let k = 0; k < classCount; k++) {
      builder.push(features.columns + k, strength * scale * ((scores[row * classCount + k] as number) - mean))
    }
    builder.endRow()
  }
  return builder.build()
}

/** Works the weak model into the weights of the features: both are linear, so one linear model says the same as the two. */
export function foldWeak(model: LinearModel, weak: LinearModel, columns: number): LinearModel {
  const { classCount } = model
  const weights = model.weights.slice(0, columns * classCount)
  const bias = model.bias.slice()
  const add = (from: Float32Array, column: number, into: Float32Array) => {
    const mean = meanOf(from, column * weak.classCount, weak.classCount)
    for (let m = 0; m < weak.classCount; m++) {
      const amount = scale * ((from[column * weak.classCount + m] as number) - mean)
      if (amount === 0) continue
      for (let k = 0; k < classCount; k++) {
        const at = column * classCount + k
        into[at] = (into[at] as number) + amount * (model.weights[(columns + m) * classCount + k] as number)
      }
    }
  }
  for (let column = 0; column < columns; column++) add(weak.weights, column, weights)
  add(weak.bias, 0, bias)
  return { classCount, weights, bias }
}

function meanOf(values: Float32Array | Float64Array, at: number, count: number): number {
  let sum = 0
  for (let k = 0; k < count; k++) sum += values[at + k] as number
  return sum / count
}
