import { expect, test } from 'vitest'
import { createTokens, tokenize, tokenText } from './clean-text.ts'

function read(text: string): string[] {
  const tokens = createTokens(400)
  tokenize(text, 6000, tokens)
  return Array.from({ length: tokens.count }, (_, i) => tokenText(tokens, i))
}

test.each([
  ['words are lower case and lose their apostrophes', "Can't open Files", ['cant', 'open', 'files']],
  ['names split at inner capitals', 'readXMLFile fails', ['read', 'xml', 'file', 'fails']],
  [
    'versions and numbers are stand-ins',
    'Upgrade Node from 18 to 20.1.3',
    ['upgrade', 'node', 'from', 'xnumber', 'to', 'xversion'],
  ],
  ['keys of tickets are stand-ins', 'See AB-123 first', ['see', 'xkey', 'first']],
  ['addresses are stand-ins', 'see [docs|https://a.example/b?c=d] now', ['see', 'docs', 'xurl', 'now']],
  ['Jira code blocks are one stand-in', 'run {code:java}int a = 1;{code} again', ['run', 'xcode', 'again']],
  ['Markdown code blocks are one stand-in', 'run ```\nmake all\n``` again', ['run', 'xcode', 'again']],
  ['stack traces are one stand-in', 'boom\n\tat a.b.C(C.java:1)\n\tat a.b.D(D.java:2)\nend', ['boom', 'xtrace', 'end']],
  ['hexadecimal ids are stand-ins', 'since commit 4e2b61efe4', ['since', 'commit', 'xhex']],
  ['HTML tags and templates’ comments are left out', '<p>Hi</p><!-- write here --> there', ['hi', 'there']],
  ['images and mentions are stand-ins', '!shot.png! by [~user01]', ['ximage', 'by', 'xuser']],
  ['an opening without its end hides nothing', '{code} still read', ['xcode', 'still', 'read']],
  ['other alphabets are words', 'Ошибка при входе', ['ошибка', 'при', 'входе']],
  ['scripts without spaces give one word per character', '登录失败', ['登', '录', '失', '败']],
])('%s', (_, text, words) => {
  expect(read(text)).toEqual(words)
})

test('the place behind an area prefix is known', () => {
  const tokens = createTokens(60)

  tokenize('iOS: add a dark theme', 400, tokens)

  expect(tokenText(tokens, tokens.afterPrefix)).toBe('add')
})

test('a text of a million unclosed blocks is read at once', () => {
  const tokens = createTokens(400)

  tokenize('{code'.repeat(1_000_000), 6000, tokens)
  tokenize('<!--'.repeat(1_000_000), 6000, tokens)
  tokenize('```a'.repeat(1_000_000), 6000, tokens)

  expect(tokens.count).toBeLessThanOrEqual(400)
})
