import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePattern } from './safe-pattern.ts'

function matches(source: string, text: string): boolean {
  const pattern = compilePattern(source)
  if (!pattern.ok) throw new Error(`${source}: ${pattern.problem}`)
  return pattern.test(text)
}

/** Patterns of everything that is supported, over few characters so that they often match. */
const patterns = fc.letrec<{ node: string; atom: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    tie('atom'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,2}?', '{2,}'))
      .map(([a, q]) => `(${a})${q}`),
  ),
  atom: fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\w',
    '\\s',
    '\\D',
    '\\b',
    '\\B',
    '^',
    '$',
    '1',
    ' ',
    '[a-c1]',
    'é',
  ),
})).node
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', 'é', '-'), maxLength: 12 })

/** The same question to the engine of the platform, with words and digits as we mean them. */
function asJavaScript(source: string): RegExp {
  const word = '[\\p{L}\\p{N}_]'
  const edge = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
  const inside = `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`
  return new RegExp(source.replaceAll('\\w', word).replaceAll('\\b', edge).replaceAll('\\B', inside), 'su')
}

test('it answers as the engine of the platform does', () => {
  fc.assert(
    fc.property(patterns, texts, (source, text) => {
      expect(matches(source, text)).toBe(asJavaScript(source).test(text))
    }),
    { numRuns: 3000 },
  )
})

test.each([
  ['(a+)+$', `${'a'.repeat(50_000)}!`],
  ['(a|a)*b', 'a'.repeat(50_000)],
  ['(.*)(.*)(.*)(.*)x', 'y'.repeat(50_000)],
  ['(a?){50}a{50}b', 'a'.repeat(50_000)],
])('%s takes linear time: a long text is answered at all', (source, text) => {
  expect(matches(source, text)).toBe(false)
})

test('whatever is given as a pattern is answered by one or by the place of what is wrong', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab()[]{}|*+?^$\\.,:-1=!<k'), maxLength: 20 }),
      texts,
      (source, text) => {
        const pattern = compilePattern(source)
        if (pattern.ok) expect(typeof pattern.test(text)).toBe('boolean')
        else expect(pattern.at).toBeGreaterThan(0)
      },
    ),
    { numRuns: 2000 },
  )
})

test.each([
  ['(a', 1, 'not closed'],
  ['a)', 2, 'without'],
  ['x(?!a)', 2, 'lookaround'],
  ['(a)\\1', 4, 'backreferences'],
  ['a{1000}', 2, '100 repetitions'],
  ['(((a{99}){99}){99})', 1, 'too many'],
  ['*a', 1, 'nothing before it'],
  ['[b-a]', 2, 'backwards'],
  ['a\\', 2, 'ends the pattern'],
])('%s is refused at character %i', (source, at, words) => {
  const pattern = compilePattern(source)

  expect(pattern).toMatchObject({ ok: false, at })
  expect(pattern.ok ? '' : pattern.problem).toContain(words)
})

test('letters outside ASCII are letters, and upper-case ranges meet lower-case text', () => {
  expect(matches('\\büber', 'x über')).toBe(true)
  expect(matches('\\bber', 'über')).toBe(false)
  expect(matches('^[A-Z]{4}-\\d+$', 'shop-12')).toBe(true)
  expect(matches('^.$', '😀')).toBe(true)
})
