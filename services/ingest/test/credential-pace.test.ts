import type { RateReport } from '@headroom/trackers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askPace, type Pace, type PaceAsk, slotsMax } from '../src/credential-pace.ts'

const nothing: PaceAsk = {
  member: 'a',
  priority: 'webhook',
  wanted: 0,
  unused: { webhook: 0, poll: 0, backfill: 0 },
  running: 0,
  said: [],
  leaves: false,
}

function report(
  remaining: number,
  { limit = 20, perSecond = 10, refusedForMs = null as number | null } = {},
): RateReport {
  return { refusedForMs, requests: { limit, remaining, perSecond }, points: null, cost: null }
}

/** A state whose tracker has told a bucket of 20, filled with 10 a second. */
function told(remaining = 20): Pace {
  return askPace(null, 'jira-dc', { ...nothing, said: [report(remaining)] }, 0).state
}

function grant(state: unknown, ask: Partial<PaceAsk>, nowMs = 0) {
  return askPace(state, 'jira-dc', { ...nothing, ...ask }, nowMs)
}

/** Asks until nothing is granted any more, at one moment. */
function drain(
  state: Pace,
  priority: PaceAsk['priority'],
  nowMs = 0,
): { readonly permits: number; readonly state: Pace } {
  let permits = 0
  for (let next = state; ; ) {
    const { answer, state: after } = grant(next, { priority, wanted: 100 }, nowMs)
    next = after
    permits += answer.permits
    if (answer.permits === 0) return { permits, state: next }
  }
}

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 3000 }),
  member: fc.constantFrom('a', 'b', 'c'),
  priority: fc.constantFrom('webhook' as const, 'poll' as const, 'backfill' as const),
  wanted: fc.integer({ min: 0, max: 40 }),
})

test('over any time no more is permitted than the bucket held and was filled up with, whoever asks for what', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = told()
      let nowMs = 0
      const given: { atMs: number; permits: number; priority: string }[] = []
      for (const { afterMs, ...ask } of steps) {
        nowMs += afterMs
        const { answer, state: next } = grant(state, ask, nowMs)
        given.push({ atMs: nowMs, permits: answer.permits, priority: ask.priority })
        state = next
      }

      for (const [start, { atMs }] of given.entries()) {
        let [all, backfill] = [0, 0]
        for (const one of given.slice(start)) {
          all += one.permits
          if (one.priority === 'backfill') backfill += one.permits
          const seconds = (one.atMs - atMs) / 1000
          expect(all).toBeLessThanOrEqual(20 + 10 * seconds + 1e-6)
          expect(backfill).toBeLessThanOrEqual((20 + 10 * seconds) / 2 + 1e-6)
        }
      }
    }),
  )
})

test('a backfill leaves half of the bucket, a poll a fifth of it, and what they leave is there for a webhook', () => {
  const backfill = drain(told(), 'backfill')
  const poll = drain(backfill.state, 'poll')
  const webhook = drain(poll.state, 'webhook')

  expect([backfill.permits, poll.permits, webhook.permits]).toEqual([10, 6, 4])
})

test('what other users of the credential take is missed at once, and the backfill goes first without', () => {
  const { state } = grant(told(), { said: [report(9)] })

  expect(drain(state, 'backfill').permits).toBe(0)
  expect(drain(state, 'webhook').permits).toBe(9)
})

test('after a refusal nobody is permitted anything until the time that the tracker named, and then things go slower', () => {
  const { state } = grant(told(), { said: [report(0, { refusedForMs: 5000 })] })

  const early = grant(state, { member: 'b', wanted: 10 }, 4999)
  const after = drain(state, 'webhook', 5000)

  expect(early.answer).toMatchObject({ permits: 0, pausedForMs: 1 })
  expect(after.permits).toBeGreaterThan(0)
  expect(grant(state, {}, 5000).state.speed).toBeLessThan(0.6)
})

test('permissions that were not used are given to others', () => {
  const emptied = drain(told(), 'webhook').state

  const { answer } = grant(emptied, { member: 'b', wanted: 3, unused: { webhook: 12, poll: 0, backfill: 0 } })

  expect(answer.permits).toBe(3)
})

test('the slots of all processes are at most six, and each process has one', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 30 }), (members) => {
      let state = told()
      for (const [turn, member] of members.entries()) {
        const { answer, state: next } = grant(state, { member }, turn * 10)
        state = next
        expect(answer.slots).toBeGreaterThanOrEqual(1)
      }
      // A process that has just come has its one slot before the others have given theirs back.
      const slots = Object.values(state.members).map((m) => m.slots)
      expect(slots.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(slotsMax + slots.length - 1)
      for (const member of [...Object.keys(state.members), ...Object.keys(state.members)])
        state = grant(state, { member }, 400).state
      expect(Object.values(state.members).reduce((sum, { slots }) => sum + slots, 0)).toBeLessThanOrEqual(slotsMax)
    }),
  )
})

test('the slots of a process that was killed are free after ten seconds', () => {
  const killed = grant(told(), { member: 'killed' }).state

  expect(grant(killed, { member: 'b' }, 9000).answer.slots).toBe(1)
  expect(grant(killed, { member: 'b' }, 10_000).answer.slots).toBe(slotsMax)
})

test('where queries are priced, permissions follow what the last ones have cost', () => {
  const points = { limit: 10_000, remaining: 6000, perSecond: 1 }
  const said = { refusedForMs: null, requests: { limit: 2500, remaining: 2500, perSecond: 1 }, points, cost: 400 }
  const { state } = askPace(null, 'linear', { ...nothing, said: [said] }, 0)

  expect(drain(state, 'backfill').permits).toBe(2)
})
