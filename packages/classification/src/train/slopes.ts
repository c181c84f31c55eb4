import { softmax } from '../softmax.ts'

/** The coarse class of each class, and the share of the loss that looks at coarse classes only. */
export interface Coarse {
  readonly of: readonly number[]
  readonly count: number
  readonly share: number
}

/**
 * The loss of one row whose true class is `truth`: minus the log probability of the class, and of its coarse class by the
 * coarse share. Replaces the logits (`classCount` of them) by the slope of that loss in them.
 */
export function lossAndSlopes(logits: Float64Array, truth: number, { of, share }: Coarse): number {
  softmax(logits, logits.length)
  const own = of[truth] as number
  let mass = 1e-12
  for (let k = 0; k < logits.length; k++) if (of[k] === own) mass += logits[k] as number
  const loss = -(1 - share) * Math.log((logits[truth] as number) + 1e-12) - share * Math.log(mass)
  for (let k = 0; k < logits.length; k++) {
    const p = logits[k] as number
    const wanted = (k === truth ? 1 - share : 0) + (of[k] === own ? (share * p) / mass : 0)
    logits[k] = p - wanted
  }
  return loss
}
