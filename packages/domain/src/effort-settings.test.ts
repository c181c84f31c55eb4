import { expect, it } from 'vitest'
import { defaultEffortSettings, freshness, statusWeight } from './effort-settings.ts'

it.each([
  ['In Progress', 1],
  ['In Development', 1],
  ['In Review', 0.3],
  ['Code review', 0.3],
  ['QA', 0.3],
  ['IN TESTING', 0.3],
  ['Verification', 0.3],
  ['Blocked', 0],
  ['Unblocked', 1],
  ['Preview', 1],
  ['Waiting for review', 0],
  ['On-hold', 0],
  ['Ready for QA', 0],
  ['ReadyForTesting', 0],
  ['Pending release', 0],
  ['', 1],
])('a ticket in "%s" weighs %d', (name, weight) => {
  expect(statusWeight(name, defaultEffortSettings)).toBe(weight)
})

it("takes an organisation's own words, whatever signs are in them", () => {
  const settings = {
    ...defaultEffortSettings,
    statusWeights: [
      { words: 'c++ (build', weight: 0.5 },
      { words: '***', weight: 0 },
    ],
  }
  expect(statusWeight('C++ build', settings)).toBe(0.5)
  expect(statusWeight('Blocked', settings)).toBe(1)
})

it('keeps a ticket fresh for five working days, halves it every four, and lets go of it after twenty-three', () => {
  const fresh = [0, 5, 9, 13, 22, 23].map((days) => freshness(days, defaultEffortSettings))
  expect(fresh).toEqual([1, 1, 0.5, 0.25, 2 ** -4.25, 0])
})
