import { describe, expect, it } from 'vitest'
import { calendar, person } from '../test/worlds.ts'
import { countedDays, type Presence } from './capacity.ts'
import { epochDay, localDate } from './local-time.ts'
import { workingTime } from './working-days.ts'

const settings = { unitsPerDay: 720_720 }
const time = workingTime(person(), calendar())
const monday = epochDay('2026-03-02')

/** The n-th working day from Monday 2 March 2026, which is 0. */
function workingDay(n: number): string {
  return localDate(monday + Math.floor(n / 5) * 7 + (n % 5))
}

function active(...spans: (readonly [number, number])[]): Presence {
  return { activeSpans: spans.map(([from, to]) => ({ from: workingDay(from), to: workingDay(to) })), claimedDays: [] }
}

function counted(
  presence: Presence,
  asOf: number,
  ...rest: [memberships?: Parameters<typeof countedDays>[4]]
): string[] {
  return countedDays(presence, time, settings, workingDay(asOf), ...rest).map((d) => d.day)
}

function days(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => workingDay(from + i))
}

describe('a person counts into capacity', () => {
  it('from the first to the last working day with an active ticket, with the gaps of up to thirty working days', () => {
    expect(counted(active([10, 12], [43, 44]), 100)).toEqual(days(10, 44))
  })

  it('not in gaps of more than thirty working days', () => {
    expect(counted(active([10, 12], [44, 44]), 100)).toEqual([...days(10, 12), workingDay(44)])
  })

  it('until today when the last active day is at most thirty working days ago', () => {
    expect(counted(active([10, 12]), 42)).toEqual(days(10, 42))
    expect(counted(active([10, 12]), 43)).toEqual(days(10, 12))
  })

  it('whatever the order and overlap of the spans', () => {
    expect(counted(active([20, 22], [10, 15], [12, 13]), 22)).toEqual(days(10, 22))
  })

  it('not on days after today, nor at all without an active ticket', () => {
    expect(counted(active([10, 90]), 12)).toEqual(days(10, 12))
    expect(counted(active([20, 22]), 12)).toEqual([])
    expect(counted(active(), 12)).toEqual([])
  })

  it('not by a ticket that was active on a weekend alone', () => {
    const presence = { activeSpans: [{ from: '2026-03-07', to: '2026-03-08' }], claimedDays: [] }
    expect(counted(presence, 20)).toEqual([])
  })

  it('by a day on which work was logged without any ticket being active', () => {
    expect(counted({ activeSpans: [], claimedDays: [workingDay(5)] }, 6)).toEqual(days(5, 6))
  })

  it('by membership where there is one, plus the days on which something is tracked', () => {
    const presence = { ...active([0, 40]), claimedDays: [workingDay(3)] }
    const memberships = [
      { from: workingDay(10), to: workingDay(11) },
      { from: workingDay(18), to: null },
    ]
    expect(counted(presence, 20, memberships)).toEqual([workingDay(3), ...days(10, 11), ...days(18, 20)])
  })
})

it('gives each day the part that the person works, and leaves out days off', () => {
  const partTime = workingTime(
    person({ fte: 0.5, absences: [{ from: '2026-03-04', to: '2026-03-04', fraction: 1 }] }),
    calendar({ holidays: ['2026-03-03'] }),
  )
  const presence = { activeSpans: [{ from: '2026-03-02', to: '2026-03-08' }], claimedDays: [] }
  expect(countedDays(presence, partTime, settings, '2026-03-08')).toEqual([
    { day: '2026-03-02', capacityUnits: 360_360 },
    { day: '2026-03-05', capacityUnits: 360_360 },
    { day: '2026-03-06', capacityUnits: 360_360 },
  ])
})
