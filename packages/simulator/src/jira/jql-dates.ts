import { JiraRefusal } from './errors.ts'
import type { JqlValue } from './jql-parse.ts'

const written = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/
const relative = /^([+-]?\d+)([wdhm])$/
const unitMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000 } as const

/**
 * The time that a JQL date means: unquoted epoch milliseconds are absolute, 'yyyy-MM-dd HH:mm' is in the calling
 * user's time zone and has no seconds, '-15m' is relative to the site's clock.
 */
export function jqlDateMs(value: JqlValue, timeZone: string, nowMs: number): number {
  if (!value.quoted && /^-?\d+$/.test(value.text) && value.text.length > 6) return Number(value.text)
  const shift = relative.exec(value.text)
  if (shift !== null) return nowMs + Number(shift[1]) * unitMs[shift[2] as keyof typeof unitMs]
  const parts = written.exec(value.text)
  if (parts === null)
    throw new JiraRefusal(
      400,
      `Date value '${value.text}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
    )
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return zonedToEpoch(Date.UTC(year, month - 1, day, hour, minute), timeZone)
}

/** `localMs` is a wall-clock time written as if it were UTC. Two steps, since the offset may change in between. */
function zonedToEpoch(localMs: number, timeZone: string): number {
  const first = localMs - offsetMs(localMs, timeZone)
  return localMs - offsetMs(first, timeZone)
}

function offsetMs(epochMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(epochMs)
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return wall - Math.floor(epochMs / 1000) * 1000
}
