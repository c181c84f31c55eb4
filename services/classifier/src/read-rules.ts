import { type CompiledRules, checkRuleSet, compileRules } from '@headroom/classification'
import { type Db, findRuleSets, readPublishedRules } from '@headroom/store'

/** The rules in force, ready for use. */
export async function readRules(db: Db): Promise<CompiledRules> {
  return compile(await readPublishedRules(db))
}

/** Published rule sets by version; version 0 is the time before the first. */
export async function readRulesOf(db: Db, versions: readonly number[]): Promise<Map<number, CompiledRules>> {
  const stored = await findRuleSets(db, versions)
  return new Map([{ version: 0, rules: [] }, ...stored].map((set) => [set.version, compile(set)]))
}

function compile({ version, rules }: { version: number; rules: unknown }): CompiledRules {
  const checked = checkRuleSet({ version, rules })
  if (!checked.ok) throw new Error(`The published rule set ${version} is broken: ${checked.problems.join('; ')}`)
  return compileRules(checked.ruleSet)
}
