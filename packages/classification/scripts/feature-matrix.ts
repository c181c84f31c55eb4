import type { ClassifierInput } from '../src/classifier-input.ts'
import { bucketCount, createFeatureSet, extractFeatures } from '../src/features.ts'
import { createMatrixBuilder, type SparseMatrix } from '../src/train/sparse-matrix.ts'

/** The features of many tickets, one row each. */
export function featureMatrix(inputs: readonly ClassifierInput[]): SparseMatrix {
  const set = createFeatureSet()
  const builder = createMatrixBuilder(bucketCount)
  for (const input of inputs) {
    extractFeatures(input, set)
    for (let i = 0; i < set.count; i++) builder.push(set.bucket[i] as number, set.value[i] as number)
    builder.endRow()
  }
  return builder.build()
}
