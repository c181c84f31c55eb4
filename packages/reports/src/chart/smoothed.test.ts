import { expect, test } from 'vitest'
import { row, share } from '../../test/sample-report.ts'
import { smoothedShares } from './smoothed.ts'

const week = { from: '2026-09-21', to: '2026-09-27', label: '2026-W39' }
const of = (value: number | null, trackedDays: number) =>
  row(week, value === null ? null : share(value, 0.05), 'cannot-say', null, trackedDays, 1)

test('weights are 0.2 times 0.8 to the age, times the effort of the week', () => {
  const [first, gap, third, fourth] = smoothedShares([of(0.1, 10), of(null, 10), of(0.3, 30), of(0.2, 20)])

  expect(first?.value).toBeCloseTo(0.1, 12)
  expect(gap).toBeNull()
  expect(third?.value).toBeCloseTo((0.8 * 10 * 0.1 + 30 * 0.3) / (0.8 * 10 + 30), 12)
  expect(fourth?.value).toBeCloseTo((0.64 * 10 * 0.1 + 0.8 * 30 * 0.3 + 20 * 0.2) / (0.64 * 10 + 0.8 * 30 + 20), 12)
  expect(fourth?.high).toBeCloseTo((fourth?.value ?? 0) + 0.05, 12)
})

test('a steady share stays what it is', () => {
  const points = smoothedShares(Array.from({ length: 20 }, () => of(0.2, 12)))

  for (const point of points) expect(point?.value).toBeCloseTo(0.2, 12)
})
