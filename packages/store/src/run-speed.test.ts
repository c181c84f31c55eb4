import { expect, test } from 'vitest'
import { runSpeed } from './run-speed.ts'

const startedAt = new Date('2026-11-20T12:00:00Z')
const now = startedAt.getTime() + 60_000
const running = { status: 'running', seen: 3000, expected: 12_000, startedAt, finishedAt: null } as const

test('a run that goes on says how fast it reads and how long it takes', () => {
  expect(runSpeed(running, now)).toEqual({ ticketsPerSecond: 50, secondsLeft: 180 })
})

test('it is never said to take less than nothing, when more tickets came than were counted', () => {
  expect(runSpeed({ ...running, seen: 12_600 }, now).secondsLeft).toBe(0)
})

test('what nobody can tell is null: before the first ticket, without a count, after the end', () => {
  const finishedAt = new Date(startedAt.getTime() + 30_000)

  expect(runSpeed({ ...running, seen: 0 }, now)).toEqual({ ticketsPerSecond: null, secondsLeft: null })
  expect(runSpeed({ ...running, expected: null }, now)).toEqual({ ticketsPerSecond: 50, secondsLeft: null })
  expect(runSpeed({ ...running, status: 'queued', startedAt: null }, now).ticketsPerSecond).toBe(null)
  expect(runSpeed({ ...running, status: 'succeeded', finishedAt }, now)).toEqual({
    ticketsPerSecond: 100,
    secondsLeft: null,
  })
})
