import { type WorkType, type WorkTypeProbabilities, workTypes } from '@headroom/domain'
import type { ClassifierInput } from './classifier-input.ts'
import { type Evidence, explain } from './evidence.ts'
import { extractFeatures } from './features.ts'
import type { Model } from './model.ts'
import { softmax } from './softmax.ts'
import { scoreFeatures } from './weight-table.ts'

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
  const { bucket, value, count } = scratch
  const scores = scoreFeatures(table, model.bias, bucket, value, count)
  const probabilities = toProbabilities(scores)
  return { probabilities, evidence: explain(model, input, probabilities) }
}

function toProbabilities(scores: Float64Array): WorkTypeProbabilities {
  softmax(scores, classCount)
  const probabilities: Partial<Record<WorkType, number>> = {}
  for (let k = 0; k < classCount; k++) probabilities[workTypes[k] as WorkType] = scores[k] as number
  return probabilities as Record<WorkType, number>
}
