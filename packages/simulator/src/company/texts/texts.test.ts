import { workTypes } from '@headroom/domain'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { textsByWorkType } from './by-work-type.ts'
import { comments, foreignTitles, tails, vagueTitles } from './common.ts'
import { createWriter } from './grammar.ts'
import { sharedLexicon, topicLexicons } from './lexicon.ts'

describe('the texts', () => {
  it('fill every frame of every work type in every team, leaving no slot and no alternative open', () => {
    const common = [...vagueTitles, ...tails, ...Object.values(foreignTitles).flat(), ...Object.values(comments).flat()]
    for (const workType of workTypes) {
      const texts = textsByWorkType[workType]
      for (const [topic, lexicon] of Object.entries(topicLexicons)) {
        const shared = workType === 'defect' ? common : []
        for (const frame of [...texts.titles, ...texts.descriptions, ...texts.bundles, ...shared]) {
          const text = createWriter(createRandom(`${topic}${frame}`), [texts.lexicon, lexicon, sharedLexicon]).fill(
            frame,
          )
          if (/[{}|]/.test(text.replaceAll('{code}', ''))) expect.fail(`${frame} became ${text}`)
        }
      }
    }
  })

  it('keep the word of a slot, and draw another one for the second', () => {
    const writer = createWriter(createRandom('x'), [{ thing: ['a', 'b'] }])
    const text = writer.fill('{thing} {thing} {thing2}')
    expect(['a a b', 'b b a']).toContain(text)
  })

  it('say which slot is unknown', () => {
    const writer = createWriter(createRandom('x'), [{}])
    expect(() => writer.fill('{nothing}')).toThrow('{nothing}')
  })
})
