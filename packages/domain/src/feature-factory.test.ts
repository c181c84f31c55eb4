import { describe, expect, test } from 'vitest'
import type { FactoryFacts, FeatureTicket } from './factory-signs.ts'
import { featureFactorySigns } from './feature-factory.ts'

const nothing: FactoryFacts = {
  features: [],
  scrapped: [],
  strategic: [],
  waits: [],
  released: [],
  epics: [],
  ticketsPerDay: [],
  mainEpics: { weeks: 0, changed: 0 },
  open: { topPriorities: 0, all: 0 },
  sprints: [],
  people: 8,
}

const feature = (no: number, over: Partial<FeatureTicket> = {}): FeatureTicket => ({
  ticketId: `f${String(no).padStart(2, '0')}`,
  units: 100,
  finished: true,
  words: 80,
  hasOutcome: true,
  raisedByEngineers: false,
  handOffs: 0,
  forCustomer: false,
  ...over,
})

const twenty = (over: (no: number) => Partial<FeatureTicket>) =>
  Array.from({ length: 20 }, (_, no) => feature(no, over(no)))

function sign(name: string, facts: Partial<FactoryFacts>) {
  const found = featureFactorySigns({ ...nothing, ...facts }, []).find((one) => one.sign === name)
  if (!found) throw new Error(`There is no sign ${name}`)
  return found
}

describe('the signs of a feature factory', () => {
  test('none is claimed without enough data, and each says what is missing', () => {
    const signs = featureFactorySigns(nothing, [])
    expect(signs).toHaveLength(16)
    for (const one of signs) expect(one).toMatchObject({ value: null, state: 'cannot-say', why: expect.any(String) })
    expect(new Set(signs.map((one) => one.sign)).size).toBe(16)
  })

  test('effort without an outcome counts by effort, the largest tickets first', () => {
    const features = twenty((no) => (no < 2 ? { hasOutcome: false, units: 1000 + no } : {}))
    const found = sign('no-outcome', { features })
    expect(found.value).toBeCloseTo(2001 / 3801, 12)
    expect(found).toMatchObject({ state: 'watch', ticketIds: ['f01', 'f00'] })
  })

  test('tickets without context are those that others raised for the engineers, with hardly a word', () => {
    const features = twenty((no) => ({ words: no < 15 ? 3 : 100 }))
    expect(sign('no-context', { features })).toMatchObject({ value: 0.75, state: 'alarming' })
    const own = twenty(() => ({ words: 3, raisedByEngineers: true }))
    expect(sign('no-context', { features: own }).state).toBe('cannot-say')
  })

  test('what waits counts as long as it has waited', () => {
    const started = Array.from({ length: 10 }, (_, i) => ({ ticketId: `s${i}`, days: i + 1, started: true }))
    const waiting = (days: number) =>
      Array.from({ length: 10 }, (_, i) => ({ ticketId: `w${i}`, days, started: false }))
    // Ten of twenty have begun after at most ten days, so half have by the tenth.
    expect(sign('strategic-work-waits', { waits: [...started, ...waiting(300)] }).value).toBe(10)
    // Those that were not watched for long say little against it.
    expect(sign('strategic-work-waits', { waits: [...started, ...waiting(0.5)] }).value).toBe(5)
    expect(
      sign('strategic-work-waits', { waits: [...started.slice(1), ...waiting(300), ...waiting(400)] }),
    ).toMatchObject({
      value: null,
      why: 'More than half of them still wait.',
    })
  })

  test('a team that never discovers anything is alarming, not unsayable', () => {
    const features = twenty(() => ({}))
    expect(sign('no-discovery', { features })).toMatchObject({ state: 'alarming', value: 1000 })
    const strategic = [{ ticketId: 's', units: 200, raisedByEngineers: true, isDiscovery: true }]
    expect(sign('no-discovery', { features, strategic })).toMatchObject({ state: 'healthy', value: 10 })
  })

  test('a sprint with more in it than gets done is planned to the brim', () => {
    const sprints = [
      { planned: 12, finished: 10 },
      { planned: 7, finished: 10 },
      { planned: 13, finished: 10 },
    ]
    expect(sign('planned-to-the-brim', { sprints })).toMatchObject({ value: 1.2, state: 'alarming' })
  })

  test('habits of fewer than four people are not shown', () => {
    const facts = { mainEpics: { weeks: 50, changed: 40 }, ticketsPerDay: [100, 50] }
    expect(sign('team-tetris', facts).value).toBe(0.8)
    expect(sign('too-much-at-once', facts).value).toBeCloseTo(200 / 150, 12)
    for (const name of ['team-tetris', 'too-much-at-once'])
      expect(sign(name, { ...facts, people: 3 })).toMatchObject({ value: null, state: 'cannot-say' })
  })

  test('the trend holds earlier windows, with a gap where one could not be said', () => {
    const window = { ...nothing, open: { topPriorities: 10, all: 40 } }
    const before = { ...nothing, open: { topPriorities: 30, all: 40 } }
    const found = featureFactorySigns(window, [nothing, before]).find((one) => one.sign === 'priority-inflation')
    expect(found).toMatchObject({ value: 0.25, state: 'healthy', trend: [null, 0.75] })
  })
})
