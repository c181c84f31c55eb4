import type { Random } from '../random.ts'

/** Words to fill slots with, by slot name. Words may hold slots themselves. */
export type Lexicon = Readonly<Record<string, readonly string[]>>

/** Writes texts about one thing: a slot that was filled once keeps its word, so that title and description agree. */
export interface Writer {
  /**
   * Fills a frame. `[a|b|c]` is one of the alternatives; `{slot}` a word; `{slot2}` another word of the same slot;
   * `{^slot}` capitalised, `{+slot}` plural, `{a slot}` with its article; `{#2-40}` a new number each time;
   * `{=code}` is `{code}` itself.
   */
  fill(frame: string): string
}

/** A writer whose earlier lexicons win over later ones; `known` slots are filled already. Unknown slots are a mistake in the texts and throw. */
export function createWriter(
  random: Random,
  lexicons: readonly Lexicon[],
  known: Readonly<Record<string, string>> = {},
): Writer {
  const filled = new Map<string, string>(Object.entries(known))
  const fill = (frame: string): string => {
    const chosen = chooseAlternatives(random, frame)
    return chosen.replace(/\{([^{}]+)\}/g, (_, spec: string) => slotText(spec))
  }
  const slotText = (spec: string): string => {
    if (spec.startsWith('=')) return `{${spec.slice(1)}}`
    if (spec.startsWith('#')) {
      const [low, high] = spec.slice(1).split('-').map(Number)
      return String(random.int(low ?? 0, high ?? 9))
    }
    const [, modifier, name] = /^(\^|\+|a )?(.+)$/.exec(spec) as unknown as [string, string | undefined, string]
    return modify(modifier, word(name))
  }
  const word = (slot: string): string => {
    const before = filled.get(slot)
    if (before !== undefined) return before
    const base = slot.replace(/\d$/, '')
    const words = lexicons.find((lexicon) => lexicon[base])?.[base]
    if (!words) throw new Error(`The texts use the slot {${slot}}, which no lexicon knows.`)
    const taken = new Set(['', '2', '3'].map((suffix) => filled.get(base + suffix)))
    const free = words.filter((candidate) => !taken.has(candidate))
    const text = fill(random.pick(free.length > 0 ? free : words))
    filled.set(slot, text)
    return text
  }
  return { fill }
}

/** Innermost alternatives first, so that they may be nested. A Markdown link or checkbox has no bar and stays. */
function chooseAlternatives(random: Random, frame: string): string {
  let text = frame
  for (let depth = 0; depth < 4; depth++) {
    const next = text.replace(/\[([^[\]]*\|[^[\]]*)\]/g, (_, options: string) => random.pick(options.split('|')))
    if (next === text) break
    text = next
  }
  return text
}

function modify(modifier: string | undefined, text: string): string {
  if (modifier === '^') return text.charAt(0).toUpperCase() + text.slice(1)
  if (modifier === '+') return plural(text)
  if (modifier === 'a ') return `${/^[aeio]|^u[^ns]|^ETA|^HS/.test(text) ? 'an' : 'a'} ${text}`
  return text
}

function plural(text: string): string {
  if (/[^aeiou]y$/.test(text)) return `${text.slice(0, -1)}ies`
  if (/sis$/.test(text)) return `${text.slice(0, -2)}es`
  if (/(s|x|ch|sh)$/.test(text)) return `${text}es`
  return `${text}s`
}
