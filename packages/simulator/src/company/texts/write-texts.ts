import { categoryOf, type WorkType } from '@headroom/domain'
import type { TeamTopic } from '../model.ts'
import type { Random } from '../random.ts'
import { textsByWorkType } from './by-work-type.ts'
import { comments, foreignTitles, tails, vagueTitles } from './common.ts'
import { createWriter, type Writer } from './grammar.ts'
import { sharedLexicon, topicLexicons } from './lexicon.ts'
import { dependencyTitles } from './operations.ts'

/** A ticket's title and description, and the writer that knows its words, for comments. */
export interface WrittenTexts {
  readonly title: string
  readonly description: string
  readonly writer: Writer
}

/**
 * Title and description of a ticket. `about` are words of the epic that it shares; `stepOf` is the title of the story that
 * it is a step of.
 */
export function writeTicket(args: {
  random: Random
  topic: TeamTopic
  workType: WorkType
  about: Readonly<Record<string, string>>
  stepOf: string | null
  byBot: boolean
}): WrittenTexts {
  const { random, workType, topic } = args
  const writer = writerFor(random, topic, workType, args.about)
  const { titles, descriptions } = textsByWorkType[workType]
  const frame = args.byBot ? random.pick(dependencyTitles) : titleFrame(random, workType, titles)
  const step = args.stepOf !== null && random.chance(0.45)
  const title = step ? `${random.pick(steps)} ${args.stepOf}` : tidy(random, writer.fill(frame))
  const description = args.byBot
    ? writer.fill(descriptions[0] ?? '')
    : random.chance(0.15)
      ? ''
      : describe(random, writer, descriptions, frame)
  return { title, description: random.chance(0.1) ? withTypos(random, description) : description, writer }
}

function titleFrame(random: Random, workType: WorkType, titles: readonly string[]): string {
  const style = random.next()
  if (style < 0.02) return random.pick(foreignTitles[categoryOf(workType)])
  return random.pick(style < 0.075 ? vagueTitles : titles)
}

/** Title and description of an epic or a project, and the words that its tickets share. */
export function writeBundle(
  random: Random,
  topic: TeamTopic,
  workType: WorkType,
): { title: string; description: string; about: Record<string, string> } {
  const writer = writerFor(random, topic, workType, {})
  const texts = textsByWorkType[workType]
  const title = tidy(random, writer.fill(random.pick(texts.bundles)))
  const description = random.chance(0.3) ? '' : writer.fill(random.pick(texts.descriptions))
  const about = Object.fromEntries(
    ['object', 'screen', 'internal', 'partner'].map((slot) => [slot, writer.fill(`{${slot}}`)]),
  )
  return { title, description, about }
}

/** A comment on a ticket. */
export function writeComment(random: Random, writer: Writer, who: 'worker' | 'onlooker' | 'bot'): string {
  return writer.fill(random.pick(comments[who]))
}

const steps = [
  'Backend:',
  'Frontend:',
  'API:',
  'DB:',
  'UI -',
  '[BE]',
  '[FE]',
  'Part 1:',
  'Part 2:',
  'Rollout:',
  'Wiring:',
  'Mapping:',
  'Data:',
]

function writerFor(
  random: Random,
  topic: TeamTopic,
  workType: WorkType,
  about: Readonly<Record<string, string>>,
): Writer {
  return createWriter(random, [textsByWorkType[workType].lexicon, topicLexicons[topic], sharedLexicon], about)
}

function describe(random: Random, writer: Writer, frames: readonly string[], title: string): string {
  const slots = slotsOf(title)
  const weights = frames.map((frame) => 0.15 + slotsOf(frame).filter((slot) => slots.includes(slot)).length ** 2)
  const chosen = () =>
    frames[Number(random.weighted(Object.fromEntries(weights.map((weight, i) => [i, weight]))))] ?? ''
  const first = chosen()
  const second = random.chance(0.12) ? chosen() : first
  const more = second === first ? '' : `\n\n${writer.fill(second)}`
  const tail = random.chance(0.3) ? `\n\n${writer.fill(random.pick(tails))}` : ''
  return `${writer.fill(first)}${more}${tail}`
}

const knownSlots = new Map<string, readonly string[]>()

/** What a frame talks about. A description is mostly about the same things as its title. */
function slotsOf(frame: string): readonly string[] {
  const known = knownSlots.get(frame)
  if (known) return known
  const slots = [...new Set([...frame.matchAll(/\{(?:\^|\+|a )?([a-z]+)\d?\}/g)].map((match) => match[1] as string))]
  knownSlots.set(frame, slots)
  return slots
}

/** Spaces of alternatives left out, and the carelessness of a quick hand. */
function tidy(random: Random, title: string): string {
  const clean = title
    .replace(/\s+/g, ' ')
    .replace(/\s+([,.:?])/g, '$1')
    .trim()
  const cased =
    clean.charAt(0) === clean.charAt(0).toLowerCase() && random.chance(0.7)
      ? clean.charAt(0).toUpperCase() + clean.slice(1)
      : clean
  if (random.chance(0.05)) return cased.toLowerCase()
  return random.chance(0.04) ? withTypos(random, cased) : cased
}

const shorthand: readonly (readonly [RegExp, string])[] = [
  [/\bplease\b/gi, 'pls'],
  [/\bwith\b/g, 'w/'],
  [/\band\b/g, '&'],
  [/\bbecause\b/g, 'bc'],
  [/\bwithout\b/g, 'w/o'],
  [/\bthe\b/, 'teh'],
  [/\breceive/g, 'recieve'],
  [/\bseparate/g, 'seperate'],
  [/\bshipment/g, 'shpmt'],
  [/\bcustomer/g, 'cust'],
  [/\bcannot\b/g, 'cant'],
]

function withTypos(random: Random, text: string): string {
  const [pattern, replacement] = random.pick(shorthand)
  const shortened = text.replace(pattern, replacement)
  const at = random.int(1, Math.max(1, shortened.length - 3))
  const pair = shortened.slice(at, at + 2)
  return /^[a-z]{2}$/.test(pair)
    ? shortened.slice(0, at) + pair.charAt(1) + pair.charAt(0) + shortened.slice(at + 2)
    : shortened
}
