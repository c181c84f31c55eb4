import { expect, test } from 'vitest'
import { row, share } from '../test/sample-report.ts'
import {
  changeOf,
  formatDates,
  formatDays,
  formatMoment,
  formatPercent,
  formatPoints,
  formatRange,
  formatShare,
  formatTarget,
  untrackedDays,
} from './numbers.ts'

const period = { from: '2026-07-01', to: '2026-09-30', label: '2026-Q3' }
const before = { from: '2026-04-01', to: '2026-06-30', label: '2026-Q2' }

test('a share is printed with its interval, in whole percent', () => {
  expect(formatShare(share(0.17, 0.04))).toBe('17 % (13–21 %)')
  expect(formatShare(null)).toBe('nothing tracked')
  expect([0, 0.004, 0.005, 0.995, 1].map(formatPercent)).toEqual(['0 %', '<1 %', '1 %', '100 %', '100 %'])
  expect(formatRange(0.171, 0.174)).toBe('17 %')
  expect([0.2, 0.175, 0.333].map(formatTarget)).toEqual(['20 %', '17.5 %', '33.3 %'])
})

test('days keep one decimal while they are few', () => {
  expect([0, 0.04, 4.25, 9.94, 9.96, 1240.4, 1234567].map(formatDays)).toEqual([
    '0',
    '0',
    '4.3',
    '9.9',
    '10',
    '1,240',
    '1,234,567',
  ])
})

test('what is not a number is never printed as one', () => {
  expect([formatPercent, formatDays, formatTarget].map((format) => format(Number.NaN))).toEqual(['–', '–', '–'])
  expect(formatRange(0, Number.POSITIVE_INFINITY)).toBe('–')
})

test('dates name the year once where it is the same', () => {
  expect(formatDates(period)).toBe('1 Jul – 30 Sep 2026')
  expect(formatDates({ from: '2025-12-29', to: '2026-01-04', label: '2026-W01' })).toBe('29 Dec 2025 – 4 Jan 2026')
  expect(formatDates({ from: '2026-09-01', to: '2026-09-01', label: '2026-09-01' })).toBe('1 Sep 2026')
  expect(formatMoment('2026-10-02T06:00:00.000Z')).toBe('2026-10-02 06:00 UTC')
})

test('a change is the difference of the printed numbers, and clear only beyond the doubt of both', () => {
  const now = row(period, share(0.2, 0.03), 'on-target')

  expect(changeOf(now, row(before, share(0.24, 0.03), 'above'))).toEqual({ points: -4, clear: false, since: '2026-Q2' })
  expect(changeOf(now, row(before, share(0.25, 0.03), 'above'))).toEqual({ points: -5, clear: true, since: '2026-Q2' })
  expect(changeOf(now, row(before, null, 'cannot-say'))).toBeNull()
  expect([3, -3, 0].map(formatPoints)).toEqual(['+3', '−3', '0'])
})

test('more effort than capacity leaves nothing untracked', () => {
  const full = row(period, share(0.2, 0.03), 'on-target', null, 100, 1.2)

  expect(untrackedDays(full)).toBe(0)
})
