import { expect, it } from 'vitest'
import { markdownToText } from './markdown.ts'

it.each([
  ['## Why\n\n- **first** item\n1. second', 'Why\nfirst item\nsecond'],
  ['See [the page](https://a.b) ![shot](https://c.d/e.png)', 'See the page'],
  ['```ts\nconst snake_case_name = 1\n```', 'const snake_case_name = 1'],
  ['- [x] done\n- [ ] open', 'done\nopen'],
  ['| a | b |\n| --- | --- |\n| 1 | 2 |', '| a | b |\n| 1 | 2 |'],
  ['Use `code` and ~~not~~ this', 'Use code and not this'],
  ['', ''],
])('%j becomes plain text', (markdown, plain) => {
  expect(markdownToText(markdown)).toBe(plain)
})

it('never takes long for hostile text', () => {
  for (const part of ['**a ', '[a](', '![', '`', '_', '-', '| ', ' ', '> ']) {
    expect(typeof markdownToText(part.repeat(20_000))).toBe('string')
  }
}, 5000)
