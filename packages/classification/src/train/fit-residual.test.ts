import { expect, test } from 'vitest'
import { fitResidual } from './fit-residual.ts'
import { seededRandom } from './random.ts'
import { createMatrixBuilder } from './sparse-matrix.ts'

const classCount = 4
const coarse = { of: [0, 0, 1, 1], count: 2, share: 0.5 }
const [penalty, biasPenalty] = [0.3, 3]

function problem() {
  const random = seededRandom(7)
  const builder = createMatrixBuilder(6)
  const truth: number[] = []
  for (let row = 0; row < 12; row++) {
    for (let column = 0; column < 6; column++) if (random() < 0.5) builder.push(column, random() - 0.3)
    builder.endRow()
    truth.push(Math.floor(random() * classCount))
  }
  const scores = Float64Array.from({ length: 12 * classCount }, () => 2 * random() - 1)
  return { features: builder.build(), classCount, scores, truth, coarse, penalty, biasPenalty }
}

test('the residual lies where the penalised loss has no slope, by differences of the loss itself', () => {
  const given = problem()
  const { weights, bias } = fitResidual(given)
  const numbers = [...weights, ...bias]

  for (let i = 0; i < numbers.length; i++) {
    const moved = (by: number) => penalisedLoss(given, numbers.with(i, (numbers[i] ?? 0) + by))
    expect(Math.abs((moved(1e-4) - moved(-1e-4)) / 2e-4)).toBeLessThan(2e-3)
  }
})

/** The loss in its plain form, over weights instead of rows' coefficients. */
function penalisedLoss({ features, scores, truth }: ReturnType<typeof problem>, numbers: readonly number[]): number {
  const weightCount = features.columns * classCount
  let loss = 0
  for (const [i, value] of numbers.entries()) loss += ((i < weightCount ? penalty : biasPenalty) / 2) * value ** 2
  for (const [row, t] of truth.entries()) {
    const powers = Array.from({ length: classCount }, (_, k) => {
      let score = (scores[row * classCount + k] ?? 0) + (numbers[weightCount + k] ?? 0)
      for (let e = features.start[row] ?? 0; e < (features.start[row + 1] ?? 0); e++) {
        score += (features.value[e] ?? 0) * (numbers[(features.column[e] ?? 0) * classCount + k] ?? 0)
      }
      return Math.exp(score)
    })
    const total = powers.reduce((a, b) => a + b, 0)
    const own = powers.reduce((sum, power, k) => sum + (coarse.of[k] === coarse.of[t] ? power : 0), 0)
    loss -= 0.5 * Math.log((powers[t] ?? 0) / total) + 0.5 * Math.log(own / total)
  }
  return loss
}
