import { categories, categoryOf, workTypes } from '@headroom/domain'
import { fitLogistic, type LinearModel } from '../src/train/fit-logistic.ts'
import { createMatrixBuilder, type SparseMatrix } from '../src/train/sparse-matrix.ts'
import { type LabelledTicket, numbered } from './read-data.ts'
import { foldWeak, withWeakScores } from './weak-tasks.ts'

/** The labelled tickets twice: as they are, and by their text alone. Row i of each is ticket i. */
export interface Views {
  readonly whole: SparseMatrix
  readonly text: SparseMatrix
  /** Whether ticket i has any field, so that its two views differ. */
  readonly hasFields: readonly boolean[]
}

const classCount = workTypes.length

/** Chosen by left-out projects, coarsely; see the model card. */
const workTypeSettings = {
  classCount,
  penalty: 0.1,
  rate: 0.3,
  epochs: 10,
  groupsMin: 3,
  coarse: { of: workTypes.map((type) => categories.indexOf(categoryOf(type))), count: categories.length, share: 0.8 },
}

/** How much a ticket counts, by how sure its reader was of the label. */
const confidenceWeight = { high: 1, medium: 0.8, low: 0.5 }
/** How much a ticket counts by its category: the macro-F1 asks for all three alike, and strategic ones are fewest. */
const categoryWeight = { feature: 1, strategic: 1.2, sustaining: 0.9 }
/** Projects count by their number of tickets to the power of 1 less this, so that large ones do not drown the others. */
const projectLevelling = 0.3

/**
 * Fits the work types of the tickets at `rows` on the features and on what the weak model says, and works both into one
 * linear model.
 */
export function fitStacked(
  views: Views,
  weak: LinearModel,
  tickets: readonly LabelledTicket[],
  rows: readonly number[],
): LinearModel {
  const stacked = { ...views, whole: withWeakScores(views.whole, weak), text: withWeakScores(views.text, weak) }
  return foldWeak(fitWorkTypes(stacked, tickets, rows), weak, views.text.columns)
}

/**
 * Fits the work types of the tickets at `rows`. A ticket with fields is shown both with and without them, at half weight
 * each, so that the model leans on the text where a tracker gives little.
 */
export function fitWorkTypes(views: Views, tickets: readonly LabelledTicket[], rows: readonly number[]): LinearModel {
  const builder = createMatrixBuilder(views.text.columns)
  const targets: number[] = []
  const weights: number[] = []
  const shown: number[] = []
  const weightOf = ticketWeights(tickets, rows)
  const show = (matrix: SparseMatrix, row: number, weight: number) => {
    const end = matrix.start[row + 1] as number
    for (let e = matrix.start[row] as number; e < end; e++) {
      builder.push(matrix.column[e] as number, matrix.value[e] as number)
    }
    builder.endRow()
    for (const type of workTypes) targets.push(type === tickets[row]?.workType ? 1 : 0)
    weights.push(weight * (weightOf.get(row) ?? 0))
    shown.push(row)
  }
  for (const row of rows) {
    const both = views.hasFields[row]
    show(views.text, row, both ? 0.5 : 1)
    if (both) show(views.whole, row, 0.5)
  }
  const examples = {
    features: builder.build(),
    targets: Float32Array.from(targets),
    weights: Float32Array.from(weights),
    groups: numbered(shown.map((row) => tickets[row]?.project ?? '')),
  }
  return averageOf(seeds.map((seed) => fitLogistic(examples, { ...workTypeSettings, seed })))
}

/** The weight of each of the tickets at `rows`; those of the projects have a mean of 1. */
function ticketWeights(tickets: readonly LabelledTicket[], rows: readonly number[]): Map<number, number> {
  const sizes = new Map<string, number>()
  for (const row of rows) {
    const project = tickets[row]?.project ?? ''
    sizes.set(project, (sizes.get(project) ?? 0) + 1)
  }
  const levels = rows.map((row) => (sizes.get(tickets[row]?.project ?? '') ?? 1) ** -projectLevelling)
  const mean = levels.reduce((a, b) => a + b, 0) / levels.length
  return new Map(
    rows.flatMap((row, i) => {
      const ticket = tickets[row]
      if (!ticket) return []
      const own = confidenceWeight[ticket.confidence] * categoryWeight[categoryOf(ticket.workType)]
      return [[row, (own * (levels[i] ?? 0)) / mean]]
    }),
  )
}

/** The mean of several orders of learning, since the result of a single one depends on chance by a few thousandths. */
const seeds = [20261101, 20261111, 20261121]

function averageOf(models: readonly LinearModel[]): LinearModel {
  const mean = (of: (model: LinearModel) => Float32Array, length: number) => {
    const sums = new Float32Array(length)
    for (const model of models)
      for (let i = 0; i < length; i++) sums[i] = (sums[i] as number) + (of(model)[i] as number)
    return sums.map((sum) => sum / models.length)
  }
  const [first] = models
  if (!first) throw new Error('There is nothing to average.')
  return {
    classCount,
    weights: mean((model) => model.weights, first.weights.length),
    bias: mean((model) => model.bias, first.bias.length),
  }
}
