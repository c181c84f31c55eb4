import { type WorkType, type WorkTypeProbabilities, workTypes } from '@headroom/domain'
import type { ClassifierInput } from './classifier-input.ts'
import { type Evidence, explain } from './evidence.ts'
import { extractFeatures } from './features.ts'
import type { Model } from './model.ts'
import { softmax } from './softmax.ts'
import { addRow } from './weight-table.ts'

/** What the model thinks of one ticket. */
export interface Prediction {
  /** Calibrated on projects that training never saw; sums to 1. */
  readonly probabilities: WorkTypeProbabilities
  /** What spoke most for and against the most probable category, strongest first. */
  readonly evidence: readonly Evidence[]
}

const classCount = workTypes.length

/** Classifies one ticket by its text and fields. Never throws, whatever the text. */
export function predict(model: Model, input: ClassifierInput): Prediction {
  const { scratch, table } = model
  extractFeatures(input, scratch)
  const scores = Float64Array.from(model.bias)
  const { bucket, value, count } = scratch
  for (let i = 0; i < count; i++) addRow(table, bucket[i] as number, value[i] as number, scores, 0)
  const probabilities = toProbabilities(scores)
  return { probabilities, evidence: explain(model, input, probabilities) }
}

function toProbabilities(scores: Float64Array): WorkTypeProbabilities {
  softmax(scores, classCount)
  const entries = workTypes.map((workType, k): [WorkType, number] => [workType, scores[k] as number])
  return Object.fromEntries(entries) as Record<WorkType, number>
}
