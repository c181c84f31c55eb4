import { categories, categoryOf, workTypes } from '@headroom/domain'
import { calibrate, calibrated } from '../src/calibrate.ts'
import { type LinearModel, logitsOf } from '../src/train/fit-logistic.ts'
import { selectRows } from '../src/train/sparse-matrix.ts'
import { fitStacked, type Views } from './fit-work-types.ts'
import type { LabelledTicket } from './read-data.ts'
import { fitWeak, type WeakTask } from './weak-tasks.ts'

/** What models say about tickets of projects that they never saw. `tickets x 16` probabilities. */
export interface LeftOut {
  readonly text: Float64Array
  readonly whole: Float64Array
  /** The fold of each ticket, and the model, calibrated on the other folds, that was trained without each fold. */
  readonly fold: readonly number[]
  readonly models: readonly LinearModel[]
  /** Factor on the scores, found on those of all tickets: for the model that is trained on all of them. */
  readonly calibration: number
}

const foldCount = 5
const classCount = workTypes.length

/** Five models, each trained without a fifth of the projects and asked about that fifth. */
export function crossValidate(
  views: Views,
  weak: WeakTask,
  tickets: readonly LabelledTicket[],
  log: (line: string) => void,
): LeftOut {
  const fold = projectFolds(tickets)
  const scores = {
    text: new Float64Array(tickets.length * classCount),
    whole: new Float64Array(tickets.length * classCount),
  }
  const raw: LinearModel[] = []
  for (let f = 0; f < foldCount; f++) {
    const left = tickets.flatMap((_, i) => (fold[i] === f ? [i] : []))
    const rest = tickets.flatMap((_, i) => (fold[i] === f ? [] : [i]))
    const leftProjects = new Set(left.map((row) => tickets[row]?.project ?? ''))
    const model = fitStacked(views, fitWeak(weak, leftProjects), tickets, rest)
    raw.push(model)
    for (const view of ['text', 'whole'] as const) {
      const said = logitsOf(model, selectRows(views[view], left))
      left.forEach((row, i) => {
        scores[view].set(said.subarray(i * classCount, (i + 1) * classCount), row * classCount)
      })
    }
    log(`fold ${f + 1} of ${foldCount}: trained on ${rest.length} tickets, asked about ${left.length}`)
  }
  const probabilities = { text: new Float64Array(scores.text.length), whole: new Float64Array(scores.whole.length) }
  const models = raw.map((model, f) => {
    const calibration = calibrateOn(scores.whole, tickets, (i) => fold[i] !== f)
    for (const view of ['text', 'whole'] as const) {
      const all = calibrated(scores[view], calibration)
      fold.forEach((of, row) => {
        const at = row * classCount
        if (of === f) probabilities[view].set(all.subarray(at, at + classCount), at)
      })
    }
    return scaled(model, calibration)
  })
  return { ...probabilities, fold, models, calibration: calibrateOn(scores.whole, tickets, () => true) }
}

function calibrateOn(scores: Float64Array, tickets: readonly LabelledTicket[], use: (row: number) => boolean): number {
  const rows = tickets.flatMap((_, i) => (use(i) ? [i] : []))
  const chosen = new Float64Array(rows.length * classCount)
  rows.forEach((row, i) => {
    chosen.set(scores.subarray(row * classCount, (row + 1) * classCount), i * classCount)
  })
  return calibrate(
    chosen,
    rows.map((row) => categoryNumber(tickets[row])),
  )
}

/** A calibration worked into the weights, so that predicting needs no further step. */
export function scaled(model: LinearModel, factor: number): LinearModel {
  const { classCount, weights, bias } = model
  return { classCount, weights: weights.map((w) => w * factor), bias: bias.map((b) => b * factor) }
}

/** The category of a ticket as a number. */
export function categoryNumber(ticket: LabelledTicket | undefined): number {
  return ticket ? categories.indexOf(categoryOf(ticket.workType)) : -1
}

/** A fold for each ticket, whole projects together: the largest project first, each into the emptiest fold. */
export function projectFolds(tickets: readonly LabelledTicket[]): number[] {
  const sizes = new Map<string, number>()
  for (const { project } of tickets) sizes.set(project, (sizes.get(project) ?? 0) + 1)
  const bySize = [...sizes].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const load = new Array<number>(foldCount).fill(0)
  const foldOf = new Map<string, number>()
  for (const [project, size] of bySize) {
    const emptiest = load.indexOf(Math.min(...load))
    load[emptiest] = (load[emptiest] ?? 0) + size
    foldOf.set(project, emptiest)
  }
  return tickets.map(({ project }) => foldOf.get(project) ?? 0)
}
