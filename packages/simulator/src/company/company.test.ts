import { createHash } from 'node:crypto'
import { categories, categoryOf, epochDay, isoWeekday } from '@headroom/domain'
import { describe, expect, it } from 'vitest'
import { generateCompany } from './company.ts'
import { type Company, currentState, defaultHabits, type ShownChange, type ShownState } from './model.ts'
import { defaultTeams } from './teams.ts'
import { trueSplit, trueStrategicShare } from './true-split.ts'

const until = Date.parse('2026-11-20T17:30:00Z')
const company = generateCompany({ seed: 'test', until })
const small = (seed: string, habits = {}) =>
  generateCompany({ seed, until, months: 3, teams: defaultTeams.slice(0, 2), habits })
const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')

describe('generateCompany', () => {
  it('gives the same company for the same seed and another one for another seed', () => {
    expect(digest(small('a'))).toBe(digest(small('a')))
    expect(digest(small('a'))).not.toBe(digest(small('b')))
  })

  it('is as large as a company of 60 people, 6 teams and 18 months with 12,000 tickets', () => {
    const months = (company.until - company.from) / (30.44 * 86_400_000)

    expect(company.teams).toHaveLength(7)
    expect(company.people.filter((person) => person.role !== 'bot')).toHaveLength(64)
    expect(new Set(company.people.map((person) => person.timeZone)).size).toBe(4)
    expect(months).toBeGreaterThan(17.5)
    expect(company.tickets.length).toBeGreaterThan(12_000)
    expect(company.tickets.length).toBeLessThan(13_500)
  })

  it('has people with names and addresses of their own', () => {
    expect(new Set(company.people.map((person) => person.email)).size).toBe(company.people.length)
  })

  it('keeps about as many tickets in epics or projects, in Linear, and in sub-tasks as companies do', () => {
    const share = (test: (ticket: Company['tickets'][number]) => boolean) =>
      company.tickets.filter(test).length / company.tickets.length
    const bundled = company.tickets.filter(
      (ticket) => ticket.project !== null || (ticket.parent !== null && company.tickets[ticket.parent]?.isEpic),
    )

    expect(bundled.length / company.tickets.length).toBeGreaterThan(0.38)
    expect(bundled.length / company.tickets.length).toBeLessThan(0.55)
    expect(share((ticket) => company.teams[ticket.team]?.tracker === 'linear')).toBeGreaterThan(0.35)
    expect(share((ticket) => ticket.isSubtask)).toBeGreaterThan(0.08)
    expect(share((ticket) => ticket.description === '')).toBeGreaterThan(0.1)
  })
})

describe('the truth', () => {
  it('gives every person exactly their working time on every day that they work', () => {
    const byDay = Map.groupBy(company.truth.work, (work) => `${work.person} ${work.date}`)
    for (const [day, rows] of byDay) {
      const person = company.people[Number(day.split(' ')[0])]!
      const hours = rows.reduce((sum, row) => sum + row.hours, 0)
      expect(hours, day).toBeCloseTo(8 * person.fte, 9)
    }
  })

  it('has nobody work on weekends, holidays, days of absence, before joining or after leaving, and everybody on all others', () => {
    const worked = new Set(company.truth.work.map((work) => `${work.person} ${work.date}`))
    const last = epochDay('2026-11-19')
    for (const person of company.people.filter(({ role }) => role !== 'manager' && role !== 'bot')) {
      const holidays = company.calendars.find((calendar) => calendar.id === person.calendarId)!.holidays
      for (let day = epochDay(new Date(company.from).toISOString().slice(0, 10)); day <= last; day++) {
        const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
        const away =
          isoWeekday(day) > 5 ||
          holidays.includes(date) ||
          (person.joined ?? '') > date ||
          (person.left ?? '9') < date ||
          person.absences.some((absence) => absence.from <= date && date <= absence.to)
        if (worked.has(`${person.index} ${date}`) === away) expect.fail(`person ${person.index} on ${date}`)
      }
    }
  })

  it('puts no two stretches of one person at the same time', () => {
    company.truth.work.forEach((work, i) => {
      const before = company.truth.work[i - 1]
      if (before?.person !== work.person || before.date !== work.date) return
      expect(work.startMinute).toBeGreaterThanOrEqual(before.startMinute + before.hours * 60 - 1e-9)
    })
  })

  it('lets nobody work on a ticket before it exists', () => {
    for (const work of company.truth.work) {
      const ticket = company.tickets[work.ticket]
      if (ticket)
        expect(new Date(ticket.createdAt).toISOString().slice(0, 10) <= work.date, String(work.ticket)).toBe(true)
    }
  })

  it('holds 8 to 12 % of work without a ticket and about 17 % strategic work', () => {
    const split = trueSplit(company, null, '2000-01-01', '2100-01-01')
    const total = split.feature + split.strategic + split.sustaining + split.untracked

    expect(split.untracked / total).toBeGreaterThan(0.08)
    expect(split.untracked / total).toBeLessThan(0.12)
    expect(trueStrategicShare(split)).toBeGreaterThan(0.15)
    expect(trueStrategicShare(split)).toBeLessThan(0.2)
  })

  it('lets Tracking slide, Booking climb, and keeps Billing low and Platform high', () => {
    const share = (key: string, from: string, to: string) =>
      trueStrategicShare(
        trueSplit(
          company,
          company.teams.findIndex((team) => team.key === key),
          from,
          to,
        ),
      ) ?? 0

    expect(share('TRK', '2025-06-01', '2026-05-15')).toBeGreaterThan(0.15)
    expect(share('TRK', '2026-07-15', '2026-11-20')).toBeLessThan(0.14)
    expect(share('BOOK', '2025-06-01', '2026-05-15')).toBeLessThan(0.17)
    expect(share('BOOK', '2026-07-15', '2026-11-20')).toBeGreaterThan(0.17)
    expect(share('BIL', '2025-06-01', '2026-11-20')).toBeLessThan(0.12)
    expect(share('PLAT', '2025-06-01', '2026-11-20')).toBeGreaterThan(0.26)
  })

  it('splits the whole into the teams', () => {
    const parts = company.teams.map((team) => trueSplit(company, team.index, '2026-01-01', '2026-03-31'))
    const whole = trueSplit(company, null, '2026-01-01', '2026-03-31')

    for (const kind of ['feature', 'strategic', 'sustaining', 'untracked'] as const) {
      expect(parts.reduce((sum, part) => sum + part[kind], 0)).toBeCloseTo(whole[kind], 6)
    }
  })
})

describe('what the trackers show', () => {
  it('has histories in order of time, never before creation nor after the end, and each of them changes something', () => {
    const wrong = company.tickets.filter((ticket) => {
      let state: ShownState = ticket.created
      let at = ticket.createdAt
      return ticket.changes.some((change) => {
        const good = change.at >= at && change.at <= until && changes(state, change)
        state = { ...state, ...change.set }
        at = change.at
        return !good
      })
    })
    const late = company.tickets.flatMap((ticket) => ticket.comments).filter((comment) => comment.at > until)

    expect(wrong).toEqual([])
    expect(late).toEqual([])
  })

  it('uses only statuses of the team', () => {
    const roles = company.teams.map((team) => new Set(team.statuses.map((status) => status.role)))
    const wrong = company.tickets.filter((ticket) =>
      [ticket.created, ...ticket.changes.map((change) => change.set)].some(
        (state) => state.status !== undefined && !roles[ticket.team]?.has(state.status),
      ),
    )

    expect(wrong).toEqual([])
  })

  it('keeps parents older than their children and in the same team', () => {
    for (const ticket of company.tickets) {
      if (ticket.parent === null) continue
      expect(ticket.parent).toBeLessThan(ticket.index)
      expect(company.tickets[ticket.parent]?.team).toBe(ticket.team)
    }
  })

  it('has more than 90 % distinct titles', () => {
    expect(new Set(company.tickets.map((ticket) => ticket.title)).size / company.tickets.length).toBeGreaterThan(0.9)
  })

  it('lets no single word of a title tell a category: the best word finds less than a third of it with precision', () => {
    const titles = company.tickets.map((ticket) => new Set(ticket.title.toLowerCase().match(/[a-z]+/g)))
    for (const category of categories) {
      const inside = titles.map((_, i) => categoryOf(company.truth.workTypes[i] ?? 'defect') === category)
      const total = inside.filter(Boolean).length
      const counts = new Map<string, { hits: number; all: number }>()
      titles.forEach((words, i) => {
        for (const word of words) {
          const count = counts.get(word) ?? { hits: 0, all: 0 }
          counts.set(word, { hits: count.hits + (inside[i] ? 1 : 0), all: count.all + 1 })
        }
      })
      const best = [...counts].filter(([, { hits, all }]) => hits / all > 0.8).sort((a, b) => b[1].hits - a[1].hits)[0]
      expect((best?.[1].hits ?? 0) / total, `${category}: ${best?.[0]}`).toBeLessThan(1 / 3)
    }
  })

  it('tells nothing of the work type by order: neighbours are hardly more alike than chance, sub-tasks left out', () => {
    const kinds = company.tickets
      .filter((ticket) => !ticket.isSubtask)
      .map((ticket) => categoryOf(company.truth.workTypes[ticket.index] ?? 'defect'))
    const alike = kinds.slice(1).filter((kind, i) => kind === kinds[i]).length / (kinds.length - 1)
    const byChance = categories
      .map((category) => kinds.filter((kind) => kind === category).length / kinds.length)
      .reduce((sum, share) => sum + share ** 2, 0)

    expect(alike - byChance).toBeLessThan(0.05)
  })

  it('counts numbers per team without gaps, in order of creation', () => {
    for (const team of company.teams) {
      const numbers = company.tickets.filter((ticket) => ticket.team === team.index).map((ticket) => ticket.number)
      expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    }
  })

  it('shows forgotten tickets in progress for longer and leaves the truth alone', () => {
    const tidy = small('habits', { forgottenRate: 0 })
    const careless = small('habits', { forgottenRate: 0.35 })

    expect(careless.truth).toEqual(tidy.truth)
    expect(daysInProgress(careless)).toBeGreaterThan(daysInProgress(tidy) * 1.3)
  })

  it('shows each habit that is switched on and none that is switched off', () => {
    const none = Object.fromEntries(Object.keys(defaultHabits).map((habit) => [habit, 0]))
    const straight = (c: Company) =>
      c.tickets.filter(
        (t) =>
          !t.isEpic && currentState(t).status === 'done' && !t.changes.some((change) => change.set.status === 'doing'),
      ).length
    const unassigned = (c: Company) =>
      c.tickets.filter((t) => !t.isEpic && currentState(t).status === 'done' && currentState(t).assignee === null)
        .length
    const evidence = (c: Company) =>
      c.tickets.reduce(
        (sum, t) => sum + t.comments.filter((comment) => c.people[comment.author]?.role !== 'bot').length,
        0,
      )
    const tidy = small('habits', none)

    expect(straight(tidy) + unassigned(tidy) + evidence(tidy)).toBe(0)
    expect(tidy.truth.work.every((work) => work.ticket >= 0)).toBe(true)
    expect(straight(small('habits', { ...none, straightToDoneRate: 0.3 }))).toBeGreaterThan(20)
    expect(unassigned(small('habits', { ...none, unassignedRate: 0.3 }))).toBeGreaterThan(20)
    expect(evidence(small('habits', { ...none, evidenceRate: 0.5 }))).toBeGreaterThan(50)
  })
})

function changes(state: ShownState, change: ShownChange): boolean {
  const fields = Object.entries(change.set) as [keyof ShownState, unknown][]
  return change.edited !== undefined || fields.some(([field, value]) => String(value) !== String(state[field]))
}

function daysInProgress(c: Company): number {
  let ms = 0
  for (const ticket of c.tickets.filter((candidate) => !candidate.isEpic)) {
    const moves = ticket.changes.filter((change) => change.set.status !== undefined)
    moves.forEach((move, i) => {
      if (move.set.status === 'doing') ms += (moves[i + 1]?.at ?? c.until) - move.at
    })
  }
  return ms / 86_400_000
}
