import type { BenchOptions, BenchResult } from '../results.ts'
export async function benchSplit(_: BenchOptions): Promise<BenchResult> {
  throw new Error('not yet')
}
