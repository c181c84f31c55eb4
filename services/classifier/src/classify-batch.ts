import {
  applyRules,
  type ClassifierInput,
  checkRuleSet,
  decide,
  inheritedFrom,
  predict,
  type RuleSet,
} from '@headroom/classification'
import {
  addWork,
  type ClassificationRow,
  type Db,
  type DecisionBefore,
  inTransaction,
  type Lineage,
  readChildIds,
  readDecisions,
  readLineages,
  readPublishedRules,
  settleWork,
  type TicketToClassify,
  takeWork,
  writeClassifications,
} from '@headroom/store'
import type { ClassifierDeps } from './classify-service.ts'

const batchSize = 500

/** Decides about one batch of waiting tickets; answers how many there were. */
export async function classifyBatch(deps: ClassifierDeps): Promise<number> {
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

async function readRules(db: Db): Promise<RuleSet> {
  const stored = await readPublishedRules(db)
  const checked = checkRuleSet(stored)
  if (!checked.ok) throw new Error(`The published rule set ${stored.version} is broken: ${checked.problems.join('; ')}`)
  return checked.ruleSet
}

function classify({ ticket, ancestors }: Lineage, rules: RuleSet, { model }: ClassifierDeps): ClassificationRow {
  const { override } = ticket
  const decision = decide({
    override,
    ruleMatch: applyRules(rules, { ticket, ancestors }),
    inherited: inheritedFrom(
      ancestors.map((ancestor, i) => ({
        key: ancestor.key,
        title: ancestor.title,
        override: ancestor.override,
        ruleMatch: applyRules(rules, { ticket: ancestor, ancestors: ancestors.slice(i + 1) }),
      })),
    ),
    prediction: predict(model, toInput(ticket, ancestors[0])),
    modelVersion: model.version,
    ruleSetVersion: rules.version,
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
