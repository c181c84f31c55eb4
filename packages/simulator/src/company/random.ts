/** A stream of random numbers that depends on its seed alone, so that one seed always gives one company. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  chance(probability: number): boolean
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  pick<T>(items: readonly T[]): T
  /** A key, drawn in proportion to its weight. At least one weight must be above 0. */
  weighted<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K
  /** Median `median`, spread `sigma` of the natural logarithm. */
  logNormal(median: number, sigma: number): number
  shuffle<T>(items: readonly T[]): T[]
  /** An independent stream; draws from it do not move this one. */
  fork(name: string): Random
}

/** A {@link Random} of Chris Doty-Humphrey's sfc32 (PractRand), seeded by a hash of the text. */
export function createRandom(seed: string): Random {
  return new Sfc32(seed)
}

class Sfc32 implements Random {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: string) {
    this.#seed = seed
    this.#a = hash(seed, 0x811c9dc5)
    this.#b = hash(seed, 0x9e3779b9)
    this.#c = hash(seed, 0x85ebca6b)
    this.#d = 1
    for (let i = 0; i < 12; i++) this.next()
  }

  next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0
    return (t >>> 0) / 4294967296
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Cannot pick from an empty list.')
    return items[Math.floor(this.next() * items.length)] as T
  }

  weighted<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K {
    return weightedKey(weights, this.next())
  }

  /** The normal deviate is Box and Muller's. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(sigma * normal)
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items]
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(0, i)
      const held = result[i] as T
      result[i] = result[j] as T
      result[j] = held
    }
    return result
  }

  fork(name: string): Random {
    return new Sfc32(`${this.#seed}/${name}`)
  }
}

function weightedKey<K extends string>(weights: Readonly<Partial<Record<K, number>>>, at: number): K {
  const entries = Object.entries(weights) as [K, number][]
  let rest = at * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [key, weight] of entries) {
    rest -= weight
    if (rest < 0) return key
  }
  const last = entries.findLast(([, weight]) => weight > 0)
  if (!last) throw new RangeError('Cannot draw a key when no weight is above 0.')
  return last[0]
}

/** FNV-1a from a given start; three of them tell any two seeds apart. */
function hash(text: string, start: number): number {
  let h = start
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  return h ^ (h >>> 15)
}
