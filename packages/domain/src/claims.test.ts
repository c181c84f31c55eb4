import { describe, expect, it } from 'vitest'
import {
  assigned,
  bot,
  botAccount,
  calendar,
  commented,
  forEffort,
  logged,
  moved,
  person,
  statuses,
  ticket,
} from '../test/worlds.ts'
import { activeSpans } from './active-stretches.ts'
import { ticketClaims } from './claims.ts'
import { peopleByAccount } from './effort.ts'
import { defaultEffortSettings } from './effort-settings.ts'
import type { TicketForEffort } from './ticket-for-effort.ts'

const at = (text: string) => Date.parse(text)
const { doing, review, blocked, todo, done } = statuses

/** Works 09:00 to 17:00 UTC; 2026-03-02 is a Monday. */
const ann = { person: person(), calendar: calendar(), accountIds: ['a0', 'b0'] }
const ben = { person: person({ id: 'p1' }), calendar: calendar(), accountIds: ['a1'] }
const people = peopleByAccount([forEffort(ann), forEffort(ben), bot])

function weights(
  of: TicketForEffort,
  asOf = '2026-03-31',
  rule: 'default' | 'equal' | 'points' = 'default',
): Record<string, number> {
  const claims = ticketClaims(of, people, defaultEffortSettings, asOf)
  return Object.fromEntries(claims.map((c) => [`${c.personId} ${c.day}`, c.weights[rule]]))
}

/** To do since February, taken up on Monday 2 March at 09:00. */
const started = ticket({
  id: 't',
  createdAt: at('2026-02-02T09:00Z'),
  transitions: [moved(at('2026-03-02T09:00Z'), todo, doing)],
})

describe('a day that a ticket was in progress', () => {
  it('weighs 1, three times that with evidence, and nothing on a weekend', () => {
    expect(weights(started, '2026-03-09')).toEqual({
      'p0 2026-03-02': 3_000_000,
      'p0 2026-03-03': 1_000_000,
      'p0 2026-03-04': 1_000_000,
      'p0 2026-03-05': 1_000_000,
      'p0 2026-03-06': 1_000_000,
      'p0 2026-03-09': 1_000_000,
    })
  })

  it('has no evidence from a bulk edit, which leaves the move into progress as a sign of life', () => {
    const comment = commented(at('2026-03-04T12:00Z'), 'a0')
    const takenUp = moved(at('2026-03-02T09:00Z'), todo, doing, 'a0')
    const edited = { ...started, transitions: [takenUp], activities: [comment] }
    const bulkEdits = [
      { accountId: 'a0', at: at('2026-03-04T12:00Z') },
      { accountId: 'a0', at: at('2026-03-02T09:00Z') },
    ]
    expect(weights(edited, '2026-03-04')['p0 2026-03-04']).toBe(3_000_000)
    expect(weights({ ...edited, bulkEdits }, '2026-03-04')).toEqual({
      'p0 2026-03-02': 1_000_000,
      'p0 2026-03-03': 1_000_000,
      'p0 2026-03-04': 1_000_000,
    })
    expect(weights({ ...edited, bulkEdits: [{ accountId: 'a1', at: comment.at }] }, '2026-03-04')).toEqual(
      weights(edited, '2026-03-04'),
    )
  })

  it('weighs by the part of the working window, at least a quarter, and not at all under half an hour', () => {
    const until = (time: string) => {
      const end = at(`2026-03-03T${time}Z`)
      return weights({ ...started, transitions: [...started.transitions, moved(end, doing, done)], status: done })[
        'p0 2026-03-03'
      ]
    }
    expect(until('13:00')).toBe(1_500_000)
    expect(until('09:31')).toBe(750_000)
    expect(until('09:30')).toBe(750_000)
    expect(until('09:29')).toBeUndefined()
  })

  it('adds up the stretches of a day, and weighs their statuses by their time', () => {
    // 2 h in progress, 2 h in review, 4 h blocked, on a day with evidence: 3 x (2 x 1 + 2 x 0.3 + 4 x 0) / 8.
    const transitions = [
      ...started.transitions,
      moved(at('2026-03-03T11:00Z'), doing, review),
      moved(at('2026-03-03T13:00Z'), review, blocked),
    ]
    expect(weights({ ...started, transitions, status: blocked }, '2026-03-04')).toEqual({
      'p0 2026-03-02': 3_000_000,
      'p0 2026-03-03': 975_000,
    })
  })

  it('fades after five idle working days and is over after twenty-two', () => {
    const days = Object.entries(weights(started, '2026-05-29'))
    // 2 March is day 0; 9 March is idle day 5, 10 March the first that fades, 1 April idle day 22.
    expect(days.find(([day]) => day === 'p0 2026-03-09')?.[1]).toBe(1_000_000)
    expect(days.find(([day]) => day === 'p0 2026-03-10')?.[1]).toBe(Math.round(1_000_000 * 2 ** -0.25))
    expect(days.at(-1)).toEqual(['p0 2026-04-01', Math.round(1_000_000 * 2 ** -4.25)])
  })

  it('comes back to life with a sign of life, on the weekend too', () => {
    // Saturday 2 May: Monday is the first idle day.
    const days = weights({ ...started, activities: [commented(at('2026-05-02T12:00Z'), 'a1')] }, '2026-05-05')
    expect(days['p0 2026-04-02']).toBeUndefined()
    expect(days['p0 2026-05-01']).toBeUndefined()
    expect(days['p0 2026-05-04']).toBe(1_000_000)
  })

  it('weighs by the square root of the points only in the points rule, and alike in the equal rule', () => {
    const day = 'p0 2026-03-03'
    expect(weights({ ...started, estimate: 4 }, undefined, 'points')[day]).toBe(2_000_000)
    expect(weights({ ...started, estimate: 0 }, undefined, 'points')[day]).toBe(1_000_000)
    expect(weights({ ...started, estimate: 4 }, undefined, 'equal')[day]).toBe(1_000_000)
    expect(weights({ ...started, estimate: 4 })[day]).toBe(1_000_000)
  })
})

describe('evidence', () => {
  const on = (over: Partial<TicketForEffort>) => weights({ ...started, ...over })['p0 2026-03-04']
  const time = at('2026-03-04T20:00Z')

  it.each([
    ['a comment', { activities: [commented(time, 'a1')] }],
    ['a comment by an account nobody knows', { activities: [commented(time, 'stranger')] }],
    ['an edit of the description', { activities: [{ ...commented(time), kind: 'description' as const }] }],
    [
      'an estimate',
      { transitions: [...started.transitions, { ...assigned(time, '1', '2'), field: 'estimate' as const }] },
    ],
    ['a worklog of somebody else', { worklogs: [logged(time, 60, 'a1')] }],
  ])('is %s', (_, over) => expect(on(over)).toBe(3_000_000))

  it.each([
    ['another edit', { activities: [{ ...commented(time), kind: 'other-edit' as const }] }],
    ['a comment of a bot', { activities: [commented(time, botAccount)] }],
    [
      'a move into a sprint',
      { transitions: [...started.transitions, { ...assigned(time, '', '7'), field: 'sprint' as const }] },
    ],
  ])('is not %s', (_, over) => expect(on(over)).toBe(1_000_000))

  it('is not a move by a bot, which yet makes the ticket fresh', () => {
    const days = weights(
      { ...started, transitions: [moved(at('2026-03-02T09:00Z'), todo, doing, botAccount)] },
      '2026-03-03',
    )
    expect(days).toEqual({ 'p0 2026-03-02': 1_000_000, 'p0 2026-03-03': 1_000_000 })
  })

  it('is not a move by a bot from one in-progress status to another: the ticket goes on fading', () => {
    const transitions = [
      ...started.transitions,
      moved(at('2026-03-18T09:00Z'), doing, { ...doing, id: '9' }, botAccount),
    ]
    // 18 March is idle day 12.
    expect(weights({ ...started, transitions })['p0 2026-03-18']).toBe(Math.round(1_000_000 * 2 ** -1.75))
  })
})

describe('who claims', () => {
  it('is whom the ticket was assigned to at the time', () => {
    const transitions = [...started.transitions, assigned(at('2026-03-03T09:00Z'), 'a0', 'a1')]
    expect(weights({ ...started, transitions, assigneeAccountId: 'a1' }, '2026-03-04')).toEqual({
      'p0 2026-03-02': 3_000_000,
      'p1 2026-03-03': 3_000_000,
      'p1 2026-03-04': 1_000_000,
    })
  })

  it('is one person over all their accounts', () => {
    const transitions = [...started.transitions, assigned(at('2026-03-03T13:00Z'), 'a0', 'b0')]
    expect(weights({ ...started, transitions, assigneeAccountId: 'b0' }, '2026-03-03')).toEqual({
      'p0 2026-03-02': 3_000_000,
      'p0 2026-03-03': 3_000_000,
    })
  })

  it('is who logged the work, on the day it was begun, working days alone', () => {
    const worklogs = [
      logged(at('2026-03-03T10:00Z'), 3600, 'a1'),
      logged(at('2026-03-03T15:00Z'), 1800, 'a1'),
      logged(at('2026-03-07T10:00Z'), 3600, 'a1'),
    ]
    const claims = ticketClaims(
      { ...started, transitions: [], status: todo, worklogs },
      people,
      defaultEffortSettings,
      '2026-03-31',
    )
    expect(claims).toEqual([
      { personId: 'p1', day: '2026-03-03', weights: { default: 0, equal: 0, points: 0 }, loggedSeconds: 5400 },
    ])
  })

  it.each([
    ['a bot', { assigneeAccountId: botAccount }],
    ['an account that nobody knows', { assigneeAccountId: 'stranger' }],
    ['nobody', { assigneeAccountId: null }],
  ])('is not %s', (_, over) => expect(weights({ ...started, ...over })).toEqual({}))

  it.each([
    ['an epic', { isEpic: true }],
    ['a deleted ticket', { deletedAt: at('2026-03-20T09:00Z') }],
    [
      'a ticket that was done without ever being in progress',
      { transitions: [moved(at('2026-03-02T09:00Z'), todo, done)], status: done },
    ],
  ])('is nobody, by %s', (_, over) => {
    expect(weights({ ...started, ...over })).toEqual({})
    expect(activeSpans({ ...started, ...over }, people, '2026-03-31')).toEqual([])
  })
})

it('claims and spans end with the day asked for, whatever came later', () => {
  const later = [moved(at('2026-03-05T09:00Z'), doing, done)]
  const closed = { ...started, transitions: [...started.transitions, ...later], status: done }
  expect(weights(closed, '2026-03-04')).toEqual(weights(started, '2026-03-04'))
  expect(activeSpans(closed, people, '2026-03-04')).toEqual([{ personId: 'p0', from: '2026-03-02', to: '2026-03-04' }])
  expect(activeSpans(closed, people, '2026-03-31')).toEqual([{ personId: 'p0', from: '2026-03-02', to: '2026-03-05' }])
  expect(activeSpans(closed, people, '2026-03-01')).toEqual([])
})

it('a ticket that was done at midnight was not active on the day that began', () => {
  const transitions = [...started.transitions, moved(at('2026-03-04T00:00Z'), doing, done)]
  const spans = activeSpans({ ...started, transitions, status: done }, people, '2026-03-31')
  expect(spans).toEqual([{ personId: 'p0', from: '2026-03-02', to: '2026-03-03' }])
})

it("keys a day by the person's date, not by UTC's", () => {
  const far = peopleByAccount([forEffort({ ...ann, person: person({ timeZone: 'Pacific/Tongatapu' }) })])
  // 20:00 UTC on Monday is 09:00 on Tuesday in Tonga.
  const transitions = [moved(at('2026-03-02T20:00Z'), todo, doing), moved(at('2026-03-03T04:00Z'), doing, done)]
  const claims = ticketClaims({ ...started, transitions, status: done }, far, defaultEffortSettings, '2026-03-31')
  expect(claims.map((c) => [c.day, c.weights.default])).toEqual([['2026-03-03', 3_000_000]])
})
