import { expect, test } from 'vitest'
import { emptyReport, row, sampleReport, share, uncertainReport } from '../test/sample-report.ts'
import { changeSentence, couldMove, driftSentences, headline, trackedSentence, whatIsNeeded } from './words.ts'

const { period } = sampleReport

test('the headline says share, interval, target and verdict', () => {
  expect(headline(sampleReport.total)).toBe(
    '17 % of tracked engineering effort went into strategic work in 2026-Q3 (90 % interval 13–21 %), below the target of 20 %.',
  )
  expect(headline(row(period, share(0.2, 0.03), 'on-target'), 'Payments')).toBe(
    '20 % of the tracked effort of Payments went into strategic work in 2026-Q3 (90 % interval 17–23 %), in line with the target of 20 %.',
  )
})

test('where nothing can be said the headline says so, and what would be needed', () => {
  expect(headline(uncertainReport.total)).toContain('too wide to say whether the target of 20 % was met')
  expect(whatIsNeeded(uncertainReport.total)).toEqual([
    expect.stringContaining('Judge an audit sample'),
    expect.stringContaining('779 of 1,622 person-days are untracked'),
  ])
  expect(headline(emptyReport.total)).toContain('Nothing was tracked in 2026-Q3')
  expect(whatIsNeeded(emptyReport.total)).toEqual([expect.stringContaining('Nobody had capacity')])
  expect(whatIsNeeded(sampleReport.total)).toEqual([])
})

test('a change within the doubt is not told as one', () => {
  expect(changeSentence(sampleReport.total, sampleReport.previous)).toBe(
    'That is 5 points less than in 2026-Q2 (22 %), a change within the doubt of both numbers.',
  )
  expect(changeSentence(sampleReport.total, null)).toBeNull()
})

test('untracked and unclassified time is said also when there is none', () => {
  const full = row(period, share(0.2, 0.03), 'on-target', null, 100, 1)

  expect(trackedSentence({ ...full, effortDays: { ...full.effortDays, unclassified: 0 } })).toBe(
    '100 of 100 person-days of capacity were on tickets (100 %), 0 of them on tickets that are not classified; 0 were untracked.',
  )
})

test('drift is told of those that left their target, with since when and how far', () => {
  expect(driftSentences(sampleReport)).toEqual([
    'Tracking has drifted below its target since the week of 13 Jul 2026, by 6 points (3 to 10).',
  ])
  expect(driftSentences({ drift: [{ team: null, state: 'on-target', since: null, size: null }] })).toEqual([
    'No lasting change away from the target was found.',
  ])
  expect(driftSentences(emptyReport)).toEqual([])
})

test('how far a finding moves a share is said in points, and that nobody can say it', () => {
  expect(couldMove(-0.0213, 'effort')).toBe('Could move the strategic share by −2.1 points.')
  expect(couldMove(0.0004, 'points')).toBe('Hardly moves the share by story points.')
  expect(couldMove(null, 'effort')).toBe('How far it moves the strategic share cannot be said.')
})
