import { type CategoryProbabilities, categories, categoryOf, type WorkType, workTypes } from '@headroom/domain'
import type { ClassifierInput } from './classifier-input.ts'
import { bucketCount, extractFeatures } from './features.ts'
import type { Model } from './model.ts'
import { namedLayer, type OrganisationLayer } from './organisation-layer.ts'
import { estimatePriors } from './prior-shift.ts'
import { fitResidual } from './train/fit-residual.ts'
import { createMatrixBuilder, type SparseMatrix } from './train/sparse-matrix.ts'
import { addRow, packRows } from './weight-table.ts'

/** What a person of the organisation says that a ticket is. One per ticket: the latest. */
export interface Correction {
  readonly input: ClassifierInput
  readonly workType: WorkType
}

const classCount = workTypes.length
const categoryNumbers = workTypes.map((type) => categories.indexOf(categoryOf(type)))

/** Chosen by corrections in left-out projects, coarsely; see the model card. */
const settings = {
  penalty: 0.3,
  biasPenalty: 10,
  coarse: { of: categoryNumbers, count: categories.length, share: 0.5 },
}

/** How much of the shift of the categories' frequencies that {@link estimatePriors} finds is taken over. */
const priorStrength = 0.5

/** Weights below this are left out: thousands of them move no score by a hundredth. */
const leastWeight = 5e-4

/**
 * Learns an organisation's layer over the shipped model from its corrections: the most probable weights under a Gaussian
 * prior centred on the shipped ones, the bias held tighter, since people correct what was wrong and not at random.
 * `tickets` are the shipped model's probabilities of the organisation's tickets, as many as are at hand (a sample will do): when
 * given, the categories' own frequencies in this organisation are taken into account. Always starts from the shipped model,
 * so that the same corrections in the same order give the same layer. 50 corrections take a tenth of a second, 5,000 seconds.
 */
export function adapt(
  model: Model,
  corrections: readonly Correction[],
  tickets: readonly CategoryProbabilities[] = [],
): OrganisationLayer {
  const shift = priorShift(model, tickets)
  const { features, buckets, scores } = readCorrections(model, corrections, shift)
  const truth = corrections.map(({ workType }) => workTypes.indexOf(workType))
  const { weights, bias } = fitResidual({ features, classCount, scores, truth, ...settings })
  return namedLayer({
    modelVersion: model.version,
    corrections: corrections.length,
    table: packRows(buckets, weights, leastWeight),
    bias: bias.map((b, k) => b + (shift[categoryNumbers[k] as number] as number)),
  })
}

/** What is added to the scores of each category's work types. */
function priorShift(model: Model, tickets: readonly CategoryProbabilities[]): number[] {
  if (tickets.length === 0) return categories.map(() => 0)
  const own = estimatePriors(tickets, model.prior)
  return categories.map((c) => priorStrength * Math.log((own[c] + 1e-3) / (model.prior[c] + 1e-3)))
}

/** The features of the corrected tickets, their columns numbered by rising bucket, and the model's scores of them. */
function readCorrections(model: Model, corrections: readonly Correction[], shift: readonly number[]) {
  const columnOf = new Int32Array(bucketCount).fill(-1)
  const all = createMatrixBuilder(bucketCount)
  const scores = new Float64Array(corrections.length * classCount)
  const { scratch } = model
  for (const [row, { input }] of corrections.entries()) {
    extractFeatures(input, scratch)
    const to = row * classCount
    for (let k = 0; k < classCount; k++) {
      scores[to + k] = (model.bias[k] as number) + (shift[categoryNumbers[k] as number] as number)
    }
    for (let i = 0; i < scratch.count; i++) {
      const bucket = scratch.bucket[i] as number
      columnOf[bucket] = 0
      all.push(bucket, scratch.value[i] as number)
      addRow(model.table, bucket, scratch.value[i] as number, scores, to)
    }
    all.endRow()
  }
  const buckets: number[] = []
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    if (columnOf[bucket] === 0) columnOf[bucket] = buckets.push(bucket) - 1
  }
  const raw = all.build()
  const features: SparseMatrix = {
    ...raw,
    columns: buckets.length,
    column: raw.column.map((bucket) => columnOf[bucket] as number),
  }
  return { features, buckets, scores }
}
