/** A function to minimise: returns its value at `point` and writes its gradient. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number

/**
 * Minimises a smooth function by limited-memory BFGS with a backtracking line search, in place, and returns the value
 * reached. Deterministic. Source: Nocedal and Wright, Numerical Optimization, algorithm 7.5.
 */
export function minimize(objective: Objective, point: Float64Array, iterationsMax: number, tolerance = 1e-4): number {
  const n = point.length
  const memory: Step[] = []
  let gradient = new Float64Array(n)
  let nextGradient = new Float64Array(n)
  const next = new Float64Array(n)
  let value = objective(point, gradient)
  for (let iteration = 0; iteration < iterationsMax; iteration++) {
    const direction = descent(gradient, memory)
    const slope = dot(direction, gradient)
    let rate = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    let nextValue = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < 25; attempt++) {
      for (let i = 0; i < n; i++) next[i] = (point[i] ?? 0) + rate * (direction[i] ?? 0)
      nextValue = objective(next, nextGradient)
      if (nextValue <= value + 1e-4 * rate * slope) break
      rate /= 2
    }
    if (!(nextValue < value)) return value
    remember(memory, point, next, gradient, nextGradient)
    const gain = value - nextValue
    point.set(next)
    ;[gradient, nextGradient] = [nextGradient, gradient]
    value = nextValue
    if (gain < tolerance * Math.abs(value)) return value
  }
  return value
}

interface Step {
  readonly moved: Float64Array
  readonly turned: Float64Array
  readonly inverse: number
}

const memorySize = 8

function remember(
  memory: Step[],
  from: Float64Array,
  to: Float64Array,
  gradientFrom: Float64Array,
  gradientTo: Float64Array,
): void {
  const moved = to.map((x, i) => x - (from[i] ?? 0))
  const turned = gradientTo.map((x, i) => x - (gradientFrom[i] ?? 0))
  const curvature = dot(moved, turned)
  if (curvature <= 1e-12) return
  memory.push({ moved, turned, inverse: 1 / curvature })
  if (memory.length > memorySize) memory.shift()
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descent(gradient: Float64Array, memory: readonly Step[]): Float64Array {
  const direction = gradient.map((x) => -x)
  const factors: number[] = []
  for (const step of memory.toReversed()) {
    const factor = step.inverse * dot(step.moved, direction)
    factors.push(factor)
    addScaled(direction, step.turned, -factor)
  }
  const last = memory.at(-1)
  if (last) {
    const scale = 1 / (last.inverse * dot(last.turned, last.turned))
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) * scale
  }
  for (const step of memory) {
    const factor = factors.pop() ?? 0
    addScaled(direction, step.moved, factor - step.inverse * dot(step.turned, direction))
  }
  return direction
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + factor * (from[i] ?? 0)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
