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

/**
 * The 16 scores of a ticket: the bias, and each feature's value times its bucket's weights. Written out, since a loop over
 * sixteen sums in memory takes twice as long, and this is where predicting spends its time.
 */
export function scoreFeatures(
  { rowOf, step, steps }: WeightTable,
  bias: Float64Array,
  bucket: Int32Array,
  value: Float64Array,
  count: number,
): Float64Array {
  let s0 = bias[0] as number
  let s1 = bias[1] as number
  let s2 = bias[2] as number
  let s3 = bias[3] as number
  let s4 = bias[4] as number
  let s5 = bias[5] as number
  let s6 = bias[6] as number
  let s7 = bias[7] as number
  let s8 = bias[8] as number
  let s9 = bias[9] as number
  let s10 = bias[10] as number
  let s11 = bias[11] as number
  let s12 = bias[12] as number
  let s13 = bias[13] as number
  let s14 = bias[14] as number
  let s15 = bias[15] as number
  for (let i = 0; i < count; i++) {
    const row = (rowOf[bucket[i] as number] as number) - 1
    if (row < 0) continue
    const amount = (value[i] as number) * (step[row] as number)
    const from = row * classCount
    s0 += amount * (steps[from + 0] as number)
    s1 += amount * (steps[from + 1] as number)
    s2 += amount * (steps[from + 2] as number)
    s3 += amount * (steps[from + 3] as number)
    s4 += amount * (steps[from + 4] as number)
    s5 += amount * (steps[from + 5] as number)
    s6 += amount * (steps[from + 6] as number)
    s7 += amount * (steps[from + 7] as number)
    s8 += amount * (steps[from + 8] as number)
    s9 += amount * (steps[from + 9] as number)
    s10 += amount * (steps[from + 10] as number)
    s11 += amount * (steps[from + 11] as number)
    s12 += amount * (steps[from + 12] as number)
    s13 += amount * (steps[from + 13] as number)
    s14 += amount * (steps[from + 14] as number)
    s15 += amount * (steps[from + 15] as number)
  }
  return Float64Array.of(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15)
}

/** The sum of a bucket's weights, each times its entry of `by`. Four sums, so that one need not wait for the other. */
export function rowTimes({ rowOf, step, steps }: WeightTable, bucket: number, by: Float64Array): number {
  const row = (rowOf[bucket] as number) - 1
  if (row < 0) return 0
  const from = row * classCount
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let k = 0; k < classCount; k += 4) {
    a += (by[k] as number) * (steps[from + k] as number)
    b += (by[k + 1] as number) * (steps[from + k + 1] as number)
    c += (by[k + 2] as number) * (steps[from + k + 2] as number)
    d += (by[k + 3] as number) * (steps[from + k + 3] as number)
  }
  return (a + b + c + d) * (step[row] as number)
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
