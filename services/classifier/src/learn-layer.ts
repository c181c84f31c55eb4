import {
  adapt,
  type ClassifierInput,
  type Correction,
  compareByCrossValidation,
  compareCrossFitted,
  type LayerComparison,
  type Model,
  type OrganisationLayer,
  packLayer,
  predict,
  withLayer,
} from '@headroom/classification'
import { type CategoryProbabilities, categoryProbabilities } from '@headroom/domain'

/** A ticket that people have corrected. `audited`: drawn at random and labelled blind, so fit to judge by. */
export interface TaughtTicket extends Correction {
  readonly ticketId: string
  readonly audited: boolean
}

export interface LearnRequest {
  /** In an order that does not depend on when they came. */
  readonly corrections: readonly TaughtTicket[]
  /** Some tickets of the organisation, corrected or not: how frequent its kinds of work are. */
  readonly sample: readonly ClassifierInput[]
}

/** A layer, whether it may go live, and what it says of audited tickets when it is not taught their labels. */
export interface LearntLayer {
  readonly bytes: Uint8Array
  readonly modelVersion: string
  readonly goesLive: boolean
  /** What it was judged by; on audit labels when there are enough, else on all corrections, each judged without itself. */
  readonly comparison: LayerComparison
  readonly crossFitted: readonly { readonly ticketId: string; readonly probabilities: CategoryProbabilities }[]
}

const folds = 5
/** With fewer audit labels than this, the corrections have their say beside them. */
const auditLabelsMin = 20

/**
 * Learns the organisation's layer from all that people corrected. What is judged is never taught: audit labels are parted into
 * five, and each part is judged by a layer that learnt from all corrections but that part. The layer goes live only if
 * such layers are not worse than the shipped model on the audit labels.
 */
export function learnLayer(model: Model, { corrections, sample }: LearnRequest): LearntLayer {
  const probabilities = sample.map((input) => categoryProbabilities(predict(model, input).probabilities))
  const learn = (taught: readonly TaughtTicket[]) => adapt(model, taught, probabilities)
  const judged = crossFit(corrections, learn)
  const onAudit = compareCrossFitted(model, judged)
  const enough = judged.length >= auditLabelsMin
  const comparison = enough ? onAudit : compareByCrossValidation(model, corrections)
  const notWorse =
    judged.length === 0 ||
    (onAudit.layered.hits >= onAudit.shipped.hits && onAudit.layered.logLoss <= onAudit.shipped.logLoss)
  const layer = learn(corrections)
  return {
    bytes: packLayer(layer),
    modelVersion: withLayer(model, layer).version,
    goesLive: comparison.goesLive && (enough || notWorse),
    comparison: comparison.goesLive && !enough && !notWorse ? onAudit : comparison,
    crossFitted: judged.map(({ label, layer: without }) => ({
      ticketId: label.ticketId,
      probabilities: categoryProbabilities(predict(withLayer(model, without), label.input).probabilities),
    })),
  }
}

/** Each audited ticket with a layer that was taught everything but its fold. */
function crossFit(
  corrections: readonly TaughtTicket[],
  learn: (taught: readonly TaughtTicket[]) => OrganisationLayer,
): { readonly label: TaughtTicket; readonly layer: OrganisationLayer }[] {
  const audited = corrections.filter((correction) => correction.audited)
  const foldOf = new Map(audited.map((correction, i) => [correction, i % folds]))
  return Array.from({ length: Math.min(folds, audited.length) }, (_, fold) => {
    const layer = learn(corrections.filter((correction) => foldOf.get(correction) !== fold))
    return audited.filter((label) => foldOf.get(label) === fold).map((label) => ({ label, layer }))
  }).flat()
}
