import { expect, test } from 'vitest'
import { dueWeek } from './due.ts'

const berlin = { weekday: 'monday', hour: 8, timeZone: 'Europe/Berlin' }

test('a week is over when its Sunday has ended where the subscriber is', () => {
  const sundayNight = Date.UTC(2026, 8, 27, 23)

  expect(dueWeek(berlin, sundayNight).week.label).toBe('2026-W39')
  expect(dueWeek({ ...berlin, timeZone: 'America/New_York' }, sundayNight).week.label).toBe('2026-W38')
})

test('it is due at the local hour, also when the clocks have changed over the weekend', () => {
  const due = (now: number) => new Date(dueWeek(berlin, now).dueAt).toISOString()

  expect(due(Date.UTC(2026, 9, 19, 12))).toBe('2026-10-19T06:00:00.000Z')
  expect(due(Date.UTC(2026, 9, 26, 12))).toBe('2026-10-26T07:00:00.000Z')
})

test('a late weekday belongs to the week after the one that it reports', () => {
  const friday = dueWeek({ ...berlin, weekday: 'friday', hour: 16 }, Date.UTC(2026, 8, 29, 12))

  expect(friday.week).toEqual({ from: '2026-09-21', to: '2026-09-27', label: '2026-W39' })
  expect(new Date(friday.dueAt).toISOString()).toBe('2026-10-02T14:00:00.000Z')
})

test('the turn of the year keeps the ISO week of its Thursday', () => {
  expect(dueWeek(berlin, Date.UTC(2027, 0, 4, 12)).week.label).toBe('2026-W53')
})
