import { type Node, parsePattern } from './parse-pattern.ts'

/** A pattern ready for use, or what is wrong with it and at which character (from 1). */
export type SafePattern =
  | { readonly ok: true; readonly test: (text: string) => boolean }
  | { readonly ok: false; readonly problem: string; readonly at: number }

/** Instructions that a pattern may grow to; repetitions are written out. */
const programMax = 2000
/** Sets of places that are remembered before the memory is emptied. */
const statesMax = 1000

/**
 * Makes a regular expression that takes time in proportion to the text, whatever the pattern: all places where it may
 * stand are followed at once, as in Thompson's construction, and the sets of places met are remembered. Hence no
 * backreferences and no lookaround. Case does not matter; give it text in lower case.
 */
export function compilePattern(source: string): SafePattern {
  const parsed = parsePattern(source)
  if (!parsed.ok) return parsed
  const program: Instruction[] = []
  emit(parsed.node, program)
  if (program.length >= programMax) return { ok: false, problem: 'its repetitions are too many; ask for fewer', at: 1 }
  program.push({ op: 'accept' })
  return { ok: true, test: matcherOf(program) }
}

type Instruction =
  | { readonly op: 'char'; readonly holds: (c: number) => boolean }
  /** Goes on at each of these places, given as distances. */
  | { op: 'fork'; to: number[] }
  | { readonly op: 'at'; readonly place: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly op: 'accept' }

/** Appends the instructions of a node; they end by going on to what follows. */
function emit(node: Node, program: Instruction[]): void {
  if (program.length >= programMax) return
  switch (node.kind) {
    case 'char':
      program.push({ op: 'char', holds: node.holds })
      return
    case 'at':
      program.push({ op: 'at', place: node.place })
      return
    case 'sequence':
      for (const part of node.parts) emit(part, program)
      return
    case 'choice':
      emitChoice(node.parts, program)
      return
    case 'repeat':
      emitRepeat(node, program)
  }
}

function emitChoice(parts: readonly Node[], program: Instruction[]): void {
  const fork = { op: 'fork' as const, to: [] as number[] }
  const start = program.push(fork) - 1
  const exits: number[] = []
  parts.forEach((part, i) => {
    fork.to.push(program.length - start)
    emit(part, program)
    if (i < parts.length - 1) exits.push(program.push({ op: 'fork', to: [] }) - 1)
  })
  for (const exit of exits) program[exit] = { op: 'fork', to: [program.length - exit] }
}

function emitRepeat({ part, min, max }: Extract<Node, { kind: 'repeat' }>, program: Instruction[]): void {
  for (let i = 0; i < min; i++) emit(part, program)
  if (max === null) {
    const loop = { op: 'fork' as const, to: [1] }
    const start = program.push(loop) - 1
    emit(part, program)
    program.push({ op: 'fork', to: [start - program.length] })
    loop.to.push(program.length - start)
    return
  }
  for (let i = min; i < max; i++) {
    const skip = { op: 'fork' as const, to: [1] }
    const start = program.push(skip) - 1
    emit(part, program)
    skip.to.push(program.length - start)
  }
}

/** What stands before a place. */
type Before = 'nothing' | 'word' | 'other'
type After = 'end' | 'word' | 'other'

interface State {
  readonly places: readonly number[]
  readonly before: Before
  /** Next state by the kind of character; `true` when the pattern has matched by then. */
  readonly next: (State | true)[]
}

function matcherOf(program: readonly Instruction[]): (text: string) => boolean {
  const kinds = characterKinds(program)
  let states = new Map<string, State>()
  const stateOf = (places: readonly number[], before: Before): State => {
    const name = `${before} ${places.join(' ')}`
    const known = states.get(name)
    if (known) return known
    if (states.size >= statesMax) states = new Map()
    const state: State = { places, before, next: [] }
    states.set(name, state)
    return state
  }
  const step = (state: State, kind: CharacterKind): State | true => {
    const reached = reach(program, state, kind.isWord ? 'word' : 'other')
    if (reached === true) return true
    const places = reached.filter((place) => kind.holds[place] === true).map((place) => place + 1)
    return stateOf(places, kind.isWord ? 'word' : 'other')
  }
  return (text) => {
    let state = stateOf([], 'nothing')
    for (let i = 0; i < text.length; i++) {
      const c = text.codePointAt(i) as number
      if (c > 0xffff) i++
      const kind = kinds.of(c)
      const known = state.next[kind.id]
      const next = known ?? step(state, kind)
      if (known === undefined) state.next[kind.id] = next
      if (next === true) return true
      state = next
    }
    return reach(program, state, 'end') === true
  }
}

/** The character instructions that can be stood at before the next character, or `true` when the pattern is through. */
function reach(program: readonly Instruction[], { places, before }: State, after: After): number[] | true {
  const seen = new Set<number>()
  // Every place of the text may be where the match begins.
  const open = [0, ...places]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen.has(place)) continue
    seen.add(place)
    const instruction = program[place] as Instruction
    if (instruction.op === 'accept') return true
    if (instruction.op === 'fork') for (const distance of instruction.to) open.push(place + distance)
    if (instruction.op === 'at' && standsAt(instruction.place, before, after)) open.push(place + 1)
  }
  return [...seen].filter((place) => program[place]?.op === 'char').sort((a, b) => a - b)
}

function standsAt(place: 'start' | 'end' | 'edge' | 'inside', before: Before, after: After): boolean {
  if (place === 'start') return before === 'nothing'
  if (place === 'end') return after === 'end'
  const isEdge = (before === 'word') !== (after === 'word')
  return place === 'edge' ? isEdge : !isEdge
}

/** Characters that no instruction tells apart. */
interface CharacterKind {
  readonly id: number
  readonly isWord: boolean
  /** By place in the program. */
  readonly holds: readonly boolean[]
}

function characterKinds(program: readonly Instruction[]): { of(c: number): CharacterKind } {
  const byCharacter = new Map<number, CharacterKind>()
  const bySignature = new Map<string, CharacterKind>()
  const make = (c: number): CharacterKind => {
    const holds = program.map((instruction) => instruction.op === 'char' && instruction.holds(c))
    const isWord = wordCharacter.test(String.fromCodePoint(c))
    const signature = `${isWord} ${holds.map(Number).join('')}`
    const kind = bySignature.get(signature) ?? { id: bySignature.size, isWord, holds }
    bySignature.set(signature, kind)
    if (byCharacter.size < 5000) byCharacter.set(c, kind)
    return kind
  }
  return { of: (c) => byCharacter.get(c) ?? make(c) }
}

const wordCharacter = /[\p{L}\p{N}_]/u
