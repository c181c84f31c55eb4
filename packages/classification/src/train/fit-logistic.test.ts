import { expect, test } from 'vitest'
import { fitLogistic, logitsOf } from './fit-logistic.ts'
import { createMatrixBuilder } from './sparse-matrix.ts'

const settings = { classCount: 2, penalty: 0.1, rate: 0.5, epochs: 60, groupsMin: 1, seed: 1, coarse: null }

const groups = Array.from({ length: 40 }, (_, row) => row % 4)

function examples() {
  const builder = createMatrixBuilder(3)
  const targets: number[] = []
  for (let i = 0; i < 40; i++) {
    builder.push(i % 2, 1)
    builder.push(2, 1)
    builder.endRow()
    targets.push(i % 2 === 0 ? 1 : 0, i % 2 === 0 ? 0 : 1)
  }
  return {
    features: builder.build(),
    targets: Float32Array.from(targets),
    weights: new Float32Array(40).fill(1),
    groups,
  }
}

test('what tells two classes apart is learnt, what does not stays out', () => {
  const model = fitLogistic(examples(), settings)

  const [own = 0, other = 0] = model.weights
  expect(own).toBeGreaterThan(1)
  expect(own).toBeCloseTo(-other, 3)
  expect(Math.abs(model.weights[4] ?? 0)).toBeLessThan(0.2 * own)
})

test('the weights sit where the slope of the penalised loss is nearly zero', () => {
  const data = examples()
  const model = fitLogistic(data, settings)

  const logits = logitsOf(model, data.features)
  let slope = settings.penalty * (model.weights[0] ?? 0)
  for (let row = 0; row < 40; row += 2) {
    slope -= 1 - 1 / (1 + Math.exp((logits[row * 2 + 1] ?? 0) - (logits[row * 2] ?? 0)))
  }
  expect(Math.abs(slope)).toBeLessThan(0.1)
})

test('the same examples and seed give the same weights', () => {
  expect(fitLogistic(examples(), settings).weights).toEqual(fitLogistic(examples(), settings).weights)
})

test('a column that too few groups know gets no weight', () => {
  const data = examples()
  const fewer = { ...data, groups: groups.map((group) => group % 2) }

  const known = fitLogistic(fewer, { ...settings, groupsMin: 2 })

  expect([...known.weights.subarray(0, 4)]).toEqual([0, 0, 0, 0])
  expect(known.weights[4]).not.toBe(0)
})
