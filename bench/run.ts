// `pnpm bench [audits] [backfill] [backfill-large] [classify] [drift] [outcome] [reclassify] [split] [truth] [webhooks] [freshness] [--size TICKETS] [--rounds N] [--profile DIR]`: measures each part against a baseline that runs in
// the same minute on the same machine, and writes what it found to bench/results.
import { parseArgs } from 'node:util'
import { benchAudits } from './audits/audits.ts'
import { benchBackfill } from './backfill/backfill.ts'
import { benchLargeBackfill } from './backfill/large.ts'
import { benchClassify } from './classify/classify.ts'
import { benchDrift } from './drift/drift.ts'
import { benchFreshness } from './freshness/freshness.ts'
import { benchOutcome } from './outcome/outcome.ts'
import { benchReclassify } from './reclassify/reclassify.ts'
import { type BenchOptions, type BenchResult, writeResult } from './results.ts'
import { benchSplit } from './split/split.ts'
import { benchTruth } from './truth/truth.ts'
import { benchWebhooks } from './webhooks/webhooks.ts'

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  audits: benchAudits,
  backfill: benchBackfill,
  'backfill-large': benchLargeBackfill,
  drift: benchDrift,
  outcome: benchOutcome,
  reclassify: benchReclassify,
  split: benchSplit,
  truth: benchTruth,
  classify: benchClassify,
  webhooks: benchWebhooks,
  freshness: benchFreshness,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: 'string' }, rounds: { type: 'string' }, profile: { type: 'string' } },
})
const unknown = positionals.find((name) => !Object.hasOwn(benches, name))
if (unknown !== undefined)
  throw new Error(`There is no benchmark "${unknown}". Choose of: ${Object.keys(benches).join(', ')}`)
const options: BenchOptions = {
  size: wholeNumber('size', values.size),
  rounds: wholeNumber('rounds', values.rounds),
  profileDir: values.profile,
}
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const result = await bench(options)
  const flags = process.env.NODE_OPTIONS ? [`NODE_OPTIONS=${process.env.NODE_OPTIONS}`] : []
  console.log(writeResult(name, result, [...flags, 'pnpm', 'bench', ...process.argv.slice(2)].join(' ')))
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1, not "${text}".`)
  return value
}
