import type { ClassifierInput } from './classifier-input.ts'
import { createTokens, type Tokens, tokenize } from './clean-text.ts'
import { hashPair, hashStart, hashStep, hashText, spread } from './hash.ts'

/** Number of buckets that features are hashed into. */
export const bucketCount = 2 ** 18

/**
 * The blocks of the feature vector. Each has its own length (L2), so that a long description does not drown the title.
 * The strengths were set by hand and not searched for.
 */
const groupStrength = [1, 0.6, 1, 0.6, 1] as const
export const group = { title: 0, spelling: 1, text: 2, form: 3, fields: 4 } as const
export type Group = 0 | 1 | 2 | 3 | 4

/** Where features come from. Numbers, since every occurrence of every feature is told. */
export const origins = {
  title: 0,
  titleForm: 1,
  description: 2,
  descriptionForm: 3,
  type: 4,
  label: 5,
  component: 6,
  priority: 7,
  parent: 8,
} as const
export type Origin = (typeof origins)[keyof typeof origins]

/** The features of one ticket, and reusable storage for them. Entry i is (bucket[i], value[i]). */
export interface FeatureSet {
  count: number
  readonly bucket: Int32Array
  readonly groupOf: Uint8Array
  /** How often the feature occurs in the ticket. */
  readonly times: Uint16Array
  readonly value: Float64Array
  readonly table: Int32Array
  readonly occurrences: Occurrences
  readonly title: Tokens
  readonly body: Tokens
  readonly field: Tokens
}

/** Every occurrence of every feature, in the order of reading; the last ones of an endless ticket are left out. */
export interface Occurrences {
  count: number
  /** Which feature of the set. */
  readonly slot: Uint16Array
  readonly origin: Uint8Array
  /** The first token, or list entry, that it was made from; -1 for properties of a whole text. */
  readonly from: Int16Array
  /** How many tokens it was made from. */
  readonly length: Uint8Array
}

const tableSize = 8192
const featuresMax = 5000
const occurrencesMax = 16384
const titleCharsMax = 400
/** Tokens of a title, tokens of a description, and labels or components, beyond which the rest is not read. */
export const titleTokensMax = 60
export const bodyTokensMax = 400
export const listMax = 30
const bodyCharsMax = 6000

/** Storage for the features of one ticket at a time. */
export function createFeatureSet(): FeatureSet {
  return {
    count: 0,
    bucket: new Int32Array(featuresMax),
    groupOf: new Uint8Array(featuresMax),
    times: new Uint16Array(featuresMax),
    value: new Float64Array(featuresMax),
    table: new Int32Array(tableSize),
    title: createTokens(titleTokensMax),
    body: createTokens(bodyTokensMax),
    field: createTokens(40),
    occurrences: {
      count: 0,
      slot: new Uint16Array(occurrencesMax),
      origin: new Uint8Array(occurrencesMax),
      from: new Int16Array(occurrencesMax),
      length: new Uint8Array(occurrencesMax),
    },
  }
}

/**
 * Reads the features of a ticket into `set`: words and pairs of words of the title and of the whole text, spelling
 * (3 to 5 letters) of the title's words, the form of title and description, and the tracker's fields.
 * The order of labels and components does not matter.
 */
export function extractFeatures(input: ClassifierInput, set: FeatureSet): void {
  clear(set)
  tokenize(input.title, titleCharsMax, set.title)
  tokenize(input.description, bodyCharsMax, set.body)
  addTitle(set)
  addBody(set)
  addTitleForm(set, input.title)
  addBodyForm(set)
  addFields(set, input)
  weigh(set)
}

function clear(set: FeatureSet): void {
  set.table.fill(0)
  set.count = 0
  set.occurrences.count = 0
}

/** Counts one occurrence of a feature. */
function add(set: FeatureSet, id: number, of: Group, origin: Origin, from: number, to: number): void {
  const bucket = spread(id, salts[of] ?? 0) & (bucketCount - 1)
  let at = Math.imul(bucket, 0x9e3779b1) >>> 19
  let slot = (set.table[at] ?? 0) - 1
  while (slot >= 0 && (set.bucket[slot] !== bucket || set.groupOf[slot] !== of)) {
    at = (at + 1) & (tableSize - 1)
    slot = (set.table[at] ?? 0) - 1
  }
  if (slot < 0) {
    if (set.count >= featuresMax) return
    slot = set.count++
    set.table[at] = slot + 1
    set.bucket[slot] = bucket
    set.groupOf[slot] = of
    set.times[slot] = 0
  }
  set.times[slot] = (set.times[slot] as number) + 1
  note(set.occurrences, slot, origin, from, to)
}

function note(occurrences: Occurrences, slot: number, origin: Origin, from: number, to: number): void {
  const at = occurrences.count
  if (at >= occurrencesMax) return
  occurrences.slot[at] = slot
  occurrences.origin[at] = origin
  occurrences.from[at] = from
  occurrences.length[at] = to - from + 1
  occurrences.count = at + 1
}

const salts = [0x1b873593, 0x52dce729, 0x38495ab5, 0x6d2b79f5, 0x2545f491]

function addTitle(set: FeatureSet): void {
  const { title } = set
  for (let i = 0; i < title.count; i++) {
    const hash = title.hash[i] ?? 0
    add(set, hash, group.title, origins.title, i, i)
    add(set, hash, group.text, origins.title, i, i)
    if (i > 0) {
      const pair = hashPair(title.hash[i - 1] ?? 0, hash)
      add(set, pair, group.title, origins.title, i - 1, i)
      add(set, pair, group.text, origins.title, i - 1, i)
    }
    addSpelling(set, title, i)
  }
}

/** Pieces of 3 to 5 letters of one word, its ends marked. */
function addSpelling(set: FeatureSet, tokens: Tokens, index: number): void {
  const start = tokens.start[index] ?? 0
  const length = (tokens.start[index + 1] ?? 0) - start
  if (length < 3) return
  for (let from = -1; from + 3 <= length + 1; from++) {
    let hash = hashStart
    for (let size = 1; size <= 5 && from + size <= length + 1; size++) {
      const at = from + size - 1
      hash = hashStep(hash, at < 0 || at === length ? 0x20 : (tokens.chars[start + at] ?? 0))
      if (size >= 3) add(set, hash, group.spelling, origins.title, index, index)
    }
  }
}

function addBody(set: FeatureSet): void {
  const { body } = set
  for (let i = 0; i < body.count; i++) {
    const hash = body.hash[i] ?? 0
    add(set, hash, group.text, origins.description, i, i)
    if (i > 0) add(set, hashPair(body.hash[i - 1] ?? 0, hash), group.text, origins.description, i - 1, i)
  }
}

const form = {
  first: hashText('first'),
  firstTwo: hashText('first-two'),
  last: hashText('last'),
  length: hashText('length'),
  question: hashText('question'),
  identifier: hashText('identifier'),
  bodyFirst: hashText('body-first'),
  bodyFirstTwo: hashText('body-first-two'),
  bodyLength: hashText('body-length'),
  bodyIdentifier: hashText('body-identifier'),
}

/** How the title is built: its first word (also behind an area prefix such as `iOS:`), its last, its length, a question. */
function addTitleForm(set: FeatureSet, text: string): void {
  const { title } = set
  const starts = title.afterPrefix > 0 ? [0, title.afterPrefix] : [0]
  for (const at of starts) {
    if (at >= title.count) continue
    const hash = title.hash[at] ?? 0
    add(set, hashPair(form.first, hash), group.form, origins.titleForm, at, at)
    if (at + 1 < title.count) {
      const pair = hashPair(hash, title.hash[at + 1] ?? 0)
      add(set, hashPair(form.firstTwo, pair), group.form, origins.titleForm, at, at + 1)
    }
  }
  const last = title.count - 1
  if (last >= 0) add(set, hashPair(form.last, title.hash[last] ?? 0), group.form, origins.titleForm, last, last)
  add(set, hashPair(form.length, sizeClass(title.count)), group.form, origins.titleForm, -1, -1)
  if (text.trimEnd().endsWith('?')) add(set, form.question, group.form, origins.titleForm, -1, -1)
  if (title.identifier) add(set, form.identifier, group.form, origins.titleForm, -1, -1)
}

function addBodyForm(set: FeatureSet): void {
  const { body } = set
  add(set, hashPair(form.bodyLength, sizeClass(body.count)), group.form, origins.descriptionForm, -1, -1)
  if (body.identifier) add(set, form.bodyIdentifier, group.form, origins.descriptionForm, -1, -1)
  if (body.count < 2) return
  const first = body.hash[0] ?? 0
  add(set, hashPair(form.bodyFirst, first), group.form, origins.descriptionForm, 0, 0)
  add(set, hashPair(form.bodyFirstTwo, hashPair(first, body.hash[1] ?? 0)), group.form, origins.descriptionForm, 0, 1)
}

/** 0, 1-2, 3-4, 5-8, 9-16, ... as 0, 1, 2, 3, 4, ... */
function sizeClass(count: number): number {
  return count === 0 ? 0 : 1 + Math.ceil(Math.log2(Math.max(1, count / 2)))
}

const field = {
  type: hashText('type'),
  kind: hashText('kind'),
  label: hashText('label'),
  component: hashText('component'),
  priority: hashText('priority'),
  parentType: hashText('parent-type'),
  parentTitle: hashText('parent-title'),
  epic: hashText('is-epic'),
  subtask: hashText('is-subtask'),
}

/** The tracker's fields. Words of types and labels also share one space, since a label `bug` means what a type `Bug` means. */
function addFields(set: FeatureSet, input: ClassifierInput): void {
  if (input.type) {
    addFieldWords(set, input.type, field.type, origins.type, 0)
    addFieldWords(set, input.type, field.kind, origins.type, 0)
  }
  if (input.isEpic) add(set, field.epic, group.fields, origins.type, 0, 0)
  if (input.isSubtask) add(set, field.subtask, group.fields, origins.type, 0, 0)
  for (const [i, label] of listed(input.labels).entries()) {
    addFieldWords(set, label, field.label, origins.label, i)
    addFieldWords(set, label, field.kind, origins.label, i)
  }
  for (const [i, component] of listed(input.components).entries()) {
    addFieldWords(set, component, field.component, origins.component, i)
  }
  if (input.priority) addFieldWords(set, input.priority, field.priority, origins.priority, 0)
  if (input.parent) {
    if (input.parent.type) addFieldWords(set, input.parent.type, field.parentType, origins.parent, 0)
    addFieldWords(set, input.parent.title, field.parentTitle, origins.parent, 0)
  }
}

/** The labels or components that count, in an order that does not depend on the tracker's. */
export function listed(names: readonly string[]): readonly string[] {
  return names.length < 2 ? names : [...names].sort().slice(0, listMax)
}

function addFieldWords(set: FeatureSet, text: string, kind: number, origin: Origin, place: number): void {
  const { field: tokens } = set
  tokenize(text, 200, tokens)
  let whole = kind
  for (let i = 0; i < tokens.count; i++) {
    const hash = tokens.hash[i] ?? 0
    whole = hashPair(whole, hash)
    add(set, hashPair(kind, hash), group.fields, origin, place, place)
  }
  if (tokens.count > 1) add(set, whole, group.fields, origin, place, place)
}

/** Turns counts into values: 1 + ln(count), then each block to its strength. */
function weigh(set: FeatureSet): void {
  const squares = [0, 0, 0, 0, 0]
  for (let i = 0; i < set.count; i++) {
    const value = 1 + Math.log(set.times[i] as number)
    set.value[i] = value
    const of = set.groupOf[i] ?? 0
    squares[of] = (squares[of] ?? 0) + value * value
  }
  const scale = squares.map((square, of) => (square > 0 ? (groupStrength[of] ?? 1) / Math.sqrt(square) : 0))
  for (let i = 0; i < set.count; i++) set.value[i] = (set.value[i] ?? 0) * (scale[set.groupOf[i] ?? 0] ?? 0)
}
