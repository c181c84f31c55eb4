import type { Lexicon } from './grammar.ts'

/** How people write tickets of one work type: frames for {@link Writer}, and words of its own. */
export interface WorkTypeTexts {
  readonly titles: readonly string[]
  readonly descriptions: readonly string[]
  readonly lexicon: Lexicon
  /** Titles of epics and projects whose main purpose is this work type. */
  readonly bundles: readonly string[]
  readonly labels: readonly string[]
}
