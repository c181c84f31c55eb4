/** A parsed pattern. `holds` takes a character in lower case. */
export type Node =
  | { readonly kind: 'char'; readonly holds: (c: number) => boolean }
  | { readonly kind: 'at'; readonly place: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number | null }

export type ParsedPattern =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly problem: string; readonly at: number }

const repetitionsMax = 100
const depthMax = 20

class PatternError extends Error {
  override name = 'PatternError'
  readonly at: number

  constructor(problem: string, at: number) {
    super(problem)
    this.at = at
  }
}

/** Where the reading stands. */
interface Reader {
  readonly source: readonly string[]
  at: number
  depth: number
}

/**
 * Reads the part of the usual syntax that can be matched in linear time: characters, `.`, classes, `\d \w \s \b` and
 * their opposites, groups, `|`, `* + ? {n,m}`, `^` and `$` for the ends of the field.
 */
export function parsePattern(source: string): ParsedPattern {
  const reader: Reader = { source: [...source], at: 0, depth: 0 }
  try {
    const node = readChoice(reader)
    if (reader.at < reader.source.length) throw new PatternError('")" without "("', reader.at + 1)
    return { ok: true, node }
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, problem: error.message, at: error.at }
    throw error
  }
}

function readChoice(reader: Reader): Node {
  const parts = [readSequence(reader)]
  while (peek(reader) === '|') {
    reader.at++
    parts.push(readSequence(reader))
  }
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts }
}

function readSequence(reader: Reader): Node {
  const parts: Node[] = []
  for (let next = peek(reader); next !== undefined && next !== '|' && next !== ')'; next = peek(reader)) {
    parts.push(readRepeated(reader, readAtom(reader)))
  }
  return { kind: 'sequence', parts }
}

function readAtom(reader: Reader): Node {
  const at = reader.at + 1
  const c = take(reader)
  switch (c) {
    case '(':
      return readGroup(reader, at)
    case '[':
      return readClass(reader, at)
    case '.':
      return { kind: 'char', holds: () => true }
    case '^':
      return { kind: 'at', place: 'start' }
    case '$':
      return { kind: 'at', place: 'end' }
    case '\\':
      return readEscape(reader, at)
    case '*':
    case '+':
    case '?':
      throw new PatternError(`"${c}" has nothing before it to repeat; write "\\${c}" for the character`, at)
    default:
      return { kind: 'char', holds: same(c) }
  }
}

function readGroup(reader: Reader, at: number): Node {
  if (++reader.depth > depthMax) throw new PatternError(`groups are nested more than ${depthMax} deep`, at)
  if (peek(reader) === '?') {
    if (reader.source[reader.at + 1] !== ':')
      throw new PatternError('lookaround, names and flags "(?..." are not supported; "(?:" is', at)
    reader.at += 2
  }
  const node = readChoice(reader)
  if (peek(reader) !== ')') throw new PatternError('"(" is not closed', at)
  reader.at++
  reader.depth--
  return node
}

const classes: Readonly<Record<string, RegExp>> = { d: /\p{Nd}/u, w: /[\p{L}\p{N}_]/u, s: /\s/u }
const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' }

function readEscape(reader: Reader, at: number): Node {
  const c = peek(reader)
  if (c === 'b' || c === 'B') {
    reader.at++
    return { kind: 'at', place: c === 'b' ? 'edge' : 'inside' }
  }
  return { kind: 'char', holds: readEscaped(reader, at) }
}

/** The characters that an escape stands for, also inside a class. */
function readEscaped(reader: Reader, at: number): (c: number) => boolean {
  const c = peek(reader)
  if (c === undefined) throw new PatternError('"\\" ends the pattern; write "\\\\" for the character', at)
  reader.at++
  const lower = c.toLowerCase()
  const known = Object.hasOwn(classes, lower) ? classes[lower] : undefined
  if (known) return (code) => known.test(String.fromCodePoint(code)) === (c === lower)
  if (Object.hasOwn(controls, c)) return same(controls[c] as string)
  if (/[1-9k]/.test(c)) throw new PatternError(`backreferences like "\\${c}" are not supported`, at)
  if (/[\p{L}\p{N}]/u.test(c)) throw new PatternError(`"\\${c}" is not supported`, at)
  return same(c)
}

function readClass(reader: Reader, at: number): Node {
  const isOpposite = peek(reader) === '^'
  if (isOpposite) reader.at++
  const parts: ((c: number) => boolean)[] = []
  for (let isFirst = true; isFirst || peek(reader) !== ']'; isFirst = false) {
    if (peek(reader) === undefined) throw new PatternError('"[" is not closed', at)
    parts.push(readClassPart(reader))
  }
  reader.at++
  return { kind: 'char', holds: (c) => parts.some((holds) => holds(c)) !== isOpposite }
}

function readClassPart(reader: Reader): (c: number) => boolean {
  const at = reader.at + 1
  const c = take(reader)
  if (c === '\\') return readEscaped(reader, at)
  const [dash, to] = [peek(reader), reader.source[reader.at + 1]]
  if (dash !== '-' || to === undefined || to === ']') return same(c)
  if (to === '\\') throw new PatternError('a range like "a-z" ends in a plain character', at)
  reader.at += 2
  const [low, high] = [c.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]
  if (low > high) throw new PatternError(`the range "${c}-${to}" runs backwards`, at)
  return (code) => (code >= low && code <= high) || isBetween(upper(code), low, high)
}

function readRepeated(reader: Reader, part: Node): Node {
  const at = reader.at + 1
  const bounds = readBounds(reader, at)
  if (!bounds) return part
  // Lazy or greedy is one for a question that is answered by yes or no.
  if (peek(reader) === '?') reader.at++
  if (/[*+?{]/.test(peek(reader) ?? ''))
    throw new PatternError('a repetition is repeated; put it in a group', reader.at + 1)
  if (part.kind === 'at') throw new PatternError('a place such as "^" or "\\b" can not be repeated', at)
  return { kind: 'repeat', part, ...bounds }
}

function readBounds(reader: Reader, at: number): { min: number; max: number | null } | null {
  const c = peek(reader)
  const simple = { '*': { min: 0, max: null }, '+': { min: 1, max: null }, '?': { min: 0, max: 1 } } as const
  if (c === '*' || c === '+' || c === '?') {
    reader.at++
    return simple[c]
  }
  if (c !== '{') return null
  const written = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(reader.source.slice(reader.at, reader.at + 12).join(''))
  if (!written) throw new PatternError('"{" is not a repetition like "{2,5}"; write "\\{" for the character', at)
  reader.at += written[0].length
  const min = Number(written[1])
  const max = written[2] === undefined ? min : written[3] ? Number(written[3]) : null
  if (min > repetitionsMax || (max ?? 0) > repetitionsMax)
    throw new PatternError(`more than ${repetitionsMax} repetitions are not supported`, at)
  if (max !== null && max < min) throw new PatternError(`"${written[0]}" runs backwards`, at)
  return { min, max }
}

function same(character: string): (c: number) => boolean {
  const code = character.toLowerCase().codePointAt(0)
  return (c) => c === code
}

function upper(code: number): number {
  return String.fromCodePoint(code).toUpperCase().codePointAt(0) ?? code
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high
}

function peek(reader: Reader): string | undefined {
  return reader.source[reader.at]
}

function take(reader: Reader): string {
  return reader.source[reader.at++] as string
}
