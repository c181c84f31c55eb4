import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochDay, isoWeekday, isTimeZone, localDate, localTime, UnknownTimeZoneError } from './local-time.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Tongatapu',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
]
const instant = fc.integer({ min: Date.parse('2005-01-01'), max: Date.parse('2035-01-01') })

function at(text: string): number {
  return Date.parse(text)
}

function shown(zone: string, ms: number): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return format.format(ms)
}

describe('local days', () => {
  it('are the date that a calendar in that zone shows, at any instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, ms) => {
        expect(localDate(localTime(zone).dayOf(ms))).toBe(shown(zone, ms).slice(0, 10))
      }),
      { numRuns: 500 },
    )
  })

  it('change exactly at local midnight, also on the days on which the clocks change', () => {
    const berlin = localTime('Europe/Berlin')
    expect(localDate(berlin.dayOf(at('2026-03-28T22:59:59.999Z')))).toBe('2026-03-28')
    expect(localDate(berlin.dayOf(at('2026-03-28T23:00:00Z')))).toBe('2026-03-29')
    expect(localDate(berlin.dayOf(at('2026-03-29T21:59:59.999Z')))).toBe('2026-03-29')
    expect(localDate(berlin.dayOf(at('2026-03-29T22:00:00Z')))).toBe('2026-03-30')
  })
})

describe('local times of day', () => {
  it('are shown by a clock in that zone at the instant found, outside of clock changes', () => {
    const day = fc.integer({ min: epochDay('2005-01-01'), max: epochDay('2035-01-01') })
    fc.assert(
      fc.property(fc.constantFrom(...zones), day, fc.integer({ min: 6 * 60, max: 22 * 60 }), (zone, date, minute) => {
        const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
        expect(shown(zone, localTime(zone).instantOf(date, minute))).toBe(`${localDate(date)} ${time}`)
      }),
      { numRuns: 500 },
    )
  })

  it('move on by the length of the change when it skips them', () => {
    expect(localTime('Europe/Berlin').instantOf(epochDay('2026-03-29'), 150)).toBe(at('2026-03-29T01:30:00Z'))
    expect(localTime('Australia/Lord_Howe').instantOf(epochDay('2026-10-04'), 135)).toBe(at('2026-10-03T15:45:00Z'))
  })

  it('are the first of two when they happen twice', () => {
    expect(localTime('Europe/Berlin').instantOf(epochDay('2026-10-25'), 150)).toBe(at('2026-10-25T00:30:00Z'))
    expect(localTime('America/New_York').instantOf(epochDay('2026-11-01'), 90)).toBe(at('2026-11-01T05:30:00Z'))
  })
})

it('turns dates into days and back', () => {
  fc.assert(fc.property(fc.integer({ min: -20_000, max: 40_000 }), (day) => epochDay(localDate(day)) === day))
  expect(epochDay('1970-01-01')).toBe(0)
  expect(isoWeekday(epochDay('1969-12-28'))).toBe(7)
  expect(isoWeekday(epochDay('2026-11-25'))).toBe(3)
})

it('says which zone is unknown and what to use instead', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true)
  expect(isTimeZone('Europe/Atlantis')).toBe(false)
  expect(() => localTime('Europe/Atlantis')).toThrow(UnknownTimeZoneError)
  expect(() => localTime('Europe/Atlantis')).toThrow('Use an IANA name such as Europe/Berlin')
})
