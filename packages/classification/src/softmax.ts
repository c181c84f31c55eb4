/** Turns the first `count` scores into probabilities, in place. */
export function softmax(scores: Float64Array, count: number): void {
  let top = Number.NEGATIVE_INFINITY
  for (let k = 0; k < count; k++) top = Math.max(top, scores[k] as number)
  let sum = 0
  for (let k = 0; k < count; k++) {
    const power = Math.exp((scores[k] as number) - top)
    scores[k] = power
    sum += power
  }
  for (let k = 0; k < count; k++) scores[k] = (scores[k] as number) / sum
}
