import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type NamedPerson, suggestMerges } from './suggest-merges.ts'

function person(id: string, changes: Partial<NamedPerson> = {}): NamedPerson {
  return {
    id,
    kind: 'human',
    names: [`Somebody ${id}`],
    emails: [],
    connectionIds: [`connection of ${id}`],
    ...changes,
  }
}

const between = (a: Partial<NamedPerson>, b: Partial<NamedPerson>) =>
  suggestMerges([person('a', a), person('b', b)]).get('a') ?? []

describe('two people may be one human', () => {
  test.each([
    ['Jan Müller', 'jan muller'],
    ['Müller, Jan', 'Jan Müller'],
    ['Jan Müller (Contractor)', 'Jan Müller [ACME]'],
    ['jan.müller', 'Jan Müller'],
    ['李 明', '明 李'],
  ])('%s and %s, for their name', (one, other) => {
    expect(between({ names: [one] }, { names: [other] })).toEqual([{ personId: 'b', reason: 'same-name', score: 0.7 }])
  })

  test.each([
    ['same-address', ['Jan@acme.example'], ['jan@acme.example'], 0.96],
    ['same-local-part', ['jan.mueller@acme.example'], ['jan_mueller+jira@contractor.example'], 0.6],
  ] as const)('for the %s', (reason, one, other, score) => {
    expect(between({ emails: one }, { emails: other })).toEqual([{ personId: 'b', reason, score }])
  })

  test('for an address that spells the other’s name', () => {
    expect(between({ emails: ['jan.muller@acme.example'] }, { names: ['Jan Müller'] })).toEqual([
      { personId: 'b', reason: 'address-like-name', score: 0.5 },
    ])
  })

  test('for two reasons, which weigh more than one', () => {
    const both = { names: ['Jan Müller'], emails: ['jan.m@acme.example'] }
    expect(between(both, { ...both, emails: ['jan.m@other.example'] })).toEqual([
      { personId: 'b', reason: 'same-name', score: 0.88 },
    ])
  })
})

describe('nobody suggests', () => {
  const jan = { names: ['Jan Müller'], emails: ['jan@acme.example'] }

  test('two people of one tracker', () => {
    expect(between({ ...jan, connectionIds: ['x', 'y'] }, { ...jan, connectionIds: ['y'] })).toEqual([])
  })

  test('a human and a bot', () => {
    expect(between(jan, { ...jan, kind: 'bot' })).toEqual([])
  })

  test('the addresses of a role', () => {
    expect(between({ emails: ['support@acme.example'] }, { emails: ['support@other.example'] })).toEqual([])
  })

  test('names without a letter', () => {
    expect(between({ names: ['(?)'] }, { names: ['--'] })).toEqual([])
  })

  test('a name that many have', () => {
    const many = Array.from({ length: 5 }, (_, i) => person(String(i), { names: ['Former user'] }))

    expect(suggestMerges(many).size).toBe(0)
    expect(suggestMerges(many.slice(1)).size).toBe(4)
  })
})

const words = fc.constantFrom('Ann', 'ánn', 'Bo', 'Lee', 'LEE', 'Ng', '(x)')
const anybody = fc.record({
  kind: fc.constantFrom('human', 'bot'),
  names: fc.array(
    fc.array(words, { minLength: 1, maxLength: 2 }).map((w) => w.join(' ')),
    { minLength: 1, maxLength: 2 },
  ),
  emails: fc.array(
    fc.constantFrom('ann@a.example', 'ann.lee@a.example', 'ann.lee@b.example', 'lee', 'info@a.example'),
    {
      maxLength: 2,
    },
  ),
  connectionIds: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 2 }),
})
const crowd = fc
  .array(anybody, { maxLength: 8 })
  .map((people) => people.map((p, i): NamedPerson => ({ ...p, id: `p${i}` }) as NamedPerson))

describe('whoever the people are', () => {
  test('a suggestion holds both ways, with the same reason and score', () => {
    fc.assert(
      fc.property(crowd, (people) => {
        const all = suggestMerges(people)
        for (const [id, suggestions] of all) {
          for (const { personId, ...why } of suggestions)
            expect(all.get(personId)).toContainEqual({ personId: id, ...why })
        }
      }),
    )
  })

  test('their order, and that of their names and addresses, changes nothing', () => {
    fc.assert(
      fc.property(crowd, (people) => {
        const turned = people
          .map((p) => ({ ...p, names: p.names.toReversed(), emails: p.emails.toReversed() }))
          .toReversed()
        expect(suggestMerges(turned)).toEqual(suggestMerges(people))
      }),
    )
  })

  test('nobody is suggested to themselves, to a colleague in the same tracker or to another kind, and scores are in (0, 1]', () => {
    fc.assert(
      fc.property(crowd, (people) => {
        const byId = new Map(people.map((p) => [p.id, p]))
        for (const [id, suggestions] of suggestMerges(people)) {
          expect(suggestions.length).toBeGreaterThan(0)
          for (const { personId, score } of suggestions) {
            expect(personId).not.toBe(id)
            expect(byId.get(personId)?.kind).toBe(byId.get(id)?.kind)
            const shared = byId.get(personId)?.connectionIds.filter((c) => byId.get(id)?.connectionIds.includes(c))
            expect(shared).toEqual([])
            expect(score).toBeGreaterThan(0)
            expect(score).toBeLessThanOrEqual(1)
          }
        }
      }),
    )
  })
})
