import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseModel, shippedModelUrl } from '../src/model.ts'
import { crossValidate, scaled } from './cross-validate.ts'
import { figuresOf } from './figures.ts'
import { fitStacked } from './fit-work-types.ts'
import { measureAdaptation } from './measure-adaptation.ts'
import { measureAuditedShare } from './measure-audited-share.ts'
import { measureNlbse } from './measure-nlbse.ts'
import { describeModel, type ModelCard } from './model-card.ts'
import { readTrainingData } from './read-data.ts'
import { asModel, packedModel, viewsOf } from './teach.ts'
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
  const shareErrorSd = withFields.share.systematicErrorSd
  const nlbse = measureNlbse(folder, weak)
  log(`NLBSE'24 by its own protocol: macro-F1 ${nlbse.mean.toFixed(3)}`)
  const adaptation = measureAdaptation(
    labelled,
    leftOut.fold,
    leftOut.models.map((model) => asModel(model, labelled)),
  )
  const model = fitStacked(views, fitWeak(weak, new Set()), labelled, all)
  const bytes = packedModel(scaled(model, leftOut.calibration), labelled, shareErrorSd)
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
    auditedShare: measureAuditedShare(leftOut.whole, labelled, shareErrorSd),
    adaptation,
    nlbse,
  }
  await writeFile(shippedModelUrl, bytes)
  await writeFile(new URL('model-card.json', shippedModelUrl), `${JSON.stringify(card, null, 2)}\n`)
  await writeFile(new URL('model-card.md', shippedModelUrl), describeModel(card))
  log(`macro-F1 ${card.textAlone.macroF1.toFixed(3)} by text alone, ${withFields.macroF1.toFixed(3)} with fields`)
  log(`wrote model ${card.version}, ${bytes.length} bytes`)
}
