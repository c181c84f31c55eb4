import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alarmLimit, type DriftWeek, detectDrift, detectPlannedDrift, pooledOverdispersion } from './drift.ts'
import { localDate } from './local-time.ts'

const settings = { target: 0.2, overdispersion: 9, teams: 1 }

function series(shares: readonly (number | null)[], over: Partial<DriftWeek> = {}): DriftWeek[] {
  return shares.map((strategicShare, i) => ({
    from: localDate(20_000 + 7 * i),
    trackedDays: strategicShare === null ? 0 : 35,
    strategicShare,
    coverage: 0.8,
    decidedWith: 'rules 1, model a',
    ...over,
  }))
}

function repeat(share: number, weeks: number): number[] {
  return Array.from({ length: weeks }, () => share)
}

const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('drift', () => {
  it('is not seen while every week is on target or above', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { maxLength: 120 }), (shares) => {
        expect(detectDrift(series(shares), settings)).toMatchObject({ state: 'on-target', alarms: [], since: null })
      }),
    )
  })

  it('sums up the log likelihood ratio of the weeks, by effort', () => {
    const found = detectDrift(series([0.1, 0.3, 0.05]), settings)

    const ratio = (x: number) => x * Math.log(0.5) + (1 - x) * Math.log(0.9 / 0.8)
    const step = (sum: number, x: number) => Math.max(0, sum + (35 / 9) * ratio(x))
    expect(found.evidence.sum).toBeCloseTo([0.1, 0.3, 0.05].reduce(step, 0), 12)
  })

  it('alarms once for one fall, says since when and by how much, and ends when the team has recovered', () => {
    const falling = series([...repeat(0.2, 20), ...repeat(0.08, 20)])
    const recovered = series([...repeat(0.2, 20), ...repeat(0.08, 20), ...repeat(0.25, 26)])

    const fallen = detectDrift(falling, settings)
    expect(fallen).toMatchObject({ state: 'drifting', since: falling[20]?.from, sinceStart: false })
    expect(fallen.alarms).toHaveLength(1)
    expect(fallen.alarmedIn).toBe(fallen.alarms[0])
    expect(fallen.size?.value).toBeCloseTo(-0.12, 9)
    expect(fallen.size?.high).toBeLessThan(0)
    expect(detectDrift(recovered, settings)).toMatchObject({
      state: 'on-target',
      alarmedIn: null,
      alarms: fallen.alarms,
    })
  })

  it('does not flicker: one good week ends no alarm, and one bad week after recovery begins none', () => {
    const bad = [...repeat(0.2, 4), ...repeat(0.05, 12)]
    const good = [...bad, 0.3]
    const after = [...bad, ...repeat(0.3, 20), 0.05]

    expect(detectDrift(series(good), settings)).toMatchObject({ state: 'drifting' })
    expect(detectDrift(series(good), settings).alarms).toHaveLength(1)
    expect(detectDrift(series(after), settings)).toMatchObject({ state: 'on-target' })
  })

  it('says that a run from the first week on may be older', () => {
    expect(detectDrift(series(repeat(0.05, 20)), settings)).toMatchObject({ state: 'drifting', sinceStart: true })
  })

  it('starts anew, without an alarm, when labels are decided by something else', () => {
    const weeks = series(repeat(0.05, 20)).map((week, i) =>
      i < 19 ? week : { ...week, decidedWith: 'rules 2, model a' },
    )

    const found = detectDrift(weeks, settings)
    expect(found).toMatchObject({ state: 'on-target', evidence: { sum: 0 } })
    expect(found.silent).toEqual([{ week: weeks[19]?.from, why: 'decided-anew' }])
  })

  it('hears nothing from weeks whose coverage moved, until the new coverage is the usual one', () => {
    const before = series(repeat(0.2, 20))
    const moved = series(repeat(0.02, 40)).map((week, i) =>
      i < 20 ? { ...week, strategicShare: 0.2 } : { ...week, coverage: 0.5 },
    )

    const soon = detectDrift(moved.slice(0, 26), settings)
    expect(soon.state).toBe('on-target')
    expect(soon.evidence.sum).toBeCloseTo(detectDrift(before, settings).evidence.sum, 12)
    expect(soon.silent.every(({ why }) => why === 'coverage-moved')).toBe(true)
    expect(detectDrift(moved, settings).state).toBe('drifting')
  })

  it('is not moved by weeks in which nothing was tracked', () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 40 }), (shares) => {
        const gaps = shares.flatMap((one) => [one, null])

        expect(detectDrift(series(gaps), settings).evidence.sum).toBe(
          detectDrift(series(shares), settings).evidence.sum,
        )
      }),
    )
  })

  it('knows nothing of the future: more weeks never change the alarms that were', () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 60 }), fc.array(share, { maxLength: 30 }), (past, future) => {
        const then = detectDrift(series(past), settings).alarms
        const now = detectDrift(series([...past, ...future]), settings).alarms

        expect(now.slice(0, then.length)).toEqual(then)
      }),
    )
  })

  it('is never seen sooner for a week with more strategic work', () => {
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 1, maxLength: 40 }),
        fc.nat(39),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        (shares, at, more) => {
          const better = shares.map((one, i) => (i === at ? Math.min(1, one + more) : one))

          expect(detectDrift(series(better), settings).evidence.sum).toBeLessThanOrEqual(
            detectDrift(series(shares), settings).evidence.sum + 1e-12,
          )
        },
      ),
    )
  })

  it('needs more evidence from each of many teams than from a few', () => {
    expect(alarmLimit(1)).toBe(alarmLimit(5))
    expect(alarmLimit(8)).toBeCloseTo(alarmLimit(1) + Math.log(2), 12)
    expect(alarmLimit(80)).toBeGreaterThan(alarmLimit(8))
  })
})

describe('overdispersion', () => {
  it('is 9 before two quarters are known, and at least 7', () => {
    expect(pooledOverdispersion([])).toBe(9)
    expect(pooledOverdispersion([series(repeat(0.2, 25))])).toBe(9)
    expect(pooledOverdispersion([series(repeat(0.2, 260)), series(repeat(0.3, 260))])).toBe(7)
  })

  it('grows with how far quarters scatter, pooled over teams', () => {
    const wild = series([...repeat(0.05, 13), ...repeat(0.35, 13), ...repeat(0.05, 13), ...repeat(0.35, 13)])

    // 4 batches, each 0.15 from 0.2, of 455 days: 4 x 0.0225 x 455 / 0.16 over 3 degrees of freedom, with 8 batches of 9.
    expect(pooledOverdispersion([wild])).toBeCloseTo(((4 * 0.0225 * 455) / 0.16 + 72) / 11, 9)
  })
})

describe('a plan', () => {
  it('is an alarm as soon as its next six sprints hold less than the target, and says what is missing', () => {
    const sprints = [
      ...Array.from({ length: 6 }, () => ({ plannedDays: 60, strategicDays: 10 })),
      { plannedDays: 60, strategicDays: 60 },
    ]

    expect(detectPlannedDrift(sprints, 0.2)).toEqual({ state: 'drifting', share: 60 / 360, missingDays: 12 })
  })

  it('is none on the target exactly, and none without a plan', () => {
    expect(detectPlannedDrift([{ plannedDays: 50, strategicDays: 10 }], 0.2)).toMatchObject({
      state: 'on-target',
      share: 0.2,
    })
    expect(detectPlannedDrift([], 0.2)).toEqual({ state: 'on-target', share: null, missingDays: 0 })
  })
})
