import { describe, expect, test } from 'vitest'
import { connectionHealth } from './connection-health.ts'
import type { Connection } from './connections.ts'

const now = Date.UTC(2026, 10, 20, 12)
const ago = (minutes: number) => new Date(now - minutes * 60_000)

function connection(given: Partial<Connection>): Connection {
  return {
    id: '',
    kind: 'linear',
    name: 'Linear',
    baseUrl: '',
    sealedCredentials: '',
    scope: {},
    state: 'ok',
    problem: null,
    lastSyncedAt: ago(5),
    advancedAt: null,
    createdAt: ago(10_000),
    ...given,
  }
}

describe('a connection that has stopped advancing', () => {
  test.each([
    ['ok', { state: 'ok', lastSyncedAt: ago(16) }],
    [
      'syncing, in a run that stores nothing any more',
      { state: 'syncing', lastSyncedAt: ago(300), advancedAt: ago(16) },
    ],
    ['new, and nobody reads it', { state: 'new', lastSyncedAt: null, createdAt: ago(16) }],
  ] as const)('is stale by itself when it was %s, and says what to do', (_, given) => {
    const { state, problem } = connectionHealth(connection(given), now)

    expect(state).toBe('stale')
    expect(problem).toMatch(/^Nothing was read for 16 minutes\. Look whether [^\n]+$/)
  })

  test('keeps what was wrong before beside it', () => {
    const { problem } = connectionHealth(connection({ lastSyncedAt: ago(3 * 24 * 60), problem: 'Decide.' }), now)

    expect(problem).toMatch(/^Nothing was read for 3 days\. .* Decide\.$/)
  })

  test.each([
    ['unauthorized', 'The token has expired.'],
    ['error', 'The host is not known.'],
  ] as const)('stays %s, which says more', (state, problem) => {
    expect(connectionHealth(connection({ state, problem, lastSyncedAt: ago(1000) }), now)).toEqual({ state, problem })
  })
})

test.each([
  ['ok', { state: 'ok', lastSyncedAt: ago(15) }],
  ['syncing for hours, as long as pages are stored', { state: 'syncing', lastSyncedAt: null, advancedAt: ago(1) }],
  ['new, just made', { state: 'new', lastSyncedAt: null, createdAt: ago(1) }],
] as const)('a connection that advances is shown as it is: %s', (_, given) => {
  expect(connectionHealth(connection(given), now)).toEqual({ state: given.state, problem: null })
})
