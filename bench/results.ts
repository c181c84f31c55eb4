import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'

export interface BenchOptions {
  /** Tickets of the backfill; absent: what its target is stated for. The split is always that of the demo company. */
  readonly size: number | undefined
  readonly rounds: number | undefined
  /** Where the processes that do the measured work leave their CPU profiles; absent: none are made. */
  readonly profileDir: string | undefined
}

/** What a benchmark found. Everything but the headline is free in form and goes to the JSON file as it is. */
export interface BenchResult {
  /** The figures that the table shows, by what they are. */
  readonly figures: Readonly<Record<string, string>>
  /** Whether each target was met, by the target. */
  readonly targets: Readonly<Record<string, boolean>>
  readonly details: Readonly<Record<string, unknown>>
}

interface StoredResult extends BenchResult {
  readonly name: string
  readonly date: string
  readonly command: string
  readonly machine: string
}

const folder = path.join(import.meta.dirname, 'results')

/** Writes `results/NAME.json` and the table of all results. Answers a summary to print. */
export function writeResult(name: string, result: BenchResult, command: string): string {
  const [cpu] = cpus()
  const machine = `${cpus().length} x ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}`
  const stored: StoredResult = { name, date: new Date().toISOString().slice(0, 16), command, machine, ...result }
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(stored, null, 2)}\n`)
  writeFileSync(path.join(folder, 'README.md'), table())
  return [name, ...lines(stored)].join('\n  ')
}

function lines({ figures, targets }: BenchResult): string[] {
  return [
    ...Object.entries(figures).map(([what, value]) => `${what}: ${value}`),
    ...Object.entries(targets).map(([target, met]) => `${met ? 'met' : 'MISSED'}: ${target}`),
  ]
}

function table(): string {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  const results = files.sort().map((file): StoredResult => JSON.parse(readFileSync(path.join(folder, file), 'utf8')))
  const sections = results.map((result) =>
    [
      `## ${result.name}`,
      '',
      `${result.date} UTC · ${result.machine} · \`${result.command}\``,
      '',
      '| | |',
      '|---|---|',
      ...Object.entries(result.figures).map(([what, value]) => `| ${what} | ${value} |`),
      ...Object.entries(result.targets).map(([target, met]) => `| target: ${target} | ${met ? 'met' : 'missed'} |`),
      '',
    ].join('\n'),
  )
  return `# Results\n\nWritten by \`pnpm bench\`. What is measured, and against what, is said in [the benchmarks' own files](..).\n\n${sections.join('\n')}`
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing.')
  return (low + high) / 2
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
