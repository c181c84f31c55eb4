import { expect, it } from 'vitest'
import { normalCdf, normalQuantile } from './interval.ts'

// Python 3.12: statistics.NormalDist().inv_cdf(p), and 0.5 * math.erfc(-z / math.sqrt(2)).
const quantiles = [
  [1e-12, -7.034483825301132],
  [1e-6, -4.753424308822899],
  [0.001, -3.090232306167813],
  [0.025, -1.9599639845400538],
  [0.05, -1.6448536269514726],
  [0.07, -1.4757910281791702],
  [0.1, -1.2815515655446008],
  [0.3, -0.5244005127080407],
  [0.5, 0.0],
  [0.75, 0.6744897501960817],
  [0.9, 1.2815515655446008],
  [0.95, 1.6448536269514715],
  [0.975, 1.9599639845400536],
  [0.999, 3.090232306167813],
  [0.999999, 4.753424308817089],
] as const

const cumulative = [
  [-38, 2.88542835e-316],
  [-10, 7.619853024160593e-24],
  [-7.5, 3.19089167291092e-14],
  [-7, 1.279812543885835e-12],
  [-5, 2.866515718791946e-7],
  [-3, 0.0013498980316300957],
  [-1.96, 0.024997895148220435],
  [-1, 0.15865525393145707],
  [-0.5, 0.3085375387259869],
  [0, 0.5],
  [0.3, 0.6179114221889526],
  [1, 0.8413447460685429],
  [1.6448536269514722, 0.95],
  [2.5, 0.9937903346742238],
  [4, 0.9999683287581669],
  [8, 0.9999999999999993],
] as const

it.each(quantiles)('finds the point below which %d of a normal distribution lies', (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 12)
})

it.each(cumulative)('finds how much of a normal distribution lies below %d', (z, p) => {
  expect(normalCdf(z)).toBeCloseTo(p, 14)
  // In the far tail the figure itself is tiny: compare it by its size.
  if (p > 0 && z > -37) expect(normalCdf(z) / p).toBeCloseTo(1, 7)
})

it('knows no point for what is no probability', () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY)
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY)
  expect(normalQuantile(1.1)).toBeNaN()
})
