import { describe, expect, it } from 'vitest'
import { calendar, person } from '../test/worlds.ts'
import { epochDay } from './local-time.ts'
import { capacityUnits, workingTime } from './working-days.ts'

const at = (text: string) => Date.parse(text)

describe('how much of a day a person works', () => {
  const time = workingTime(
    person({
      fte: 0.8,
      absences: [
        { from: '2026-03-04', to: '2026-03-05', fraction: 1 },
        { from: '2026-03-05', to: '2026-03-06', fraction: 0.5 },
      ],
    }),
    calendar({ holidays: ['2026-03-03'] }),
  )

  it.each([
    ['a working day', '2026-03-02', 0.8],
    ['a holiday', '2026-03-03', 0],
    ['a day away', '2026-03-04', 0],
    ['a day away twice', '2026-03-05', 0],
    ['half a day away', '2026-03-06', 0.4],
    ['a Saturday', '2026-03-07', 0],
  ])('on %s', (_, day, fraction) => {
    expect(time.fraction(epochDay(day))).toBeCloseTo(fraction, 12)
    expect(capacityUnits(time, epochDay(day), 720_720)).toBe(Math.round(fraction * 720_720))
  })
})

it('follows the local clock over a change of the clocks', () => {
  const time = workingTime(person(), calendar({ timeZone: 'Europe/Berlin' }))
  expect(time.window(epochDay('2026-03-27'))).toEqual([at('2026-03-27T08:00Z'), at('2026-03-27T16:00Z')])
  expect(time.window(epochDay('2026-03-30'))).toEqual([at('2026-03-30T07:00Z'), at('2026-03-30T15:00Z')])
})

it("prefers the person's zone to the calendar's", () => {
  const time = workingTime(person({ timeZone: 'Asia/Kathmandu' }), calendar({ timeZone: 'Europe/Berlin' }))
  expect(time.window(epochDay('2026-03-02'))[0]).toBe(at('2026-03-02T03:15Z'))
})

it.each([
  ['17:00', '09:00'],
  ['09:00', '09:00'],
  ['9', '17:00'],
  ['09:00', '24:30'],
] as const)('refuses working hours from %s to %s with the remedy', (start, end) => {
  expect(() => workingTime(person(), calendar({ hours: [start, end] }))).toThrow('such as 09:00 and 17:00')
})

it('knows working hours until midnight', () => {
  expect(workingTime(person(), calendar({ hours: ['16:00', '24:00'] })).secondsPerDay).toBe(8 * 3600)
})
