/** How well a classifier does on one class. */
export interface ClassScore {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** Number of examples that are of the class. */
  readonly count: number
}

/** `matrix[truth][said]`: how often each class was taken for each. */
export function confusionMatrix(truth: readonly number[], said: readonly number[], classCount: number): number[][] {
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0))
  truth.forEach((t, i) => {
    const row = matrix[t]
    const s = said[i]
    if (row && s !== undefined) row[s] = (row[s] ?? 0) + 1
  })
  return matrix
}

/** Precision, recall and F1 of each class; 0 where nothing was said or true. */
export function classScores(matrix: readonly (readonly number[])[]): ClassScore[] {
  return matrix.map((row, k) => {
    const hits = row[k] ?? 0
    const count = sum(row)
    const said = sum(matrix.map((other) => other[k] ?? 0))
    return { precision: ratio(hits, said), recall: ratio(hits, count), f1: ratio(2 * hits, said + count), count }
  })
}

/** The mean F1 over the classes that have examples. */
export function macroF1(matrix: readonly (readonly number[])[]): number {
  const scores = classScores(matrix).filter((score) => score.count > 0)
  return ratio(sum(scores.map((score) => score.f1)), scores.length)
}

/**
 * Expected calibration error: the mean distance between confidence and hit rate over ten bins of confidence, weighted by
 * the examples in each. Source: Guo and others, On Calibration of Modern Neural Networks, 2017.
 */
export function calibrationError(confidence: readonly number[], hit: readonly boolean[]): number {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, confidence: 0, hits: 0 }))
  confidence.forEach((c, i) => {
    const bin = bins[Math.min(9, Math.floor(c * 10))]
    if (!bin) return
    bin.count++
    bin.confidence += c
    bin.hits += hit[i] ? 1 : 0
  })
  return ratio(sum(bins.map((bin) => Math.abs(bin.confidence - bin.hits))), confidence.length)
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}
