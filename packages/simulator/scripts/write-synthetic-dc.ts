import { writeFileSync } from 'node:fs'
import { syntheticDcIssues } from '../src/company/synthetic-dc.ts'

/** Writes `samples/synthetic-dc.ndjson`: `node packages/simulator/scripts/write-synthetic-dc.ts`. */
const lines = syntheticDcIssues().map((issue) => `${JSON.stringify(issue)}\n`)
writeFileSync(new URL('../samples/synthetic-dc.ndjson', import.meta.url), lines.join(''))
