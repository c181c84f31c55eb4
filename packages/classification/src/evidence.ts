import { categories, categoryOf, categoryProbabilities, type WorkTypeProbabilities, workTypes } from '@headroom/domain'
import { tokenText, type Tokens } from './clean-text.ts'
import type { ClassifierInput } from './classifier-input.ts'
import { extractFeatures, type FeatureSource, listed } from './features.ts'
import type { Model } from './model.ts'

/** One reason for a decision, in words that a reader of the ticket understands. */
export interface Evidence {
  /** Such as `title says "flaky"`, `label "tech-debt"`, `rule "Spikes" matched`. */
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
  const reasons = new Map<number, Reason>()
  scratch.observer = (slot, source, from, to) => {
    const part = (shares[slot] as number) / (to - from + 1)
    for (let place = from; place <= to; place++) {
      const id = reasonId(model, source, place)
      const known = reasons.get(id)
      if (known) known.weight += part
      else reasons.set(id, { source, place, weight: part })
    }
  }
  extractFeatures(input, scratch)
  scratch.observer = null
  return [...reasons.values()]
    .filter((reason) => Math.abs(reason.weight) >= weightMin)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.source.localeCompare(b.source) || a.place - b.place)
    .slice(0, reasonsMax)
    .map(({ source, place, weight }) => ({ text: describe(model, input, source, place), weight: round(weight) }))
}

interface Reason {
  readonly source: FeatureSource
  readonly place: number
  weight: number
}

function round(weight: number): number {
  return Math.round(weight * 1000) / 1000
}

/** How the log odds of the most probable category change with each work type's score. */
function slopes(probabilities: WorkTypeProbabilities): number[] {
  const sums = categoryProbabilities(probabilities)
  const best = categories.reduce((a, b) => (sums[b] > sums[a] ? b : a))
  const inside = Math.max(sums[best], 1e-9)
  const outside = Math.max(1 - sums[best], 1e-9)
  return workTypes.map((type) => (categoryOf(type) === best ? probabilities[type] / inside : -probabilities[type] / outside))
}

/** What one occurrence of each feature adds to those log odds. */
function featureShares(model: Model, slope: readonly number[]): Float64Array {
  const { bucket, value, times, count } = model.scratch
  const shares = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const at = (bucket[i] as number) * classCount
    let sum = 0
    for (let k = 0; k < classCount; k++) sum += (slope[k] as number) * (model.weights[at + k] as number)
    shares[i] = (sum * (value[i] as number)) / (times[i] as number)
  }
  return shares
}

/** One number for a source and, in texts, the word itself, so that its repetitions come together. */
function reasonId(model: Model, source: FeatureSource, place: number): number {
  const tokens = tokensOf(model, source)
  const detail = tokens && place >= 0 ? (tokens.hash[place] ?? 0) >>> 0 : place + 1
  return sourceNumber[source] * 2 ** 33 + (place < 0 ? 0 : 2 ** 32) + detail
}

/** A word's form features (being the first word) belong to the word. */
const sourceNumber = {
  title: 0,
  'title-form': 0,
  description: 1,
  'description-form': 1,
  type: 2,
  label: 3,
  component: 4,
  priority: 5,
  parent: 6,
} as const satisfies Record<FeatureSource, number>

function tokensOf(model: Model, source: FeatureSource): Tokens | null {
  if (sourceNumber[source] === 0) return model.scratch.title
  return sourceNumber[source] === 1 ? model.scratch.body : null
}

function describe(model: Model, input: ClassifierInput, source: FeatureSource, place: number): string {
  const tokens = tokensOf(model, source)
  if (tokens) {
    const where = sourceNumber[source] === 0 ? 'title' : 'description'
    if (place < 0) return where === 'title' ? 'how the title is built' : 'how long the description is'
    const word = tokenText(tokens, place)
    const stand = standIns[word]
    return stand ? `${where} has ${stand}` : `${where} says "${word}"`
  }
  if (source === 'type') return input.type ? `type is "${input.type}"` : input.isEpic ? 'it is an epic' : 'it is a sub-task'
  if (source === 'label') return `label "${listed(input.labels)[place] ?? ''}"`
  if (source === 'component') return `component "${listed(input.components)[place] ?? ''}"`
  if (source === 'priority') return `priority is "${input.priority ?? ''}"`
  return `parent is "${shorten(input.parent?.title ?? '')}"`
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
