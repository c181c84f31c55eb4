import type { EpochMs } from '@headroom/domain'

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * A tracker's time as epoch milliseconds, or null when it is none. Reads ISO 8601 also with the colonless offset of Jira
 * (`2026-07-15T03:26:03.672+0000`, which RFC 3339 parsers reject), and numbers: milliseconds, or seconds when the number
 * is below 1e11 (Jira's bulk changelog has been seen with both). A year outside 0001..9999 is null: people type such dates.
 */
export function parseTime(value: unknown): EpochMs | null {
  if (typeof value === 'number') return numericTime(value)
  if (typeof value !== 'string') return null
  const match = iso.exec(value)
  if (!match) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const time = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`,
  )
  return Number.isNaN(time) || year === '0000' ? null : time
}

const latestMs = Date.UTC(9999, 11, 31)

function numericTime(value: number): EpochMs | null {
  if (!Number.isFinite(value) || value < 0) return null
  const time = value > 1e11 ? Math.trunc(value) : Math.trunc(value * 1000)
  return time <= latestMs ? time : null
}
