import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type ClassifierInput, parseModel, predict, shippedModelUrl } from '@headroom/classification'
import { categories, categoryOf, categoryProbabilities } from '@headroom/domain'
import { projectFolds } from '../../packages/classification/scripts/cross-validate.ts'
import {
  type LabelledTicket,
  readTrainingData,
  withoutFields,
} from '../../packages/classification/scripts/read-data.ts'
import { teachOurs } from '../../packages/classification/scripts/teach.ts'
import { confusionMatrix, macroF1 } from '../../packages/classification/src/metrics.ts'
import { ownCpuSeconds } from '../cpu-seconds.ts'
import { type BenchOptions, type BenchResult, median, round } from '../results.ts'
import { type Classify, teachNatural, teachWink } from './rivals.ts'

const dataFolder = path.join(import.meta.dirname, '../../../shared/data')

/**
 * Our classifier beside those of `natural` and `wink`: all three are taught the title and description of the same labelled
 * tickets in this run, and asked about tickets of other projects. Ours answers with its reasons, as in the product.
 */
export async function benchClassify({ rounds = 5 }: BenchOptions): Promise<BenchResult> {
  if (!existsSync(dataFolder))
    throw new Error(`The benchmark "classify" needs the labelled tickets in ${dataFolder}: run the others by name.`)
  const { labelled } = readTrainingData(dataFolder)
  const fold = projectFolds(labelled)
  const taught = labelled.filter((_, i) => fold[i] !== 0)
  const asked = labelled.filter((_, i) => fold[i] === 0)
  const texts = taught.map((ticket) => ({ text: textOf(ticket), category: categoryOf(ticket.workType) }))
  const model = teachOurs(taught)
  const answers: Record<string, (ticket: LabelledTicket) => string> = {
    ours: (ticket) => mostProbable(model, withoutFields(ticket.input)),
    natural: byText(teachNatural(texts)),
    wink: byText(teachWink(texts)),
  }
  const results = Object.entries(answers).map(([name, answer]) => ({ name, ...ask(answer, asked, rounds) }))
  const [ours, ...others] = results
  if (!ours) throw new Error('Nothing was measured.')
  const loadMs = median(Array.from({ length: 9 }, loadMilliseconds))
  return {
    figures: {
      'taught and asked': `${taught.length} tickets, and ${asked.length} of projects that no classifier was taught; text alone`,
      'macro-F1 of categories': results.map(({ name, f1 }) => `${name} ${round(f1, 3)}`).join(', '),
      'tickets per CPU second': `${results.map(({ name, perSecond }) => `${name} ${Math.round(perSecond)}`).join(', ')} (median of ${rounds} rounds)`,
      'shipped model': `${round(readFileSync(shippedModelUrl).length / 1e6, 1)} MB, read and parsed in ${round(loadMs, 0)} ms`,
    },
    targets: {
      '10,000 tickets a second on one core, features included': ours.perSecond >= 10_000,
      'better F1 than both': others.every(({ f1 }) => ours.f1 > f1),
      'five times as fast as both': others.every(({ perSecond }) => ours.perSecond >= 5 * perSecond),
      'the model loads in 100 ms': loadMs <= 100,
    },
    details: { results, loadMs },
  }
}

function byText(classify: Classify): (ticket: LabelledTicket) => string {
  return (ticket) => classify(textOf(ticket))
}

function textOf({ input }: LabelledTicket): string {
  return `${input.title}\n${input.description}`
}

function mostProbable(model: ReturnType<typeof parseModel>, input: ClassifierInput): string {
  const sums = categoryProbabilities(predict(model, input).probabilities)
  return categories.reduce((a, b) => (sums[b] > sums[a] ? b : a))
}

/** Asks about all tickets, once more than is counted: in the first round, code is compiled. */
function ask(answer: (ticket: LabelledTicket) => string, tickets: readonly LabelledTicket[], rounds: number) {
  const said = tickets.map(answer)
  const seconds = Array.from({ length: rounds }, () => {
    const before = ownCpuSeconds()
    for (const ticket of tickets) answer(ticket)
    return ownCpuSeconds() - before
  })
  const names: readonly string[] = categories
  const number = (category: string) => names.indexOf(category)
  const truth = tickets.map(({ workType }) => number(categoryOf(workType)))
  const f1 = macroF1(confusionMatrix(truth, said.map(number), categories.length))
  return { f1, perSecond: tickets.length / median(seconds), seconds }
}

function loadMilliseconds(): number {
  const began = performance.now()
  parseModel(readFileSync(shippedModelUrl))
  return performance.now() - began
}
