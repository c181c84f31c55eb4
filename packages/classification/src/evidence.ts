import { categories, categoryOf, categoryProbabilities, type WorkTypeProbabilities, workTypes } from '@headroom/domain'
import type { ClassifierInput } from './classifier-input.ts'
import { type Tokens, tokenText } from './clean-text.ts'
import { bodyTokensMax, extractFeatures, listed, listMax, type Origin, origins, titleTokensMax } from './features.ts'
import type { Model } from './model.ts'
import { addRow } from './weight-table.ts'

/** One reason for a decision, in words that a reader of the ticket understands. */
export interface Evidence {
  /** Such as `title says "flaky"`, `label "tech-debt"`, `rule "Spikes"`. */
  readonly text: string
  /** How strongly it spoke for the decision, in units of log odds; negative spoke against it. Null where nothing is weighed. */
  readonly weight: number | null
}

const classCount = workTypes.length
const reasonsMax = 6
const weightMin = 0.02

/**
 * Explains a prediction by walking the ticket's own features once more: what each word and field added to the log odds
 * of the most probable category. Expects `model.scratch` to hold the features of this very input.
 */
export function explain(model: Model, input: ClassifierInput, probabilities: WorkTypeProbabilities): Evidence[] {
  const { scratch } = model
  const shares = featureShares(model, slopes(probabilities))
  const sums = new Float64Array(placeCount)
  scratch.observer = (slot, origin, from, to) => {
    const base = (firstPlace[origin] as number) + 1
    const part = (shares[slot] as number) / (to - from + 1)
    for (let at = base + from; at <= base + to; at++) sums[at] = (sums[at] as number) + part
  }
  extractFeatures(input, scratch)
  scratch.observer = null
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
function slopes(probabilities: WorkTypeProbabilities): number[] {
  const sums = categoryProbabilities(probabilities)
  const best = categories.reduce((a, b) => (sums[b] > sums[a] ? b : a))
  const inside = Math.max(sums[best], 1e-9)
  const outside = Math.max(1 - sums[best], 1e-9)
  return workTypes.map((type) =>
    categoryOf(type) === best ? probabilities[type] / inside : -probabilities[type] / outside,
  )
}

/** What one occurrence of each feature adds to those log odds. */
function featureShares(model: Model, slope: readonly number[]): Float64Array {
  const { bucket, value, times, count } = model.scratch
  const shares = new Float64Array(count)
  const weights = new Float64Array(classCount)
  for (let i = 0; i < count; i++) {
    weights.fill(0)
    addRow(model.table, bucket[i] as number, (value[i] as number) / (times[i] as number), weights, 0)
    let sum = 0
    for (let k = 0; k < classCount; k++) sum += (slope[k] as number) * (weights[k] as number)
    shares[i] = sum
  }
  return shares
}

/** Adds what repetitions of a word say to its first occurrence. */
function joinRepeated(sums: Float64Array, tokens: Tokens, origin: Origin): void {
  const base = (firstPlace[origin] as number) + 1
  const first = new Map<number, number>()
  for (let i = 0; i < tokens.count; i++) {
    const at = first.get(tokens.hash[i] as number)
    if (at === undefined) first.set(tokens.hash[i] as number, base + i)
    else {
      sums[at] = (sums[at] as number) + (sums[base + i] as number)
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
