import { type WorkType, workTypes } from '@headroom/domain'
import type { AskedText } from './prompt.ts'

/** What became of an answer. Everything but `answered` is counted and has no say. */
export const answerOutcomes = [
  'answered',
  'no-opinion',
  'malformed',
  'unknown-work-type',
  'no-quote',
  'addresses-model',
  'refused',
] as const
export type AnswerOutcome = (typeof answerOutcomes)[number]

export type ReadAnswer =
  | { readonly outcome: 'answered'; readonly workType: WorkType; readonly quote: string }
  | { readonly outcome: Exclude<AnswerOutcome, 'answered'> }

const quoteMin = 3
const quoteMax = 300

/**
 * Reads what a language model wrote about a ticket. It counts only as one JSON object with a known work type and a quote
 * that stands in the ticket letter for letter (white space apart); anything else is discarded, never repaired.
 */
export function readAnswer(content: string, asked: AskedText): ReadAnswer {
  const answer = parseObject(content)
  if (!answer) return { outcome: 'malformed' }
  const { workType, quote, ...others } = answer
  if (Object.keys(others).length > 0) return { outcome: 'malformed' }
  if (workType === null) return { outcome: 'no-opinion' }
  const known = workTypes.find((type) => type === workType)
  if (!known) return { outcome: 'unknown-work-type' }
  if (typeof quote !== 'string' || !standsIn(quote, asked)) return { outcome: 'no-quote' }
  return { outcome: 'answered', workType: known, quote }
}

function parseObject(content: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(content)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null
  } catch {
    return null
  }
}

/** In the title or in the description; not over the seam of both, and not a single letter. */
function standsIn(quote: string, { title, description }: AskedText): boolean {
  const wanted = joined(quote)
  if (wanted.length < quoteMin || wanted.length > quoteMax || !/\p{L}/u.test(wanted)) return false
  return joined(title).includes(wanted) || joined(description).includes(wanted)
}

function joined(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ')
}
