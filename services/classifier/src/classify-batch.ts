import {
  type ClassifierInput,
  type CompiledRules,
  decide,
  defaultFloor,
  hearRules,
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
  type TicketToClassify,
  takeWork,
  writeClassifications,
} from '@headroom/store'
import type { ClassifierDeps } from './classifier-deps.ts'
import { readRules } from './read-rules.ts'

const batchSize = 500

/** Decides about one batch of waiting tickets; answers how many there were. */
export async function classifyBatch(deps: Pick<ClassifierDeps, 'store' | 'model'>): Promise<number> {
  return inTransaction(deps.store, async (tx) => {
    const work = await takeWork(tx, 'classify', batchSize)
    const ids = work.map((w) => w.ticketId)
    const lineages = await readLineages(tx, ids)
    const rules = await readRules(tx)
    const before = await readDecisions(tx, ids)

    const decisions = lineages.map((lineage) => classify(lineage, rules, deps))

    await writeClassifications(tx, decisions)
    await addWork(tx, 'classify', await readChildIds(tx, handedDownDifferently(before, decisions)))
    await settleWork(tx, 'classify', work)
    return work.length
  })
}

function classify(
  { ticket, ancestors }: Lineage,
  rules: CompiledRules,
  { model }: Pick<ClassifierDeps, 'model'>,
): ClassificationRow {
  const decision = decide({
    ...hearRules(rules, { ticket, ancestors }),
    prediction: predict(model, toInput(ticket, ancestors[0])),
    modelVersion: model.version,
    ruleSetVersion: rules.version,
    floor: defaultFloor,
  })
  return { ticketId: ticket.id, ...decision }
}

function toInput(ticket: TicketToClassify, parent: TicketToClassify | undefined): ClassifierInput {
  return { ...ticket, parent: parent ? { title: parent.title, type: parent.type } : null }
}

const handedDown = new Set(['override', 'rule', 'inherited'])

/** Tickets whose children may inherit something else than before. */
function handedDownDifferently(before: readonly DecisionBefore[], after: readonly ClassificationRow[]): string[] {
  const legacy = (d: { decidedBy: string; workType: string | null } | undefined) =>
    d && handedDown.has(d.decidedBy) ? `${d.decidedBy} ${d.workType}` : ''
  const known = new Map(before.map((d) => [d.ticketId, legacy(d)]))
  return after.filter((d) => (known.get(d.ticketId) ?? '') !== legacy(d)).map((d) => d.ticketId)
}
