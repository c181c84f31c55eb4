/** Seeded chance for simulations: the same seed gives the same figures on any machine. */
export interface Chance {
  /** Uniform in (0, 1). */
  uniform(): number
  normal(): number
}

/** M. E. O'Neill's PCG-like mixing over a counter (splitmix32), with Box and Muller's normal deviates. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296 + 2 ** -33
  }
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}
