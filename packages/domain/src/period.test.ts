import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochDay, localDate } from './local-time.ts'
import {
  type CalendarGrain,
  lastCompletePeriod,
  parsePeriod,
  periodOf,
  periodsBetween,
  previousPeriod,
} from './period.ts'

const grains: CalendarGrain[] = ['day', 'week', 'month', 'quarter']
const date = fc.integer({ min: epochDay('2000-01-01'), max: epochDay('2060-12-31') }).map(localDate)

describe('labels', () => {
  it.each([
    ['2026-Q3', 'quarter', '2026-07-01', '2026-09-30'],
    ['2026-Q4', 'quarter', '2026-10-01', '2026-12-31'],
    ['2026-09', 'month', '2026-09-01', '2026-09-30'],
    ['2028-02', 'month', '2028-02-01', '2028-02-29'],
    ['2026-12', 'month', '2026-12-01', '2026-12-31'],
    ['2026-W37', 'week', '2026-09-07', '2026-09-13'],
    ['2026-W01', 'week', '2025-12-29', '2026-01-04'],
    ['2026-W53', 'week', '2026-12-28', '2027-01-03'],
    ['2026-09-01', 'day', '2026-09-01', '2026-09-01'],
  ])('%s is a %s from %s to %s', (label, grain, from, to) => {
    expect(parsePeriod(label)).toEqual({ grain, period: { from, to, label } })
  })

  it.each([
    '2026-Q0',
    '2026-Q5',
    '2026-Q',
    '2026-13',
    '2026-00',
    '2026-9',
    '2026-W00',
    '2027-W53',
    '2026-W7',
    '2026-02-30',
    '2026',
    '',
    '2026-Q3 ',
    'Q3-2026',
    '26-09',
  ])('names no period: "%s"', (label) => expect(parsePeriod(label)).toBeNull())

  it('name the period that they were made from', () => {
    fc.assert(
      fc.property(date, fc.constantFrom(...grains), (day, grain) => {
        const period = periodOf(day, grain)
        expect(period.from <= day && day <= period.to).toBe(true)
        expect(parsePeriod(period.label)).toEqual({ grain, period })
      }),
    )
  })
})

describe('periods between two dates', () => {
  it('follow each other without gap or overlap and cover exactly the dates', () => {
    fc.assert(
      fc.property(date, fc.nat(400), fc.constantFrom(...grains), (from, days, grain) => {
        const to = localDate(epochDay(from) + days)
        const periods = periodsBetween(from, to, grain)

        expect(periods[0]?.from).toBe(from)
        expect(periods.at(-1)?.to).toBe(to)
        periods.slice(1).forEach((period, i) => {
          expect(epochDay(period.from)).toBe(epochDay(periods[i]?.to ?? '') + 1)
        })
        for (const period of periods) expect(period.label).toBe(periodOf(period.to, grain).label)
      }),
    )
  })

  it('are one for the total, and none when the dates are the wrong way round', () => {
    expect(periodsBetween('2026-07-01', '2026-09-30', 'total')).toEqual([
      { from: '2026-07-01', to: '2026-09-30', label: '2026-07-01/2026-09-30' },
    ])
    expect(periodsBetween('2026-07-02', '2026-07-01', 'total')).toEqual([])
  })
})

it('finds the period before, over the turn of the year too', () => {
  const previous = (label: string) =>
    previousPeriod(parsePeriod(label) ?? { grain: 'day', period: periodOf(label, 'day') })
  expect(previous('2026-Q1').label).toBe('2025-Q4')
  expect(previous('2026-W01').label).toBe('2025-W52')
  expect(previous('2027-W01').label).toBe('2026-W53')
  expect(previous('2026-03-01').label).toBe('2026-02-28')
})

it('takes no period for complete that today belongs to', () => {
  expect(lastCompletePeriod('2026-09-30', 'quarter').label).toBe('2026-Q2')
  expect(lastCompletePeriod('2026-10-01', 'quarter').label).toBe('2026-Q3')
  expect(lastCompletePeriod('2026-09-13', 'week').label).toBe('2026-W36')
  expect(lastCompletePeriod('2026-09-14', 'week').label).toBe('2026-W37')
})
