import type { EpochDay, EpochMs } from '@headroom/domain'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Turns a local day and minute of a zone into a moment, with the zone's offset at that day's noon. */
export type ZoneClock = (day: EpochDay, minute: number) => EpochMs

/** The clock of an IANA zone. Offsets are remembered per day, since asking for them is slow. */
export function zoneClock(timeZone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const offsets = new Map<EpochDay, number>()
  return (day, minute) => {
    let offset = offsets.get(day)
    if (offset === undefined) {
      offset = offsetMs(format, day * dayMs + 12 * hourMs)
      offsets.set(day, offset)
    }
    return day * dayMs + minute * minuteMs - offset
  }
}

function offsetMs(format: Intl.DateTimeFormat, at: EpochMs): number {
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -1 : 1) * minutes * minuteMs
}
