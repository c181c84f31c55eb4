import { categories, workTypes } from '@headroom/domain'
import { categorySums } from '../src/calibrate.ts'
import { calibrationError, classScores, confusionMatrix, macroF1 } from '../src/metrics.ts'
import { categoryNumber } from './cross-validate.ts'
import type { LabelledTicket } from './read-data.ts'

/** What the model card says about one way of asking. */
export interface Figures {
  readonly tickets: number
  readonly macroF1: number
  readonly categories: Readonly<Record<string, { precision: number; recall: number; f1: number; count: number }>>
  /** `confusion[truth][said]`, in the order feature, strategic, sustaining. */
  readonly confusion: readonly (readonly number[])[]
  readonly workTypeAccuracy: number
  readonly workTypeMacroF1: number
  readonly workTypes: Readonly<Record<string, { precision: number; recall: number; f1: number; count: number }>>
  /** Of the category, over ten bins, on tickets drawn at random. */
  readonly calibrationError: number
  readonly share: ShareFigures
}

/** The strategic share over left-out projects, by tickets drawn at random within their projects. */
export interface ShareFigures {
  readonly tickets: number
  readonly truth: number
  readonly hardCount: number
  readonly calibratedSum: number
  /** Projects with at least 30 such tickets: root mean square and mean of (calibrated sum - truth). */
  readonly projects: number
  readonly errorSd: number
  /**
   * What of `errorSd` the chance in the tickets' labels does not explain: the root of the mean of
   * error² - Σ p (1 - p) / n², the latter being the variance that a perfectly calibrated model would have too.
   */
  readonly systematicErrorSd: number
  readonly errorMean: number
  readonly hardCountErrorSd: number
}

const classCount = workTypes.length
const projectTicketsMin = 30

/** Measures what was said (`tickets x 16` probabilities) against the labels, over the tickets at `rows`. */
export function figuresOf(said: Float64Array, tickets: readonly LabelledTicket[], rows: readonly number[]): Figures {
  const truth = rows.map((row) => categoryNumber(tickets[row]))
  const sums = rows.map((row) => categorySums(said, row))
  const best = sums.map(indexOfLargest)
  const confusion = confusionMatrix(truth, best, categories.length)
  const typeTruth = rows.map((row) => typeNumber(tickets[row]))
  const typeSaid = rows.map((row) => indexOfLargest([...said.subarray(row * classCount, (row + 1) * classCount)]))
  const types = confusionMatrix(typeTruth, typeSaid, classCount)
  const natural = rows.flatMap((row, i) => (tickets[row]?.sampled === 'natural' ? [i] : []))
  return {
    tickets: rows.length,
    macroF1: macroF1(confusion),
    categories: named(categories, classScores(confusion)),
    confusion,
    workTypeAccuracy: typeTruth.filter((type, i) => type === typeSaid[i]).length / rows.length,
    workTypeMacroF1: macroF1(types),
    workTypes: named(workTypes, classScores(types)),
    calibrationError: calibrationError(
      natural.map((i) => Math.max(...(sums[i] ?? []))),
      natural.map((i) => best[i] === truth[i]),
    ),
    share: shareFigures(
      natural.map((i) => ({
        project: tickets[rows[i] ?? 0]?.project ?? '',
        truth: truth[i] === 1 ? 1 : 0,
        hard: best[i] === 1 ? 1 : 0,
        soft: sums[i]?.[1] ?? 0,
      })),
    ),
  }
}

function typeNumber(ticket: LabelledTicket | undefined): number {
  return ticket ? workTypes.indexOf(ticket.workType) : -1
}

interface ShareRow {
  readonly project: string
  readonly truth: number
  readonly hard: number
  readonly soft: number
}

function shareFigures(rows: readonly ShareRow[]): ShareFigures {
  const projects = [...Map.groupBy(rows, (row) => row.project).values()].filter((p) => p.length >= projectTicketsMin)
  const errors = projects.map((p) => mean(p, 'soft') - mean(p, 'truth'))
  const hardErrors = projects.map((p) => mean(p, 'hard') - mean(p, 'truth'))
  return {
    tickets: rows.length,
    truth: mean(rows, 'truth'),
    hardCount: mean(rows, 'hard'),
    calibratedSum: mean(rows, 'soft'),
    projects: projects.length,
    errorSd: rootMeanSquare(errors),
    systematicErrorSd: systematicErrorSd(projects),
    errorMean: errors.reduce((a, b) => a + b, 0) / errors.length,
    hardCountErrorSd: rootMeanSquare(hardErrors),
  }
}

function systematicErrorSd(projects: readonly (readonly ShareRow[])[]): number {
  const excess = projects.map((p) => {
    const chance = p.reduce((sum, row) => sum + row.soft * (1 - row.soft), 0) / p.length ** 2
    return (mean(p, 'soft') - mean(p, 'truth')) ** 2 - chance
  })
  return Math.sqrt(Math.max(0, excess.reduce((a, b) => a + b, 0) / excess.length))
}

function mean(rows: readonly ShareRow[], key: 'truth' | 'hard' | 'soft'): number {
  return rows.reduce((sum, row) => sum + row[key], 0) / rows.length
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
}

function indexOfLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}

function named<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as Record<string, T>
}
