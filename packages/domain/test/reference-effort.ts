import type { EpochMs, LocalDate, TicketForEffort } from '../src/index.ts'
import { botAccount, horizonStart, isoDate, type World, type WorldPerson } from './worlds.ts'

/**
 * The effort rule a second time, as literally as it reads: minute by minute, with dates as text, floating shares, and
 * nothing of the real code. Slow. Returns person-days by `person date ticket`, and the days that count by `person date`.
 */
export function referenceEffort(world: World): { effort: Map<string, number>; capacity: Map<string, number> } {
  const effort = new Map<string, number>()
  const capacity = new Map<string, number>()
  for (const who of world.people) {
    const dates = datesUpTo(world.asOf)
    const there = new Set<LocalDate>()
    for (const date of dates) {
      const parts = dayParts(world, who, date)
      for (const [ticketId, days] of parts) {
        effort.set(`${who.person.id} ${date} ${ticketId}`, days)
        there.add(date)
      }
      if (fraction(who, date) > 0 && !there.has(date) && isActiveOn(world, who, date)) there.add(date)
    }
    for (const date of countedDates(who, dates, there)) capacity.set(`${who.person.id} ${date}`, fraction(who, date))
  }
  return { effort, capacity }
}

function isActiveOn(world: World, who: WorldPerson, date: LocalDate): boolean {
  return minutesOn(who, date).some((at) => world.tickets.some((t) => activeStatus(t, at, who) !== null))
}

function dayParts(world: World, who: WorldPerson, date: LocalDate): Map<string, number> {
  const cap = fraction(who, date)
  const parts = new Map<string, number>()
  if (cap === 0) return parts
  const claims = world.tickets.map((t) => ({ t, weight: weightOn(t, who, date), logged: loggedDays(t, who, date) }))
  const loggedSum = claims.reduce((sum, c) => sum + c.logged, 0)
  const squeeze = loggedSum > cap ? cap / loggedSum : 1
  const rest = cap - loggedSum * squeeze
  const groupWeights = new Map<string, { max: number; sum: number }>()
  for (const { t, weight } of claims) {
    const g = groupWeights.get(t.groupId) ?? { max: 0, sum: 0 }
    groupWeights.set(t.groupId, { max: Math.max(g.max, weight), sum: g.sum + weight })
  }
  const all = [...groupWeights.values()].reduce((sum, g) => sum + g.max, 0)
  for (const { t, weight, logged } of claims) {
    const group = groupWeights.get(t.groupId) ?? { max: 0, sum: 0 }
    const part = logged * squeeze + (weight > 0 ? (rest * (group.max / all) * weight) / group.sum : 0)
    if (part > 0) parts.set(t.id, part)
  }
  return parts
}

function weightOn(t: TicketForEffort, who: WorldPerson, date: LocalDate): number {
  const window = windowOn(who, date)
  const active = window.map((m) => activeStatus(t, m, who)).filter((name) => name !== null)
  if (active.length < 30) return 0
  const weights: Record<string, number> = { 'In Progress': 1, 'Code Review': 0.3, Blocked: 0 }
  const mean = active.reduce((sum, name) => sum + (weights[name] ?? 0), 0) / active.length
  const signs = signDates(t, who)
  const last = [...signs.all]
    .filter((d) => d <= date)
    .sort()
    .at(-1)
  if (last === undefined) throw new Error('An active day has a sign of life.')
  const idle = datesUpTo(date).filter((d) => d > last && fraction(who, d) > 0).length
  const decay = idle <= 5 ? 1 : 0.5 ** ((idle - 5) / 4)
  if (decay < 0.05) return 0
  return mean * Math.max(0.25, active.length / window.length) * decay * (signs.human.has(date) ? 3 : 1)
}

function signDates(t: TicketForEffort, who: WorldPerson): { human: Set<LocalDate>; all: Set<LocalDate> } {
  const date = (at: EpochMs) => localClock(who, at).date
  const human = new Set<LocalDate>([date(t.createdAt)])
  for (const x of t.transitions) if (x.authorAccountId !== botAccount && x.field !== 'sprint') human.add(date(x.at))
  for (const x of t.activities) if (x.authorAccountId !== botAccount && x.kind !== 'other-edit') human.add(date(x.at))
  for (const x of t.worklogs) if (x.authorAccountId !== botAccount) human.add(date(x.startedAt))
  const all = new Set(human)
  for (const { at } of t.transitions) {
    if (activeStatus(t, at, who) !== null && activeStatus(t, at - 60_000, who) === null) all.add(date(at))
  }
  return { human, all }
}

function loggedDays(t: TicketForEffort, who: WorldPerson, date: LocalDate): number {
  const [start, end] = who.calendar.hours.map(minuteOf)
  let seconds = 0
  for (const w of t.worklogs) {
    const mine = w.authorAccountId !== null && who.accountIds.includes(w.authorAccountId)
    if (mine && !t.isEpic && t.deletedAt === null && localClock(who, w.startedAt).date === date) seconds += w.seconds
  }
  return seconds / 60 / ((end ?? 0) - (start ?? 0))
}

/** The name of the in-progress status in which the ticket is assigned to this person in this minute, or null. */
function activeStatus(t: TicketForEffort, at: EpochMs, who: WorldPerson): string | null {
  if (t.isEpic || t.deletedAt !== null || at < t.createdAt) return null
  let name = t.status.name
  let category: string = t.status.category
  let assignee = t.assigneeAccountId
  for (let i = t.transitions.length - 1; i >= 0; i--) {
    const x = t.transitions[i]
    if (x === undefined || x.at <= at) break
    if (x.field === 'status') [name, category] = [x.fromName ?? '', x.fromCategory ?? '']
    if (x.field === 'assignee') assignee = x.from
  }
  return category === 'in-progress' && assignee !== null && who.accountIds.includes(assignee) ? name : null
}

function countedDates(who: WorldPerson, dates: readonly LocalDate[], there: ReadonlySet<LocalDate>): LocalDate[] {
  const working = dates.filter((d) => fraction(who, d) > 0)
  const counted: LocalDate[] = []
  let idle: LocalDate[] = []
  for (const date of working) {
    if (!there.has(date)) {
      idle.push(date)
      continue
    }
    if (counted.length > 0 && idle.length <= 30) counted.push(...idle)
    idle = []
    counted.push(date)
  }
  if (counted.length > 0 && idle.length <= 30) counted.push(...idle)
  return counted
}

function fraction({ person, calendar }: WorldPerson, date: LocalDate): number {
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay()
  if (weekday === 0 || weekday === 6 || calendar.holidays.includes(date)) return 0
  const away = person.absences.filter((a) => a.from <= date && date <= a.to).reduce((sum, a) => sum + a.fraction, 0)
  return person.fte * Math.max(0, 1 - away)
}

function datesUpTo(last: LocalDate): LocalDate[] {
  const dates: LocalDate[] = []
  for (let at = horizonStart - 86_400_000; isoDate(at) <= last; at += 86_400_000) dates.push(isoDate(at))
  return dates
}

const dayMinutes = new Map<string, EpochMs[]>()

/** All instants of a person's local date, minute by minute. */
function minutesOn(who: WorldPerson, date: LocalDate): EpochMs[] {
  const key = `${who.person.timeZone} ${date}`
  let minutes = dayMinutes.get(key)
  if (minutes === undefined) {
    const noon = Date.parse(`${date}T12:00:00Z`)
    minutes = []
    for (let at = noon - 27 * 3_600_000; at < noon + 26 * 3_600_000; at += 60_000) {
      if (localClock(who, at).date === date) minutes.push(at)
    }
    dayMinutes.set(key, minutes)
  }
  return minutes
}

const windows = new Map<string, EpochMs[]>()

function windowOn(who: WorldPerson, date: LocalDate): EpochMs[] {
  const key = `${who.person.timeZone} ${date} ${who.calendar.hours}`
  let window = windows.get(key)
  if (window === undefined) {
    const [start = 0, end = 0] = who.calendar.hours.map(minuteOf)
    window = minutesOn(who, date).filter((at) => {
      const { minute } = localClock(who, at)
      return start <= minute && minute < end
    })
    windows.set(key, window)
  }
  return window
}

type Clock = { readonly date: LocalDate; readonly minute: number }
const clocks = new Map<string, Map<EpochMs, Clock>>()
const formats = new Map<string, Intl.DateTimeFormat>()

function localClock({ person }: WorldPerson, at: EpochMs): Clock {
  const zone = person.timeZone ?? 'UTC'
  let inZone = clocks.get(zone)
  if (inZone === undefined) {
    inZone = new Map()
    clocks.set(zone, inZone)
    formats.set(zone, new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }))
  }
  let clock = inZone.get(at)
  if (clock === undefined) {
    const [date = '', time = ''] = formats.get(zone)?.format(at).split(' ') ?? []
    clock = { date, minute: minuteOf(time) }
    inZone.set(at, clock)
  }
  return clock
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}
