import { categories, categoryOf, categoryProbabilities, type WorkTypeProbabilities, workTypes } from '@headroom/domain'
import type { ClassifierInput } from './classifier-input.ts'
import { type Tokens, tokenText } from './clean-text.ts'
import { bodyTokensMax, listed, listMax, type Origin, origins, titleTokensMax } from './features.ts'
import type { Model } from './model.ts'
import { rowTimes } from './weight-table.ts'

/** One reason for a decision, in words that a reader of the ticket understands. */
export interface Evidence {
  /** Such as `title says "flaky"`, `label "tech-debt"`, `rule "Spikes"`. */
  readonly text: string
  /** How strongly it spoke for the decision, in units of log odds; negative spoke against it. Null where nothing is weighed. */
  readonly weight: number | null
}

const reasonsMax = 6
const weightMin = 0.02

/**
 * Explains a prediction: what each word and field added to the log odds of the most probable category.
 * Expects `model.scratch` to hold the features of this very input.
 */
export function explain(model: Model, input: ClassifierInput, probabilities: WorkTypeProbabilities): Evidence[] {
  const { scratch } = model
  const shares = featureShares(model, slopes(probabilities))
  const sums = new Float64Array(placeCount)
  const { slot, origin, from, length, count } = scratch.occurrences
  for (let i = 0; i < count; i++) {
    const first = (firstPlace[origin[i] as number] as number) + 1 + (from[i] as number)
    const words = length[i] as number
    const part = (shares[slot[i] as number] as number) / words
    for (let at = first; at < first + words; at++) sums[at] = (sums[at] as number) + part
  }
  joinRepeated(sums, scratch.title, origins.title)
  joinRepeated(sums, scratch.body, origins.description)
  return strongest(sums).map((place) => ({ text: describe(model, input, place), weight: round(sums[place] as number) }))
}

/**
 * Everything that can be a reason has a place in one array: per origin one for the text as a whole (-1), then one per
 * token or list entry. The form of a text shares the places of its words: being the first word belongs to the word.
 */
const places: readonly (readonly [origin: Origin, form: Origin, count: number])[] = [
  [origins.title, origins.titleForm, titleTokensMax],
  [origins.description, origins.descriptionForm, bodyTokensMax],
  [origins.type, origins.type, 1],
  [origins.label, origins.label, listMax],
  [origins.component, origins.component, listMax],
  [origins.priority, origins.priority, 1],
  [origins.parent, origins.parent, 1],
]
const firstPlace: number[] = []
let placeCount = 0
for (const [origin, form, count] of places) {
  firstPlace[origin] = placeCount
  firstPlace[form] = placeCount
  placeCount += count + 1
}

/** How the log odds of the most probable category change with each work type's score. */
function slopes(probabilities: WorkTypeProbabilities): Float64Array {
  const sums = categoryProbabilities(probabilities)
  const best = categories.reduce((a, b) => (sums[b] > sums[a] ? b : a))
  const inside = Math.max(sums[best], 1e-9)
  const outside = Math.max(1 - sums[best], 1e-9)
  return Float64Array.from(workTypes, (type) =>
    categoryOf(type) === best ? probabilities[type] / inside : -probabilities[type] / outside,
  )
}

/** What one occurrence of each feature adds to those log odds. */
function featureShares(model: Model, slope: Float64Array): Float64Array {
  const { bucket, value, times, count } = model.scratch
  const shares = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const amount = (value[i] as number) / (times[i] as number)
    shares[i] = amount * rowTimes(model.table, bucket[i] as number, slope)
  }
  return shares
}

/** Where each word was met first, by its hash: a table with open addressing, emptied for each text. */
const seen = new Int16Array(1024)

/** Adds what repetitions of a word say to its first occurrence. */
function joinRepeated(sums: Float64Array, tokens: Tokens, origin: Origin): void {
  const base = (firstPlace[origin] as number) + 1
  seen.fill(0)
  for (let i = 0; i < tokens.count; i++) {
    let at = Math.imul(tokens.hash[i] as number, 0x9e3779b1) >>> 22
    while (seen[at] !== 0 && tokens.hash[(seen[at] as number) - 1] !== tokens.hash[i]) at = (at + 1) & 1023
    if (seen[at] === 0) seen[at] = i + 1
    else {
      const first = base + (seen[at] as number) - 1
      sums[first] = (sums[first] as number) + (sums[base + i] as number)
      sums[base + i] = 0
    }
  }
}

/** The places that spoke most, for or against, strongest first. */
function strongest(sums: Float64Array): number[] {
  const found: number[] = []
  for (let place = 0; place < placeCount; place++) if (Math.abs(sums[place] as number) >= weightMin) found.push(place)
  const strength = (place: number) => Math.abs(sums[place] as number)
  return found.sort((a, b) => strength(b) - strength(a) || a - b).slice(0, reasonsMax)
}

function describe(model: Model, input: ClassifierInput, place: number): string {
  const [origin = origins.title] = places.findLast(([of]) => (firstPlace[of] as number) <= place) ?? []
  const at = place - (firstPlace[origin] as number) - 1
  switch (origin) {
    case origins.title:
      return at < 0 ? 'how the title is built' : describeWord('title', tokenText(model.scratch.title, at))
    case origins.description:
      return at < 0 ? 'how the description is built' : describeWord('description', tokenText(model.scratch.body, at))
    case origins.type:
      return input.type ? `type "${shorten(input.type)}"` : input.isEpic ? 'it is an epic' : 'it is a sub-task'
    case origins.label:
      return `label "${shorten(listed(input.labels)[at] ?? '')}"`
    case origins.component:
      return `component "${shorten(listed(input.components)[at] ?? '')}"`
    case origins.priority:
      return `priority "${shorten(input.priority ?? '')}"`
    default:
      return `parent "${shorten(input.parent?.title ?? '')}"`
  }
}

function describeWord(where: string, word: string): string {
  const stand = standIns[word]
  return stand ? `${where} has ${stand}` : `${where} says "${word}"`
}

const standIns: Readonly<Record<string, string>> = {
  xcode: 'a block of code',
  xtrace: 'a stack trace',
  xurl: 'an address',
  xuser: 'a mention of a person',
  ximage: 'an image',
  xkey: 'the key of a ticket',
  xhex: 'a hexadecimal id',
  xversion: 'a version number',
  xnumber: 'a number',
  xblob: 'an unbroken run of letters',
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function round(weight: number): number {
  return Math.round(weight * 1000) / 1000
}
