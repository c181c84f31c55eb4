import { existsSync, readFileSync } from 'node:fs'
import { categories, categoryOf, categoryProbabilities, workTypes } from '@headroom/domain'
import { expect, test } from 'vitest'
import { parseModel, predict, shippedModelUrl } from '../src/index.ts'
import { confusionMatrix, macroF1 } from '../src/metrics.ts'

const labelled = new URL('../../../../shared/data/labelled/tickets.jsonl', import.meta.url)
const card = JSON.parse(readFileSync(new URL('model-card.json', shippedModelUrl), 'utf8'))

test.skipIf(!existsSync(labelled))(
  'the shipped model knows its training tickets better than the card says of unseen ones',
  () => {
    const model = parseModel(readFileSync(shippedModelUrl))
    const rows = readFileSync(labelled, 'utf8')
      .split('\n')
      .filter((line, i) => line !== '' && i % 5 === 0)
    const tickets = rows.map((line) => JSON.parse(line))

    const said = tickets.map(({ title, description, trackerType: type, labels, components }) => {
      const absent = { isEpic: type === 'Epic', isSubtask: false, priority: null, parent: null }
      const { probabilities } = predict(model, {
        title,
        description: description ?? '',
        type,
        labels,
        components,
        ...absent,
      })
      const sums = categoryProbabilities(probabilities)
      return categories.indexOf(categories.reduce((a, b) => (sums[b] > sums[a] ? b : a)))
    })

    const truth = tickets.map(({ workType }) =>
      categories.indexOf(categoryOf(workTypes[workTypes.indexOf(workType)] ?? 'defect')),
    )
    expect(macroF1(confusionMatrix(truth, said, categories.length))).toBeGreaterThan(card.withFields.macroF1)
  },
)

test('the card holds figures that can be true', () => {
  for (const figures of [card.textAlone, card.withFields]) {
    const counted = figures.confusion.flat().reduce((a: number, b: number) => a + b, 0)
    expect(counted).toBe(figures.tickets)
    expect(macroF1(figures.confusion)).toBeCloseTo(figures.macroF1, 12)
  }
})
