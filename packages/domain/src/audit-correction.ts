import { type AuditedTicket, agreementOf } from './agreement.ts'
import { type Bias, type BiasEvidence, biasEvidence, readerFlip } from './audit-evidence.ts'
import type { LocalDate } from './person.ts'
import { type Category, categories } from './work-type.ts'

/** What a row's predicted tickets are corrected by. */
export interface AuditCorrection {
  /** To be added to each category's share of the predicted effort. */
  readonly bias: Bias
  /** Standard error of the corrected strategic share of the predicted effort. */
  readonly error: number
  /** Standard error from the readers' own mistakes, for a share of predicted effort of `share`. */
  readonly readersError: (share: number) => number
  /** Read tickets of the row itself, and of other days and teams. */
  readonly own: number
  readonly borrowed: number
}

/** The predicted tickets of one row of a split: those that no person has decided. */
export interface PredictedRow {
  readonly units: ReadonlyMap<string, number>
  /** Standard error of the plain sum from the chance in each ticket's label, as a share of the predicted effort. */
  readonly chanceError: number
  readonly from: LocalDate
  readonly to: LocalDate
  /** Standard deviation of the model's error in the strategic share, before any audit. */
  readonly modelShareErrorSd: number
}

/** A sample that stands for at least this part of a row speaks for the row. */
const coversRow = 0.7
/** Shares of the model's variance that are alike in the whole organisation. */
const commonPart = 0.5
/** Widens the shrunken errors to what they turn out to be; calibrated by `pnpm bench audits`. */
const inflation = 1.15

/**
 * What audits say about the error of a row's predictions, or null when nobody has read any.
 *
 * A hierarchical model (see docs/methods.md, section 3): each sample's mean error is its group's own error, which scatters
 * about the organisation's by an unknown amount, and by the chance in labels. The row's own sample is taken as far as it is sure; the rest
 * comes from the other days and teams, as far as they agree with each other. The unknown scatter is integrated over.
 */
export function auditCorrection(audited: readonly AuditedTicket[], row: PredictedRow): AuditCorrection | null {
  const agreement = agreementOf(onePerTicket(audited))
  const readers = readerFlip(agreement.strategic)
  const { own, ownFrames } = rowEvidence(audited, row, readers.flip)
  const others = otherEvidence(audited, row, ownFrames, readers.flip)
  if (own === null && others.length === 0) return null
  return {
    ...posterior(own, others, row),
    readersError: (share) => (readers.sd * Math.abs(1 - 2 * share)) / (1 - 2 * readers.flip),
    own: own?.read ?? 0,
    borrowed: others.reduce((total, { read }) => total + read, 0),
  }
}

function onePerTicket(audited: readonly AuditedTicket[]): AuditedTicket[] {
  return [...new Map(audited.map((ticket) => [ticket.ticketId, ticket])).values()]
}

/** Of audits over the same days and team, the one with most read tickets; the others were drawn by the same numbers. */
function byFrame(audited: readonly AuditedTicket[]): AuditedTicket[][] {
  const audits = [...Map.groupBy(audited, ({ audit }) => audit.id).values()]
  const frames = Map.groupBy(audits, ([first]) => `${first?.audit.from} ${first?.audit.to} ${first?.audit.teamId}`)
  const readIn = (audit: readonly AuditedTicket[]) => audit.filter(({ labels }) => labels.length > 0).length
  return [...frames.values()].map((same) => same.reduce((best, audit) => (readIn(audit) > readIn(best) ? audit : best)))
}

interface OwnEvidence extends BiasEvidence {
  /** Part of the row that the sample stands for. */
  readonly covered: number
}

/**
 * The best that samples of these days say about the row itself: the sample that covers it with most read tickets, or all
 * that cover a part of it (teams audited one by one) as one.
 */
function rowEvidence(audited: readonly AuditedTicket[], row: PredictedRow, flip: number) {
  const total = [...row.units.values()].reduce((sum, units) => sum + units, 0)
  const unitsInRow = ({ ticketId }: AuditedTicket) => row.units.get(ticketId) ?? null
  const evidenceOf = (tickets: readonly AuditedTicket[]): OwnEvidence | null => {
    const evidence = biasEvidence(tickets, unitsInRow, flip)
    return evidence && { ...evidence, covered: Math.min(1, evidence.coveredUnits / total) }
  }
  const overlapping = byFrame(audited.filter(({ audit }) => audit.from <= row.to && audit.to >= row.from))
  const covering = overlapping.filter((tickets) => (evidenceOf(tickets)?.covered ?? 0) >= coversRow)
  const partial = overlapping.filter((tickets) => !covering.includes(tickets))
  const candidates = [...covering.map((tickets) => [tickets]), partial]
    .map((samples) => ({ ownFrames: samples.map(frameOf), own: evidenceOf(samples.flat()) }))
    .filter(({ own }) => own !== null)
  const rank = (own: OwnEvidence | null) => (own === null ? 0 : own.covered >= coversRow ? 1e9 + own.read : own.read)
  return candidates.reduce((best, one) => (rank(one.own) > rank(best.own) ? one : best), {
    ownFrames: [] as string[],
    own: null as OwnEvidence | null,
  })
}

function frameOf(sample: readonly AuditedTicket[]): string {
  return sample[0]?.audit.id ?? ''
}

/** Each other sample, and the rest of the row's own ones, as a group of its own. */
function otherEvidence(
  audited: readonly AuditedTicket[],
  row: PredictedRow,
  ownFrames: readonly string[],
  flip: number,
): BiasEvidence[] {
  return byFrame(audited).flatMap((sample) => {
    const isOwn = ownFrames.includes(frameOf(sample))
    const outside = (ticket: AuditedTicket) => (isOwn && row.units.has(ticket.ticketId) ? null : ticket.units)
    return biasEvidence(sample, outside, flip) ?? []
  })
}

/** Standard deviations of the scatter between groups over which is integrated, in parts of its prior scale. */
const scatters = [0.02, 0.1, 0.25, 0.5, 0.75, 1, 1.35, 1.75, 2.25, 3]
/** The model may be further off here than where it was evaluated: factors on its error, and how likely each is. */
const misfits = [
  { factor: 1, weight: 0.6 },
  { factor: 2, weight: 0.3 },
  { factor: 3, weight: 0.1 },
]

function posterior(own: OwnEvidence | null, others: readonly BiasEvidence[], row: PredictedRow) {
  const variance0 = Math.max(0.02, row.modelShareErrorSd) ** 2
  const slices = misfits.flatMap(({ factor, weight }) =>
    scatters.map((scatter, i) => {
      const width = ((scatters[i + 1] ?? scatter) - (scatters[i - 1] ?? 0)) / 2
      const modelVariance = variance0 * factor ** 2
      const scatterVariance = scatter ** 2 * (1 - commonPart) * modelVariance
      return {
        ...sliceOf(own, others, row, commonPart * modelVariance, scatterVariance),
        prior: -(scatter ** 2) / 2 + Math.log(width * weight),
      }
    }),
  )
  const most = Math.max(...slices.map((slice) => slice.prior + slice.logLikelihood))
  const weights = slices.map((slice) => Math.exp(slice.prior + slice.logLikelihood - most))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const over = (give: (slice: (typeof slices)[number]) => number) =>
    slices.reduce((sum, slice, i) => sum + ((weights[i] ?? 0) / total) * give(slice), 0)
  const observations = own === null ? others : [own, ...others]
  const biasOf = (category: Category) =>
    observations.reduce((sum, { bias }, j) => sum + bias[category] * over((slice) => slice.coefficients[j] ?? 0), 0)
  const mean = over((slice) => slice.mean)
  const variance = over((slice) => slice.variance + (slice.mean - mean) ** 2)
  const bias = Object.fromEntries(categories.map((category) => [category, biasOf(category)])) as Record<
    Category,
    number
  >
  return { bias, error: inflation * Math.sqrt(variance) }
}

/** Posterior of the row's strategic bias for one amount of scatter, and how the observations enter its mean. */
function sliceOf(
  own: OwnEvidence | null,
  others: readonly BiasEvidence[],
  row: PredictedRow,
  commonVariance: number,
  scatterVariance: number,
) {
  const precisions = others.map((o) => 1 / (scatterVariance + o.chanceVariance + o.variance))
  const commonPrecision = 1 / commonVariance + precisions.reduce((sum, p) => sum + p, 0)
  const commonMean = others.reduce((sum, o, j) => sum + o.bias.strategic * (precisions[j] ?? 0), 0) / commonPrecision
  let logLikelihood = marginal(others, precisions, commonMean, commonPrecision, commonVariance)
  const priorVariance = 1 / commonPrecision + scatterVariance + row.chanceError ** 2
  const borrowing = precisions.map((p) => p / commonPrecision)
  if (own === null) return { mean: commonMean, variance: priorVariance, coefficients: borrowing, logLikelihood }
  // The uncovered part of the row is as different from the covered one as two groups are from each other.
  const uncovered = own.covered >= coversRow ? 0 : (1 - own.covered) ** 2 * 2 * (scatterVariance + row.chanceError ** 2)
  const ownVariance = own.variance + uncovered
  const spread = priorVariance + ownVariance
  const part = priorVariance / spread
  logLikelihood += -0.5 * (Math.log(spread) + (own.bias.strategic - commonMean) ** 2 / spread)
  return {
    mean: commonMean + part * (own.bias.strategic - commonMean),
    variance: part * ownVariance,
    coefficients: [part, ...borrowing.map((b) => (1 - part) * b)],
    logLikelihood,
  }
}

/** Log density of the other samples' biases, with the organisation's own integrated out; without constants. */
function marginal(
  others: readonly BiasEvidence[],
  precisions: readonly number[],
  mean: number,
  precision: number,
  commonVariance: number,
): number {
  const fit = others.reduce((sum, { bias }, j) => sum + (precisions[j] ?? 0) * bias.strategic ** 2, 0)
  const logPrecisions = precisions.reduce((sum, p) => sum + Math.log(p), 0)
  return 0.5 * (logPrecisions - Math.log(precision * commonVariance) - fit + mean ** 2 * precision)
}
