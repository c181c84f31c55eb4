import { hashStart, hashStep } from './hash.ts'
import { isWide, isWord, lowerCase } from './letters.ts'
import { skipMarkup } from './markup.ts'
import type { Placeholder } from './placeholders.ts'

/** Reusable storage for the tokens of one text: lower-case words and placeholders in their order. */
export interface Tokens {
  count: number
  /** Length of the used part of `chars`. */
  charCount: number
  readonly countMax: number
  /** FNV-1a of each token's characters. */
  readonly hash: Int32Array
  /** Token i is `chars[start[i]]` to `chars[start[i + 1] - 1]`. */
  readonly start: Int32Array
  readonly chars: Uint16Array
  /** Index of the token that follows the first colon or closing bracket, where an area prefix ends; 0 when there is none. */
  afterPrefix: number
  /** True when a word was split at inner capitals, as in `readFile`. */
  identifier: boolean
}

const wordCharsMax = 40

/** Storage for at most `countMax` tokens. */
export function createTokens(countMax: number): Tokens {
  return {
    count: 0,
    charCount: 0,
    countMax,
    hash: new Int32Array(countMax),
    start: new Int32Array(countMax + 1),
    chars: new Uint16Array(countMax * wordCharsMax),
    afterPrefix: 0,
    identifier: false,
  }
}

/** The characters of token `index` as text. */
export function tokenText(tokens: Tokens, index: number): string {
  return String.fromCharCode(...tokens.chars.subarray(tokens.start[index], tokens.start[index + 1]))
}

/**
 * Reads a text of a ticket into tokens, in one pass and linear time: words in lower case and split at inner capitals;
 * code, stack traces, addresses, images, ticket keys, versions and numbers as placeholders; markup left out.
 * Reads at most the first `charsMax` code units and stops when the storage is full.
 */
export function tokenize(whole: string, charsMax: number, into: Tokens): void {
  const text = whole.length > charsMax ? whole.slice(0, charsMax) : whole
  into.count = 0
  into.charCount = 0
  into.afterPrefix = 0
  into.identifier = false
  const end = text.length
  let i = 0
  let lineStart = true
  while (i < end && into.count < into.countMax) {
    const code = text.charCodeAt(i)
    if (isWord(code)) {
      i = readWord(text, i, end, into)
      lineStart = false
      continue
    }
    const skipped = skipMarkup(text, i, end, lineStart)
    if (skipped) {
      if (skipped.placeholder) pushPlaceholder(into, skipped.placeholder)
      i = skipped.next
    } else {
      if ((code === 58 || code === 93) && into.afterPrefix === 0 && into.count > 0) into.afterPrefix = into.count
      i++
    }
    lineStart = code === 10
  }
  if (into.afterPrefix >= into.count) into.afterPrefix = 0
}

/** Adds a placeholder unless it repeats the token before it. */
function pushPlaceholder(tokens: Tokens, placeholder: Placeholder): void {
  const charStart = tokens.charCount
  let hash = hashStart
  for (let i = 0; i < placeholder.length; i++) {
    const code = placeholder.charCodeAt(i)
    tokens.chars[charStart + i] = code
    hash = hashStep(hash, code)
  }
  if (tokens.count > 0 && tokens.hash[tokens.count - 1] === hash) return
  pushToken(tokens, charStart + placeholder.length, hash)
}

function pushToken(tokens: Tokens, charEnd: number, hash: number): void {
  if (tokens.count >= tokens.countMax) return
  tokens.hash[tokens.count++] = hash
  tokens.start[tokens.count] = charEnd
  tokens.charCount = charEnd
}

/** Reads what begins at a letter or digit and returns where it ended. */
function readWord(text: string, from: number, end: number, into: Tokens): number {
  const first = text.charCodeAt(from)
  if (isWide(first)) {
    into.chars[into.charCount] = first
    pushToken(into, into.charCount + 1, hashStep(hashStart, first))
    return from + 1
  }
  const key = isUpper(first) ? readKey(text, from, end) : 0
  const hex = key > 0 ? 0 : readHex(text, from, end)
  if (key + hex > 0) {
    pushPlaceholder(into, key > 0 ? 'xkey' : 'xhex')
    return key + hex
  }
  if (isDigit(first)) return readNumber(text, from, end, into)
  if (isAddress(text, from)) {
    pushPlaceholder(into, 'xurl')
    return skipAddress(text, from, end)
  }
  return readLetters(text, from, end, into)
}

/** A run of letters up to a digit, a separator or an inner capital. */
function readLetters(text: string, from: number, end: number, into: Tokens): number {
  let i = from
  let hash = hashStart
  let length = 0
  let before = 0
  for (; i < end; i++) {
    const code = text.charCodeAt(i)
    if (isApostrophe(code) && i + 1 < end && length > 0 && isLetter(text.charCodeAt(i + 1))) continue
    if (!isLetter(code)) break
    if (length > 0 && startsPart(before, code, i + 1 < end ? text.charCodeAt(i + 1) : 0)) {
      into.identifier = true
      break
    }
    before = code
    if (length === wordCharsMax) {
      while (i < end && isWord(text.charCodeAt(i))) i++
      pushPlaceholder(into, 'xblob')
      return i
    }
    const lower = lowerCase(code)
    into.chars[into.charCount + length++] = lower
    hash = hashStep(hash, lower)
  }
  pushToken(into, into.charCount + length, hash)
  return i
}

/** `aB` starts a part at B; `ABc` starts one at B. */
function startsPart(before: number, code: number, after: number): boolean {
  if (!isUpper(code)) return false
  return !isUpper(before) || (after >= 97 && after <= 122)
}

function readNumber(text: string, from: number, end: number, into: Tokens): number {
  let i = from
  let dots = 0
  for (; i < end; i++) {
    const code = text.charCodeAt(i)
    if (isDigit(code)) continue
    const next = i + 1 < end ? text.charCodeAt(i + 1) : 0
    if (code === 46 && (isDigit(next) || next === 120 || next === 88)) {
      dots++
      if (!isDigit(next)) i++
      continue
    }
    break
  }
  pushPlaceholder(into, dots > 0 ? 'xversion' : 'xnumber')
  return i
}

/** Where a ticket key like `AB-12` ends, or 0. */
function readKey(text: string, from: number, end: number): number {
  let i = from
  while (i < end && i - from < 16 && (isUpper(text.charCodeAt(i)) || (i > from && isDigit(text.charCodeAt(i))))) i++
  if (i - from < 2 || i + 1 >= end || text.charCodeAt(i) !== 45 || !isDigit(text.charCodeAt(i + 1))) return 0
  i++
  while (i < end && isDigit(text.charCodeAt(i))) i++
  return i
}

/** Where a hexadecimal id of at least seven digits, letters among them, ends; or 0. */
function readHex(text: string, from: number, end: number): number {
  let i = from
  let digits = 0
  for (; i < end; i++) {
    const code = text.charCodeAt(i)
    if (isDigit(code)) digits++
    else if (!(code >= 97 && code <= 102) && !(code >= 65 && code <= 70)) break
  }
  const length = i - from
  if (length < 7 || digits === 0 || digits === length || (i < end && isWord(text.charCodeAt(i)))) return 0
  return i
}

function isAddress(text: string, from: number): boolean {
  const code = text.charCodeAt(from) | 32
  if (code === 104) return text.startsWith('http://', from) || text.startsWith('https://', from)
  return code === 119 && text.startsWith('www.', from)
}

function skipAddress(text: string, from: number, end: number): number {
  let i = from
  while (i < end && !endsAddress(text.charCodeAt(i))) i++
  return i
}

function endsAddress(code: number): boolean {
  return code <= 32 || code === 124 || code === 93 || code === 41 || code === 62 || code === 125 || code === 34
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90
}

function isLetter(code: number): boolean {
  return isWord(code) && !isDigit(code) && !isWide(code)
}

function isApostrophe(code: number): boolean {
  return code === 39 || code === 0x2019
}
