import { expect, it } from 'vitest'
import { defaultEffortSettings, measureEffort } from '../src/index.ts'
import { bot, calendar, commented, forEffort, logged, moved, person, statuses, ticket } from './worlds.ts'

const at = (text: string) => Date.parse(text)
const { todo, doing, review, done } = statuses

/*
 * Ann works 09:00 to 17:00 in Berlin, Monday to Friday; Thursday 5 March 2026 is a holiday, on Friday she is away for half
 * the day. Berlin is one hour ahead of UTC. All tickets are hers. A day is 720720 units.
 *
 *   story    in progress from Monday 09:00 to Wednesday 17:00, 4 points; comment on Wednesday at 12:00
 *   sub      its sub-task, in progress on Tuesday and Wednesday, no points
 *   bug      in progress from Tuesday 13:00, in review from Wednesday 13:00 to Friday 17:00, 1 point; 2 h logged on Tuesday
 *   release  in progress from Friday 16:50 on, 9 points
 *
 * Monday: story alone, all of it: 720720.
 *
 * Tuesday: story 1 (no evidence), sub 3 (begun today), bug 3 x 0.5 = 1.5 (half the window, begun today).
 *   Logged first: bug 2 h of 8 h = 180180. Left 540540, by the group story+sub with its heaviest, 3, and bug, 1.5:
 *   group 360360, bug 180180. Inside the group 1 to 3: story 90090, sub 270270. Bug in all 360360.
 *   Equal: group 1, bug 1: 270270 each; story 135135, sub 135135, bug 180180 + 270270 = 450450.
 *   Points: story 1 x 2 = 2, sub 3, bug 1.5: as by default, group 360360, inside 2 to 3: story 144144, sub 216216; bug 360360.
 *
 * Wednesday: story 3 (comment, and done today), sub 3 (done today), bug (4 h x 1 + 4 h x 0.3) / 8 h x 3 = 1.95 (moved today).
 *   Group 3 to bug 1.95, sum 4.95: group 720720 x 3 / 4.95 = 436800, bug 283920. Inside 3 to 3: 218400 each.
 *   Equal: group and bug 360360 each; 180180 each inside.
 *   Points: story 6, sub 3, bug 1.95: group 720720 x 6 / 7.95 = 543939.62, bug 176780.38; the odd unit goes to the larger
 *   remainder: group 543940, bug 176780. Inside 2 to 1: 362626.67 and 181313.33: story 362627, sub 181313.
 *
 * Thursday: holiday, no capacity.
 *
 * Friday: half a day, 360360. bug 0.3 x 3 = 0.9 (done today). release was active for 10 minutes: less than half an hour.
 *   bug alone: 360360, by every rule.
 *
 * Monday 9 March, the day measured up to: release 1 alone (Friday was the sign of life): 720720.
 */
it('is what a hand computes for a week with a sub-task, a worklog, review, a holiday and half a day away', () => {
  const ann = {
    person: person({ id: 'ann', absences: [{ from: '2026-03-06', to: '2026-03-06', fraction: 0.5 }] }),
    calendar: calendar({ timeZone: 'Europe/Berlin', holidays: ['2026-03-05'] }),
    accountIds: ['a0'],
  }
  const createdAt = at('2026-02-02T09:00Z')
  const tickets = [
    ticket({
      id: 'story',
      createdAt,
      estimate: 4,
      transitions: [moved(at('2026-03-02T08:00Z'), todo, doing), moved(at('2026-03-04T16:00Z'), doing, done)],
      activities: [commented(at('2026-03-04T11:00Z'))],
      status: done,
    }),
    ticket({
      id: 'sub',
      groupId: 'story',
      createdAt,
      transitions: [moved(at('2026-03-03T08:00Z'), todo, doing), moved(at('2026-03-04T16:00Z'), doing, done)],
      status: done,
    }),
    ticket({
      id: 'bug',
      createdAt,
      estimate: 1,
      transitions: [
        moved(at('2026-03-03T12:00Z'), todo, doing),
        moved(at('2026-03-04T12:00Z'), doing, review),
        moved(at('2026-03-06T16:00Z'), review, done),
      ],
      worklogs: [logged(at('2026-03-03T14:00Z'), 2 * 3600)],
      status: done,
    }),
    ticket({ id: 'release', createdAt, estimate: 9, transitions: [moved(at('2026-03-06T15:50Z'), todo, doing)] }),
  ]

  const { cells, personDays } = measureEffort(tickets, [forEffort(ann), bot], defaultEffortSettings, '2026-03-09')

  expect(cells.map((c) => [c.day, c.ticketId, c.units, c.unitsEqual, c.unitsPoints])).toEqual([
    ['2026-03-02', 'story', 720_720, 720_720, 720_720],
    ['2026-03-03', 'bug', 360_360, 450_450, 360_360],
    ['2026-03-03', 'story', 90_090, 135_135, 144_144],
    ['2026-03-03', 'sub', 270_270, 135_135, 216_216],
    ['2026-03-04', 'bug', 283_920, 360_360, 176_780],
    ['2026-03-04', 'story', 218_400, 180_180, 362_627],
    ['2026-03-04', 'sub', 218_400, 180_180, 181_313],
    ['2026-03-06', 'bug', 360_360, 360_360, 360_360],
    ['2026-03-09', 'release', 720_720, 720_720, 720_720],
  ])
  expect(personDays.map((d) => [d.day, d.capacityUnits, d.trackedUnits])).toEqual([
    ['2026-03-02', 720_720, 720_720],
    ['2026-03-03', 720_720, 720_720],
    ['2026-03-04', 720_720, 720_720],
    ['2026-03-06', 360_360, 360_360],
    ['2026-03-09', 720_720, 720_720],
  ])
})
