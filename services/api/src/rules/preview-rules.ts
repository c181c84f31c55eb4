import {
  type Candidate,
  type Classification,
  type CompiledRules,
  compileRules,
  type DecisionSource,
  decideAgain,
  type Heard,
  hearRules,
  type RuleSet,
  sameUnderBoth,
} from '@headroom/classification'
import { type Category, categories, type WorkType } from '@headroom/domain'
import type { SupposedDecisions } from '@headroom/measures'
import {
  type Db,
  type DecidedWith,
  type KeptDecisionRow,
  type Lineage,
  readDecidedWith,
  readKeptDecisions,
  readLineages,
} from '@headroom/store'
import { type RuleHits, ruleHits } from './rule-hits.ts'

/** Tickets that are looked at together; what is kept of them afterwards is only what would change. */
const pageSize = 250
const samplesOfMove = 4
const samplesMax = 24

type Label = Category | 'unclassified'

/** A ticket of which something else would be decided. */
export interface Reclassified {
  readonly ticketId: string
  readonly key: string
  readonly title: string
  readonly from: { readonly category: Label; readonly workType: WorkType | null; readonly decidedBy: string }
  readonly to: { readonly category: Label; readonly workType: WorkType | null; readonly decidedBy: string }
  /** What decides then, in words. */
  readonly because: readonly string[]
}

/** What a draft of rules would change. */
export interface RulePreview {
  readonly tickets: {
    readonly total: number
    /** Of which the rules say something else, if only the reason. */
    readonly decidedAnew: number
    /** That change their category, and that change their work type. */
    readonly movedCategory: number
    readonly movedWorkType: number
    /** Not looked at, since they wait for their first decision. */
    readonly undecided: number
  }
  readonly moves: readonly { readonly from: Label; readonly to: Label; readonly tickets: number }[]
  readonly rules: readonly RuleHits[]
  readonly samples: readonly Reclassified[]
  readonly supposed: SupposedDecisions
}

/**
 * Walks over all tickets and asks both rule sets about each; decides again, with what the model thought before, where
 * they differ. Reads descriptions only when a rule does. Memory grows with what would change, not with the tickets.
 */
export async function previewRules(db: Db, published: RuleSet, draft: RuleSet): Promise<RulePreview> {
  const [now, next] = [compileRules(published), compileRules(draft)]
  const descriptions = now.readsDescriptions || next.readsDescriptions
  const hits = ruleHits(draft.rules)
  const found = findings()
  for (let after: DecidedWith | null | undefined = null; after !== undefined; ) {
    const page: DecidedWith[] = await readDecidedWith(db, { after, limit: pageSize })
    after = page.length < pageSize ? undefined : page.at(-1)
    const lineages = await readLineages(
      db,
      page.map(({ ticketId }) => ticketId),
      { descriptions },
    )
    found.total += lineages.length
    for (const lineage of lineages) hits.count(next.all(lineage))
    const changed = lineages.filter((lineage) => !sameUnderBoth(now, next, lineage))
    await decideChanged(db, changed, next, found)
  }
  return summary(found, hits.all())
}

interface Findings {
  total: number
  decidedAnew: number
  undecided: number
  movedWorkType: number
  readonly moves: Map<string, { from: Label; to: Label; tickets: number }>
  readonly samples: Map<string, Reclassified[]>
  readonly supposed: Map<string, SupposedDecisions extends ReadonlyMap<string, infer D> ? D : never>
}

function findings(): Findings {
  const counts = { total: 0, decidedAnew: 0, undecided: 0, movedWorkType: 0 }
  return { ...counts, moves: new Map(), samples: new Map(), supposed: new Map() }
}

async function decideChanged(
  db: Db,
  changed: readonly Lineage[],
  rules: CompiledRules,
  found: Findings,
): Promise<void> {
  const kept = new Map(
    (
      await readKeptDecisions(
        db,
        changed.map(({ ticket }) => ticket.id),
      )
    ).map((row) => [row.ticketId, row]),
  )
  for (const lineage of changed) {
    const row = kept.get(lineage.ticket.id)
    if (!row) found.undecided += 1
    else note(found, lineage, row, decideAsKept(row, hearRules(rules, lineage), rules.version))
  }
}

function decideAsKept(row: KeptDecisionRow, heard: Heard, version: number): Classification {
  const candidates = row.candidates as readonly Candidate[]
  return decideAgain({ ...row, decidedBy: row.decidedBy as DecisionSource, candidates }, heard, version)
}

function note(found: Findings, { ticket }: Lineage, row: KeptDecisionRow, decision: Classification): void {
  found.decidedAnew += 1
  const { category, workType, decidedBy, confidence, probabilities: p } = decision
  found.supposed.set(ticket.id, {
    category,
    workType,
    decidedBy,
    confidence,
    // In single precision, as the store would keep them: the split foretold is the split to come, to the last digit.
    pFeature: Math.fround(p.feature),
    pStrategic: Math.fround(p.strategic),
    pSustaining: Math.fround(p.sustaining),
  })
  if (row.workType !== workType) found.movedWorkType += 1
  if (row.category === category) return
  const name = `${row.category} ${category}`
  const move = found.moves.get(name) ?? { from: row.category, to: category, tickets: 0 }
  move.tickets += 1
  found.moves.set(name, move)
  const samples = found.samples.get(name) ?? []
  found.samples.set(name, samples)
  if (samples.length >= samplesOfMove) return
  samples.push({
    ticketId: ticket.id,
    key: ticket.key,
    title: ticket.title,
    from: { category: row.category, workType: row.workType, decidedBy: row.decidedBy },
    to: { category, workType, decidedBy },
    because: decision.evidence.map(({ text }) => text),
  })
}

function summary(found: Findings, rules: readonly RuleHits[]): RulePreview {
  const { total, decidedAnew, undecided, movedWorkType } = found
  const order: readonly Label[] = [...categories, 'unclassified']
  const moves = [...found.moves.values()].sort(
    (a, b) => b.tickets - a.tickets || order.indexOf(a.from) - order.indexOf(b.from),
  )
  const movedCategory = moves.reduce((sum, { tickets }) => sum + tickets, 0)
  return {
    tickets: { total, decidedAnew, movedCategory, movedWorkType, undecided },
    moves,
    rules,
    samples: moves.flatMap(({ from, to }) => found.samples.get(`${from} ${to}`) ?? []).slice(0, samplesMax),
    supposed: found.supposed,
  }
}
