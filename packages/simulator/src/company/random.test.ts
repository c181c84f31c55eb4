import { describe, expect, it } from 'vitest'
import { createRandom } from './random.ts'

describe('createRandom', () => {
  it('repeats its numbers for a seed, and forks do not move it', () => {
    const [a, b] = [createRandom('seed'), createRandom('seed')]
    b.fork('other').next()
    expect([a.next(), a.next(), a.next()]).toEqual([b.next(), b.next(), b.next()])
  })

  it('is even over [0, 1) and median-true for the lognormal', () => {
    const random = createRandom('even')
    const numbers = Array.from({ length: 20_000 }, () => random.next())
    const above = Array.from({ length: 20_000 }, () => random.logNormal(3, 0.8)).filter((value) => value > 3)
    expect(numbers.reduce((sum, value) => sum + value, 0) / numbers.length).toBeCloseTo(0.5, 2)
    expect(above.length / 20_000).toBeCloseTo(0.5, 1)
  })

  it('draws keys by their weights', () => {
    const random = createRandom('weights')
    const draws = Array.from({ length: 10_000 }, () => random.weighted({ a: 3, b: 1, c: 0 }))
    expect(draws.filter((draw) => draw === 'a').length / 10_000).toBeCloseTo(0.75, 1)
    expect(draws).not.toContain('c')
  })
})
