import { categories, categoryOf, categoryProbabilities } from '@headroom/domain'
import { adapt, type Correction } from './adapt.ts'
import { confusionMatrix, macroF1 } from './metrics.ts'
import type { Model } from './model.ts'
import { type OrganisationLayer, withLayer } from './organisation-layer.ts'
import { predict } from './predict.ts'

/** How a model does on labels that it was not taught. */
export interface LabelFit {
  readonly macroF1: number
  /** Tickets of the right category. */
  readonly hits: number
  /** Mean of minus the logarithm of the probability of the right category. */
  readonly logLoss: number
}

/** Whether an organisation's layer may go live, and why. */
export interface LayerComparison {
  /** What it was compared on: the organisation's audit labels, or its corrections, each judged by a layer that was not taught it. */
  readonly basis: 'audit' | 'cross-validation'
  readonly labels: number
  readonly shipped: LabelFit
  readonly layered: LabelFit
  readonly goesLive: boolean
  /** One sentence for the person who looks after the model. */
  readonly reason: string
}

/** With fewer labels than this the layer must also be better by more than chance easily explains. */
const labelsForEqual = 30
/** Corrections are folded into this many parts when there are no audit labels. */
const partsMax = 10

/**
 * Compares the shipped model and the same with the layer on audit labels that the layer was not taught. The layer goes live
 * only when it is not worse in macro-F1 of the categories and not worse in log loss; below {@link labelsForEqual} labels the log
 * loss must be better by half the standard error of the difference.
 */
export function compareOnAudit(
  model: Model,
  layer: OrganisationLayer,
  auditLabels: readonly Correction[],
): LayerComparison {
  const layered = withLayer(model, layer)
  return judge(
    'audit',
    auditLabels.map((label) => ({ label, shipped: says(model, label), layered: says(layered, label) })),
  )
}

/**
 * The same when the layer learnt from audit labels too: each label is judged by its own `layer`, learnt from everything but that
 * label (and as many others as were left out with it).
 */
export function compareCrossFitted(
  model: Model,
  cases: readonly { readonly label: Correction; readonly layer: OrganisationLayer }[],
): LayerComparison {
  const layered = new Map<OrganisationLayer, Model>()
  for (const { layer } of cases) if (!layered.has(layer)) layered.set(layer, withLayer(model, layer))
  return judge(
    'audit',
    cases.map(({ label, layer }) => ({
      label,
      shipped: says(model, label),
      layered: says(layered.get(layer) ?? model, label),
    })),
  )
}

/**
 * The same without audit labels, on the corrections: each is judged by a layer learnt from the other parts of them. Weaker
 * evidence, since people correct what they stumble upon, but a layer that does not even help there must not go live.
 */
export function compareByCrossValidation(model: Model, corrections: readonly Correction[]): LayerComparison {
  const parts = Math.min(partsMax, corrections.length)
  const cases: Case[] = []
  for (let part = 0; part < parts; part++) {
    const rest = corrections.filter((_, i) => i % parts !== part)
    const layered = withLayer(model, adapt(model, rest))
    for (const [i, label] of corrections.entries()) {
      if (i % parts === part) cases.push({ label, shipped: says(model, label), layered: says(layered, label) })
    }
  }
  return judge('cross-validation', cases)
}

interface Case {
  readonly label: Correction
  readonly shipped: Said
  readonly layered: Said
}

interface Said {
  readonly category: number
  readonly loss: number
}

function says(model: Model, { input, workType }: Correction): Said {
  const sums = categoryProbabilities(predict(model, input).probabilities)
  const best = categories.reduce((a, b) => (sums[b] > sums[a] ? b : a))
  return { category: categories.indexOf(best), loss: -Math.log(sums[categoryOf(workType)] + 1e-9) }
}

function judge(basis: LayerComparison['basis'], cases: readonly Case[]): LayerComparison {
  const truth = cases.map(({ label }) => categories.indexOf(categoryOf(label.workType)))
  const shipped = fitOf(
    truth,
    cases.map((c) => c.shipped),
  )
  const layered = fitOf(
    truth,
    cases.map((c) => c.layered),
  )
  const margin = cases.length < labelsForEqual ? halfStandardError(cases) : 0
  const reason = reasonAgainst(cases.length, shipped, layered, margin)
  const on = basis === 'audit' ? 'audit labels' : 'corrections, each judged without itself'
  return {
    basis,
    labels: cases.length,
    shipped,
    layered,
    goesLive: reason === null,
    reason: `${reason ?? 'The layer is at least as good as the shipped model'} on ${cases.length} ${on}.`,
  }
}

function reasonAgainst(labels: number, shipped: LabelFit, layered: LabelFit, margin: number): string | null {
  if (labels === 0) return 'Nothing to compare'
  if (layered.macroF1 < shipped.macroF1 - 1e-12)
    return 'The layer finds the categories less well than the shipped model'
  if (layered.logLoss > shipped.logLoss - margin) {
    return margin > 0
      ? 'The layer is not better than the shipped model by more than chance'
      : 'The layer gives the right category less probability than the shipped model'
  }
  return null
}

function fitOf(truth: readonly number[], said: readonly Said[]): LabelFit {
  const chosen = said.map(({ category }) => category)
  return {
    macroF1: macroF1(confusionMatrix(truth, chosen, categories.length)),
    hits: chosen.filter((category, i) => category === truth[i]).length,
    logLoss: said.reduce((sum, { loss }) => sum + loss, 0) / Math.max(1, said.length),
  }
}

/** Half the standard error of the mean difference of the losses. */
function halfStandardError(cases: readonly Case[]): number {
  if (cases.length < 2) return Number.POSITIVE_INFINITY
  const gains = cases.map(({ shipped, layered }) => shipped.loss - layered.loss)
  const mean = gains.reduce((a, b) => a + b, 0) / gains.length
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1)
  return Math.sqrt(variance / gains.length) / 2
}
