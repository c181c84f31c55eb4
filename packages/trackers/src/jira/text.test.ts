import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adfToText } from './adf.ts'
import { wikiToText } from './wiki.ts'

const text = (value: string) => ({ type: 'text', text: value })
const paragraph = (...content: object[]) => ({ type: 'paragraph', content })

describe('Atlassian documents', () => {
  it('become one line a block, with the text of mentions, cards and lists', () => {
    const document = {
      type: 'doc',
      version: 1,
      content: [
        { type: 'heading', attrs: { level: 2 }, content: [text('Why')] },
        paragraph(
          text('Ask '),
          { type: 'mention', attrs: { id: '1', text: '@Ada' } },
          { type: 'hardBreak' },
          text('today'),
        ),
        {
          type: 'bulletList',
          content: [
            { type: 'listItem', content: [paragraph(text('one'))] },
            {
              type: 'listItem',
              content: [paragraph(text('two '), { type: 'inlineCard', attrs: { url: 'https://a.b' } })],
            },
          ],
        },
        {
          type: 'table',
          content: [
            {
              type: 'tableRow',
              content: [
                { type: 'tableCell', content: [paragraph(text('a'))] },
                { type: 'tableCell', content: [paragraph(text('b'))] },
              ],
            },
          ],
        },
        { type: 'madeUpNextYear', content: [paragraph(text('kept'))] },
      ],
    }

    expect(adfToText(document)).toBe('Why\nAsk @Ada\ntoday\none\ntwo https://a.b\na b\nkept')
  })

  it('keep every text in order, and nothing makes the reading throw', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 20 })
    fc.assert(
      fc.property(words, (all) => {
        const document = { type: 'doc', content: all.map((word) => paragraph(text(word))) }
        expect(adfToText(document)).toBe(all.join('\n'))
      }),
    )
    fc.assert(fc.property(fc.anything(), (value) => typeof adfToText(value) === 'string'))
  })

  it('are cut where they are nested deeper than anybody writes', () => {
    let node: object = paragraph(text('deep'))
    for (let i = 0; i < 50_000; i++) node = { type: 'blockquote', content: [node] }

    expect(adfToText(node)).toBe('')
  })
})

describe('wiki markup', () => {
  it.each([
    ['h2. Why\n\n* *first* item\n# second', 'Why\nfirst item\nsecond'],
    ['See [the page|https://a.b/c|tip] and [https://d.e]', 'See the page and https://d.e'],
    ['{code:java}int snake_case_name;{code}', 'int snake_case_name;'],
    ['{color:red}Hot{color} and {{mono}}', 'Hot and mono'],
    ['||A||B||\n|1|2|', 'A B\n 1 2'],
    ['Look !shot.png|thumbnail! here', 'Look  here'],
    ['5 * 3 * 2 stays', '5 * 3 * 2 stays'],
    ['Really! No way!', 'Really! No way!'],
  ])('%j becomes plain text', (markup, plain) => {
    expect(wikiToText(markup)).toBe(plain)
  })

  it('never takes long for hostile text', () => {
    for (const part of ['*a ', '{{', '[a|', '!a', '_', '{code:', '|', '\\\\ ', ' ', '-', '!']) {
      expect(typeof wikiToText(part.repeat(20_000))).toBe('string')
    }
  }, 5000)
})
