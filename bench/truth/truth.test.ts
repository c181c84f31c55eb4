import { expect, it } from 'vitest'
import { measureCompany } from './truth.ts'

// A small part of `pnpm bench truth`; the seeds are fixed, so these hold or something has changed.
const rows = [0, 1, 2].flatMap(measureCompany)

it('effort alone is near the truth when labels are known', () => {
  expect(rows.length).toBeGreaterThan(4)
  expect(mean(rows.map(({ known }) => Math.abs(known)))).toBeLessThan(0.035)
})

it('audits bring the share nearer to the truth than the model alone, and narrow its interval', () => {
  const [none, twenty, forty] = [0, 1, 2].map((i) => rows.flatMap(({ byAudits }) => byAudits[i] ?? []))
  const rms = (list: typeof none) => Math.sqrt(mean((list ?? []).map(({ value }) => value ** 2)))
  const width = (list: typeof none) => mean((list ?? []).map((one) => one.width))

  expect(rms(forty)).toBeLessThan(rms(none))
  expect(width(twenty)).toBeLessThan(width(none))
  expect(width(forty)).toBeLessThan(width(twenty))
  expect(mean((forty ?? []).map(({ covered }) => Number(covered)))).toBeGreaterThan(0.6)
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
