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
  const next = sfc32(seed)
  const chance = (probability: number) => next() < probability
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    chance,
    int,
    pick: (items) => pickFrom(items, next()),
    weighted: (weights) => weightedKey(weights, next()),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal(next)),
    shuffle: (items) => {
      const result = [...items]
      for (let i = result.length - 1; i > 0; i--) {
        const j = int(0, i)
        const held = result[i] as (typeof result)[number]
        result[i] = result[j] as (typeof result)[number]
        result[j] = held
      }
      return result
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}

function pickFrom<T>(items: readonly T[], at: number): T {
  if (items.length === 0) throw new RangeError('Cannot pick from an empty list.')
  return items[Math.floor(at * items.length)] as T
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

/** Box-Muller. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

function sfc32(seed: string): () => number {
  let [a, b, c, d] = hash128(seed)
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

/** Four FNV-1a hashes with different starts: enough to tell any two seeds apart. */
function hash128(text: string): [number, number, number, number] {
  const hash = (start: number) => {
    let h = start
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
    return h ^ (h >>> 15)
  }
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x85ebca6b), hash(0xc2b2ae35)]
}
