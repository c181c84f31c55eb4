import { describe, expect, it } from 'vitest'
import type { Claim } from './claims.ts'
import { type ClaimSet, diffClaims } from './diff-claims.ts'

function claim(day: string, over: Partial<Claim['weights'] & { loggedSeconds: number; personId: string }> = {}): Claim {
  const { loggedSeconds = 0, personId = 'p', ...weights } = over
  return { personId, day, weights: { default: 1, equal: 1, points: 1, ...weights }, loggedSeconds }
}

function set(claims: readonly Claim[], groupId = 't'): ClaimSet {
  return { groupId, claims }
}

describe('the person-days to share again', () => {
  const monday = claim('2026-03-02')
  const tuesday = claim('2026-03-03')

  it.each([
    ['the default weight', { default: 2 }],
    ['the equal weight', { equal: 2 }],
    ['the points weight', { points: 2 }],
    ['the logged time', { loggedSeconds: 60 }],
  ])('are those on which %s differs', (_, over) => {
    const after = set([monday, claim('2026-03-03', over)])
    expect(diffClaims(set([monday, tuesday]), after)).toEqual([{ personId: 'p', day: '2026-03-03' }])
  })

  it('are both days when a claim moves to another day or person', () => {
    expect(diffClaims(set([monday]), set([tuesday]))).toHaveLength(2)
    expect(diffClaims(set([monday]), set([claim('2026-03-02', { personId: 'q' })]))).toHaveLength(2)
  })

  it('are all days of a ticket that is new, gone, or in another group', () => {
    expect(diffClaims(null, set([monday, tuesday]))).toHaveLength(2)
    expect(diffClaims(set([monday, tuesday]), null)).toHaveLength(2)
    expect(diffClaims(set([monday, tuesday]), set([monday, tuesday], 'parent'))).toHaveLength(2)
  })

  it('are none when nothing differs, whatever the order', () => {
    expect(diffClaims(set([monday, tuesday]), set([tuesday, monday]))).toEqual([])
    expect(diffClaims(null, null)).toEqual([])
  })
})
