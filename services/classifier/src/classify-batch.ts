import { setImmediate } from 'node:timers/promises'
import {
  type CompiledRules,
  decide,
  defaultFloor,
  hearRules,
  type LlmOpinion,
  type Model,
  predict,
} from '@headroom/classification'
import {
  addWork,
  type ClassificationRow,
  type DecisionBefore,
  inTransaction,
  type Lineage,
  readChildIds,
  readDecisions,
  readLineages,
  settleWork,
  takeWork,
  writeClassifications,
} from '@headroom/store'
import type { ClassifierDeps } from './classifier-deps.ts'
import { readOpinions } from './llm/read-opinions.ts'
import type { ModelInUse } from './model-in-use.ts'
import { readRules } from './read-rules.ts'
import { toInput } from './to-input.ts'

const batchSize = 500
const ticketsAtOnce = 50

/** Decides about one batch of waiting tickets; answers how many there were. */
export async function classifyBatch({
  store,
  modelInUse,
  llm,
}: Pick<ClassifierDeps, 'store' | 'llm'> & { readonly modelInUse: ModelInUse }): Promise<number> {
  return inTransaction(store, async (tx) => {
    const work = await takeWork(tx, 'classify', batchSize)
    const ids = work.map((w) => w.ticketId)
    const lineages = await readLineages(tx, ids)
    const rules = await readRules(tx)
    const model = await modelInUse(tx)
    const opinions = await readOpinions(tx, llm, ids)
    const before = await readDecisions(tx, ids)

    const decisions: ClassificationRow[] = []
    for (const lineage of lineages) {
      // In the all-in-one process the API waits for this; it gets its turn every few tickets.
      if (decisions.length % ticketsAtOnce === ticketsAtOnce - 1) await setImmediate()
      decisions.push(classify(lineage, rules, model, opinions.get(lineage.ticket.id)))
    }

    await writeClassifications(tx, decisions)
    await addWork(tx, 'classify', await readChildIds(tx, handedDownDifferently(before, decisions)))
    await settleWork(tx, 'classify', work)
    return work.length
  })
}

function classify(
  lineage: Lineage,
  rules: CompiledRules,
  model: Model,
  llm: LlmOpinion | undefined,
): ClassificationRow {
  const decision = decide({
    ...hearRules(rules, lineage),
    prediction: predict(model, toInput(lineage)),
    llm: llm ?? null,
    modelVersion: model.version,
    ruleSetVersion: rules.version,
    floor: defaultFloor,
  })
  return { ticketId: lineage.ticket.id, ...decision }
}

const handedDown = new Set(['override', 'rule', 'inherited'])

/** Tickets whose children may inherit something else than before. */
function handedDownDifferently(before: readonly DecisionBefore[], after: readonly ClassificationRow[]): string[] {
  const legacy = (d: { decidedBy: string; workType: string | null } | undefined) =>
    d && handedDown.has(d.decidedBy) ? `${d.decidedBy} ${d.workType}` : ''
  const known = new Map(before.map((d) => [d.ticketId, legacy(d)]))
  return after.filter((d) => (known.get(d.ticketId) ?? '') !== legacy(d)).map((d) => d.ticketId)
}
