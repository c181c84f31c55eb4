import { expect, test } from 'vitest'
import { readJiraRate, retryAfterMs } from './rate.ts'

const read = (headers: Record<string, string>, status = 200) => readJiraRate(status, new Headers(headers))

test('Data Center tells its bucket with every answer', () => {
  const headers = {
    'x-ratelimit-limit': '30',
    'x-ratelimit-remaining': '12',
    'x-ratelimit-interval-seconds': '2',
    'x-ratelimit-fillrate': '10',
    'retry-after': '0',
  }

  expect(read(headers)).toEqual({
    refusedForMs: null,
    requests: { limit: 30, remaining: 12, perSecond: 5 },
    points: null,
    cost: null,
  })
})

test('Cloud names several limits in any order: bursts and quotas are told apart, announced ones do not count', () => {
  const headers = {
    'ratelimit-policy': '"global-app-quota";q=65000;w=3600,"jira-burst-based";q=100;w=1, "Beta-x";q=1;w=1',
    ratelimit: '"Beta-x";r=0;t=1, "jira-burst-based";r=40;t=1, "global-app-quota";r=11000;t=600',
    'x-ratelimit-limit': '7',
    'x-ratelimit-remaining': '7',
  }

  expect(read(headers)).toMatchObject({
    requests: { limit: 100, remaining: 40, perSecond: 100 },
    points: { limit: 65_000, remaining: 11_000, perSecond: 65_000 / 3600 },
  })
})

test('a policy without what is left of it says nothing, and older headers are read instead', () => {
  const headers = { 'ratelimit-policy': '"q";q=5;w=1', 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99' }

  expect(read(headers)).toMatchObject({ requests: { limit: 100, remaining: 99, perSecond: 100 }, points: null })
})

test.each([[{}], [{ 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }], [{ 'x-ratelimit-limit': 'many' }]])(
  'headers that make no sense say nothing: %j',
  (headers) => {
    expect(read(headers)).toEqual({ refusedForMs: null, requests: null, points: null, cost: null })
  },
)

test('a refusal says for how long, in seconds, by a date, or by an epoch in seconds or milliseconds', () => {
  const in90s = Date.now() + 90_000
  const seconds = (headers: Record<string, string>) => (retryAfterMs(new Headers(headers)) ?? 0) / 1000

  expect(read({ 'retry-after': '7' }, 429).refusedForMs).toBe(7000)
  expect(read({}, 429).refusedForMs).toBe(1000)
  for (const headers of [
    { 'retry-after': new Date(in90s).toUTCString() },
    { 'x-ratelimit-reset': new Date(in90s).toISOString() },
    { 'x-ratelimit-reset': String(in90s) },
    { 'x-ratelimit-reset': String(Math.ceil(in90s / 1000)) },
  ]) {
    expect(seconds(headers)).toBeGreaterThan(80)
    expect(seconds(headers)).toBeLessThan(92)
  }
})
