import { expect, test } from 'vitest'
import { calibrate, calibrated, categorySums } from './calibrate.ts'
import { seededRandom } from './train/random.ts'

test('scores that were doubled are brought back to the probabilities that the truth was drawn from', () => {
  const random = seededRandom(5)
  const rows = 3000
  const honest = Float64Array.from({ length: rows * 16 }, () => 6 * random() - 3)
  const probabilities = calibrated(honest, 1)
  const truth = Array.from({ length: rows }, (_, row) => draw(categorySums(probabilities, row), random()))

  const factor = calibrate(
    honest.map((score) => 2 * score),
    truth,
  )

  expect(factor).toBeGreaterThan(0.45)
  expect(factor).toBeLessThan(0.55)
})

function draw(probabilities: readonly number[], at: number): number {
  let sum = 0
  return probabilities.findIndex((p) => {
    sum += p
    return at < sum
  })
}
