import { join } from 'node:path'
import { confusionMatrix, macroF1 } from '../src/metrics.ts'
import { fitLogistic, logitsOf } from '../src/train/fit-logistic.ts'
import { createMatrixBuilder, type SparseMatrix } from '../src/train/sparse-matrix.ts'
import { featureMatrix } from './feature-matrix.ts'
import { type GithubIssue, readGithubIssues, withoutFields } from './read-data.ts'
import { fitWeak, type WeakTask, withWeakScores } from './weak-tasks.ts'

/** The tool competition of NLBSE'24 by its own protocol: 300 issues to learn from and 300 to be asked about in each of 5 repositories. */
export interface NlbseFigures {
  /** Macro-F1 over bug, feature and question in each repository, and their mean. */
  readonly repositories: Readonly<Record<string, number>>
  readonly mean: number
}

const labels = ['bug', 'feature', 'question']
const settings = { classCount: labels.length, penalty: 0.05, rate: 0.5, epochs: 15, groupsMin: 1, coarse: null }
const seeds = [20261131, 20261132, 20261133]
/** How strongly the scores of the model of trackers' types enter: twice as strong as for work types. */
const weakStrength = 2

/**
 * Learns from the issues of all repositories at once, each feature once for all and once for its own repository, so that what
 * differs there is learnt as a deviation (H. Daumé, "Frustratingly easy domain adaptation", 2007); and from the scores of a model of trackers' types, which was not
 * shown any issue of these repositories.
 */
export function measureNlbse(folder: string, weak: WeakTask): NlbseFigures {
  const read = (name: string) => readGithubIssues(join(folder, 'benchmarks', 'nlbse2024', `${name}.jsonl.gz`))
  const [train, test] = [read('train'), read('test')]
  const names = [...new Set(train.map(({ project }) => project))].sort()
  const types = fitWeak(weak, new Set(names))
  const rows = (issues: readonly GithubIssue[]) =>
    withDeviations(
      withWeakScores(featureMatrix(issues.map(({ input }) => withoutFields(input))), types, weakStrength),
      issues.map(({ project }) => names.indexOf(project)),
      names.length,
    )
  const asked = rows(test)
  const scores = new Float64Array(test.length * labels.length)
  const taught = {
    features: rows(train),
    targets: Float32Array.from(train.flatMap(({ input }) => labels.map((label) => (label === input.type ? 1 : 0)))),
    weights: new Float32Array(train.length).fill(1),
    groups: train.map(({ project }) => names.indexOf(project)),
  }
  for (const seed of seeds) {
    for (const [i, score] of logitsOf(fitLogistic(taught, { ...settings, seed }), asked).entries()) {
      scores[i] = (scores[i] as number) + score
    }
  }
  const repositories = Object.fromEntries(names.map((name) => [name, scoreOf(name, test, scores)]))
  const values = Object.values(repositories)
  return { repositories, mean: values.reduce((a, b) => a + b, 0) / values.length }
}

function scoreOf(name: string, issues: readonly GithubIssue[], scores: Float64Array): number {
  const own = [...issues.keys()].filter((row) => issues[row]?.project === name)
  const truth = own.map((row) => labels.indexOf(issues[row]?.input.type ?? ''))
  const said = own.map((row) => {
    const of = [...scores.subarray(row * labels.length, (row + 1) * labels.length)]
    return of.indexOf(Math.max(...of))
  })
  return macroF1(confusionMatrix(truth, said, labels.length))
}

/** Each row's entries once in the shared columns and once in those of its group. */
function withDeviations(features: SparseMatrix, groups: readonly number[], groupCount: number): SparseMatrix {
  const builder = createMatrixBuilder(features.columns * (groupCount + 1))
  for (let row = 0; row < features.rows; row++) {
    for (let e = features.start[row] as number; e < (features.start[row + 1] as number); e++) {
      const column = features.column[e] as number
      const value = features.value[e] as number
      builder.push(column, value)
      builder.push(column + features.columns * (1 + (groups[row] ?? 0)), value)
    }
    builder.endRow()
  }
  return builder.build()
}
