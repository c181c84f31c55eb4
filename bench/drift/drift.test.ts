import { detectDrift } from '@headroom/domain'
import { expect, it } from 'vitest'
import { chance } from '../random.ts'
import { teamWeeks } from './team-weeks.ts'

// A small part of `pnpm bench drift`; the seeds are fixed, so these hold or something has changed.
const settings = { target: 0.2, overdispersion: 9, teams: 1 }

it('a team of eight on target is falsely alarmed about once in two years', () => {
  const alarms = Array.from({ length: 40 }, (_, i) => {
    const weeks = teamWeeks({ chance: chance(i), people: 8, weeks: 520, shareOf: () => 0.2 })
    return detectDrift(weeks, settings).alarms.length
  }).reduce((sum, count) => sum + count, 0)

  const between = (40 * 520) / alarms
  expect(between).toBeGreaterThan(75)
  expect(between).toBeLessThan(150)
})

it('a halving of its strategic work is found within 13 weeks more often than not', () => {
  const found = Array.from({ length: 100 }, (_, i) => {
    const weeks = teamWeeks({
      chance: chance(5000 + i),
      people: 8,
      weeks: 43,
      shareOf: (week) => (week < 30 ? 0.2 : 0.1),
    })
    return detectDrift(weeks, settings).alarms.some((week) => week >= (weeks[30]?.from ?? ''))
  })

  expect(found.filter(Boolean).length).toBeGreaterThan(50)
})
