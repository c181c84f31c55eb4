import { categories, categoryProbabilities } from '@headroom/domain'
import { adapt, type Correction } from '../src/adapt.ts'
import { confusionMatrix, macroF1 } from '../src/metrics.ts'
import type { Model } from '../src/model.ts'
import { withLayer } from '../src/organisation-layer.ts'
import { predict } from '../src/predict.ts'
import { seededRandom, shuffle } from '../src/train/random.ts'
import { categoryNumber } from './cross-validate.ts'
import type { LabelledTicket } from './read-data.ts'

/** What an organisation's first corrections change, over projects that the model never saw. */
export interface AdaptationFigures {
  readonly projects: number
  readonly draws: number
  /** By number of corrections. */
  readonly steps: readonly {
    readonly corrections: number
    /** Mean macro-F1 of the categories over the projects' other tickets, before and after. */
    readonly before: number
    readonly after: number
    /** Corrected tickets drawn at random, and the same when the least sure ones come first. */
    readonly order: 'at random' | 'least sure first'
  }[]
  /** Mean milliseconds to learn a layer from the largest number of corrections. */
  readonly milliseconds: number
}

const counts = [50]
const draws = 2
/** A project must leave enough tickets to judge by. */
const ticketsMin = 190

/** Teaches each large left-out project's tickets to the model that never saw it, and judges on its other tickets. */
export function measureAdaptation(
  tickets: readonly LabelledTicket[],
  fold: readonly number[],
  models: readonly Model[],
): AdaptationFigures {
  const byProject = Map.groupBy(tickets.keys(), (row) => tickets[row]?.project ?? '')
  const projects = [...byProject.values()].filter((rows) => rows.length >= ticketsMin)
  const times: number[] = []
  const steps = (['at random', 'least sure first'] as const).flatMap((order) =>
    counts.map((corrections) => {
      const results = projects.flatMap((rows) => {
        const model = models[fold[rows[0] ?? 0] ?? 0]
        if (!model) return []
        return Array.from({ length: draws }, (_, draw) => {
          const ordered = inOrder(rows, draw, order, model, tickets)
          const taught = ordered.slice(0, corrections).map((row) => correctionOf(tickets[row]))
          const began = performance.now()
          const layer = adapt(model, taught)
          if (corrections === counts.at(-1)) times.push(performance.now() - began)
          const rest = ordered.slice(corrections)
          return { before: scoreOf(model, tickets, rest), after: scoreOf(withLayer(model, layer), tickets, rest) }
        })
      })
      return {
        corrections,
        order,
        before: mean(results.map((r) => r.before)),
        after: mean(results.map((r) => r.after)),
      }
    }),
  )
  return { projects: projects.length, draws, steps, milliseconds: mean(times) }
}

function inOrder(
  rows: readonly number[],
  draw: number,
  order: AdaptationFigures['steps'][number]['order'],
  model: Model,
  tickets: readonly LabelledTicket[],
): number[] {
  const places = new Int32Array(rows.length)
  shuffle(places, seededRandom(20261105 + draw))
  const shuffled = [...places].map((place) => rows[place] ?? 0)
  if (order === 'at random') return shuffled
  // Of a random half, so that the order of the draws still matters and the rest is not only easy tickets.
  const half = Math.max(counts.at(-1) ?? 0, Math.floor(shuffled.length / 2))
  const sureness = new Map(shuffled.map((row) => [row, Math.max(...categorySumsOf(model, tickets[row]))]))
  const queue = shuffled.slice(0, half).sort((a, b) => (sureness.get(a) ?? 0) - (sureness.get(b) ?? 0))
  return [...queue, ...shuffled.slice(half)]
}

function correctionOf(ticket: LabelledTicket | undefined): Correction {
  if (!ticket) throw new Error('There is no such ticket.')
  return { input: ticket.input, workType: ticket.workType }
}

function scoreOf(model: Model, tickets: readonly LabelledTicket[], rows: readonly number[]): number {
  const said = rows.map((row) => {
    const sums = categorySumsOf(model, tickets[row])
    return sums.indexOf(Math.max(...sums))
  })
  const truth = rows.map((row) => categoryNumber(tickets[row]))
  return macroF1(confusionMatrix(truth, said, categories.length))
}

function categorySumsOf(model: Model, ticket: LabelledTicket | undefined): number[] {
  if (!ticket) return []
  const sums = categoryProbabilities(predict(model, ticket.input).probabilities)
  return categories.map((category) => sums[category])
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)
}
