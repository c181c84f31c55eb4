import { workTypes } from '@headroom/domain'
import { bucketCount } from './features.ts'

const classCount = workTypes.length

/**
 * Weights of the buckets that have any: 16 whole steps per row, and the size of a row's step. It stays packed in memory,
 * since a table that fits the processor's cache is read several times as fast as one of floats.
 */
export interface WeightTable {
  /** Row of each bucket, plus one; 0 for buckets without weights. */
  readonly rowOf: Uint32Array
  readonly rows: number
  /** Size of a step, one per row. */
  readonly step: Float32Array
  /** `rows x 16`, each -127 to 127. */
  readonly steps: Int8Array
}

/** Packs the weights of some buckets, `buckets x 16`; buckets in rising order. Rows whose largest weight is below `least` are left out. */
export function packRows(buckets: readonly number[], weights: ArrayLike<number>, least: number): WeightTable {
  const kept: number[] = []
  for (let i = 0; i < buckets.length; i++) {
    const most = largestOf(weights, i * classCount)
    if (most > 0 && most >= least) kept.push(i)
  }
  const table = emptyTable(kept.length)
  for (const [row, i] of kept.entries()) {
    table.rowOf[buckets[i] as number] = row + 1
    setRow(table, row, weights, i * classCount)
  }
  return table
}

/** The table of the sums of two tables' weights; `b` is the smaller one. */
export function addTables(a: WeightTable, b: WeightTable): WeightTable {
  const shared: number[] = []
  const added: number[] = []
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    if (b.rowOf[bucket]) (a.rowOf[bucket] ? shared : added).push(bucket)
  }
  const sum = emptyTable(a.rows + added.length)
  sum.rowOf.set(a.rowOf)
  sum.step.set(a.step)
  sum.steps.set(a.steps)
  for (const [i, bucket] of added.entries()) sum.rowOf[bucket] = a.rows + i + 1
  const weights = new Float64Array(classCount)
  for (const bucket of [...shared, ...added]) {
    weights.fill(0)
    addRow(a, bucket, 1, weights, 0)
    addRow(b, bucket, 1, weights, 0)
    setRow(sum, (sum.rowOf[bucket] as number) - 1, weights, 0)
  }
  return sum
}

function setRow(table: WeightTable, row: number, weights: ArrayLike<number>, at: number): void {
  const step = Math.fround(largestOf(weights, at) / 127)
  table.step[row] = step
  for (let k = 0; k < classCount; k++) {
    const steps = step > 0 ? Math.round((weights[at + k] as number) / step) : 0
    table.steps[row * classCount + k] = Math.max(-127, Math.min(127, steps))
  }
}

/** The weights of every bucket, `bucketCount x 16`. */
export function unpackTable(table: WeightTable): Float32Array {
  const weights = new Float32Array(bucketCount * classCount)
  for (let bucket = 0; bucket < bucketCount; bucket++) addRow(table, bucket, 1, weights, bucket * classCount)
  return weights
}

/** Adds `value` times a bucket's weights to the 16 numbers at `at`. */
export function addRow(
  table: WeightTable,
  bucket: number,
  value: number,
  into: Float32Array | Float64Array,
  at: number,
): void {
  const row = (table.rowOf[bucket] as number) - 1
  if (row < 0) return
  const { steps } = table
  const amount = value * (table.step[row] as number)
  const from = row * classCount
  for (let k = 0; k < classCount; k++) into[at + k] = (into[at + k] as number) + amount * (steps[from + k] as number)
}

/** A table with room for some rows. */
export function emptyTable(rows: number): WeightTable {
  return {
    rowOf: new Uint32Array(bucketCount),
    rows,
    step: new Float32Array(rows),
    steps: new Int8Array(rows * classCount),
  }
}

function largestOf(weights: ArrayLike<number>, at: number): number {
  let most = 0
  for (let k = 0; k < classCount; k++) most = Math.max(most, Math.abs(weights[at + k] as number))
  return most
}
