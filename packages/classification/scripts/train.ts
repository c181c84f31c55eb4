import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Category, type CategoryProbabilities, categoryOf } from '@headroom/domain'
import { packModel, parseModel, shippedModelUrl } from '../src/model.ts'
import type { LinearModel } from '../src/train/fit-logistic.ts'
import { crossValidate } from './cross-validate.ts'
import { featureMatrix } from './feature-matrix.ts'
import { figuresOf } from './figures.ts'
import { fitStacked, type Views } from './fit-work-types.ts'
import { describeModel, type ModelCard } from './model-card.ts'
import { type LabelledTicket, readTrainingData, withoutFields } from './read-data.ts'
import { fitWeak, weakTask } from './weak-tasks.ts'

// Trains the shipped model: measures on left-out projects, then trains on everything, then writes model and card.

const defaultFolder = fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const { values } = parseArgs({ options: { data: { type: 'string', default: defaultFolder } } })

if (existsSync(values.data)) await train(values.data)
else {
  console.error(
    `No training data in ${values.data}: name the folder with "npm run train -- --data DIR". The model was left as it is.`,
  )
  process.exitCode = 1
}

async function train(folder: string): Promise<void> {
  const log = (line: string) => console.log(line)
  const { labelled, weak: examples } = readTrainingData(folder)
  log(`read ${labelled.length} labelled tickets and ${examples.length} with a type only`)
  const views = viewsOf(labelled)
  const weak = weakTask(examples)
  const leftOut = crossValidate(views, weak, labelled, log)
  const all = labelled.map((_, i) => i)
  const fielded = all.filter((i) => views.hasFields[i])
  const withFields = figuresOf(leftOut.whole, labelled, all)
  const model = fitStacked(views, fitWeak(weak, new Set()), labelled, all)
  const shareErrorSd = withFields.share.systematicErrorSd
  const bytes = packModel({
    month: '2026.11',
    shareErrorSd,
    prior: priorOf(labelled),
    ...calibratedWeights(model, leftOut.calibration),
  })
  const card: ModelCard = {
    version: parseModel(bytes).version,
    modelBytes: bytes.length,
    data: {
      labelled: labelled.length,
      natural: labelled.filter((ticket) => ticket.sampled === 'natural').length,
      projects: new Set(labelled.map((ticket) => ticket.project)).size,
      weak: examples.length,
    },
    calibration: leftOut.calibration,
    shareErrorSd,
    textAlone: figuresOf(leftOut.text, labelled, all),
    withFields,
    fieldedTextAlone: figuresOf(leftOut.text, labelled, fielded),
    fieldedWithFields: figuresOf(leftOut.whole, labelled, fielded),
  }
  await writeFile(shippedModelUrl, bytes)
  await writeFile(new URL('model-card.json', shippedModelUrl), `${JSON.stringify(card, null, 2)}\n`)
  await writeFile(new URL('model-card.md', shippedModelUrl), describeModel(card))
  log(`macro-F1 ${card.textAlone.macroF1.toFixed(3)} by text alone, ${withFields.macroF1.toFixed(3)} with fields`)
  log(`wrote model ${card.version}, ${bytes.length} bytes`)
}

function viewsOf(tickets: readonly LabelledTicket[]): Views {
  return {
    whole: featureMatrix(tickets.map((ticket) => ticket.input)),
    text: featureMatrix(tickets.map((ticket) => withoutFields(ticket.input))),
    hasFields: tickets.map(
      ({ input }) =>
        input.type !== null || input.labels.length > 0 || input.components.length > 0 || input.parent !== null,
    ),
  }
}

function priorOf(tickets: readonly LabelledTicket[]): CategoryProbabilities {
  const share = (category: Category) =>
    tickets.filter(({ workType }) => categoryOf(workType) === category).length / tickets.length
  return { feature: share('feature'), strategic: share('strategic'), sustaining: share('sustaining') }
}

/** The calibration worked into the weights, so that predicting needs no further step. */
function calibratedWeights(model: LinearModel, factor: number) {
  return { weights: model.weights.map((w) => w * factor), bias: Array.from(model.bias, (b) => b * factor) }
}
