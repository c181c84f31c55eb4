import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Model } from '@headroom/classification'
import { agreedWorkType } from '@headroom/domain'
import {
  beginRollout,
  type CorrectionRow,
  endLiveLayer,
  insertLayer,
  inTransaction,
  isAdaptationPaused,
  listLayers,
  readCorrections,
  readLineages,
  readPublishedRules,
  readRollout,
  readTicketSample,
  type Store,
  writeAudit,
} from '@headroom/store'
import type { LearnRequest, LearntLayer, TaughtTicket } from './learn-layer.ts'
import { toInput } from './to-input.ts'

/** With fewer corrections the shipped model decides alone: so few say little about an organisation. */
const correctionsMin = 10
/** The last ones count when there are more; learning from these takes seconds. */
const correctionsMax = 5000
/** Tickets that show how frequent an organisation's kinds of work are. */
const sampleSize = 1000

/** What came of looking whether there is something to learn. */
export type Adaptation =
  | { readonly kind: 'paused' | 'rolling-out' | 'too-few' | 'withdrawn' | 'nothing-new' }
  | { readonly kind: 'live' | 'refused'; readonly learnt: LearntLayer }

/**
 * Makes the organisation's layer anew from all that people corrected, always over the shipped model, so that the same corrections
 * give the same layer. It goes live, and all tickets are decided again in the background, only when it is not worse than the
 * shipped model on what it was not taught; either way it is kept with that evaluation. While tickets are still being decided with a
 * new model or rule set it waits; the classifier asks again when that is done.
 */
export async function adaptModel({
  store,
  model,
}: {
  readonly store: Store
  readonly model: Model
}): Promise<Adaptation> {
  if (await isAdaptationPaused(store.db)) return { kind: 'paused' }
  // Each layer is to reach every ticket: one that came with every correction would keep the oldest waiting for ever.
  if ((await readRollout(store.db))?.finishedAt === null) return { kind: 'rolling-out' }
  const { readAt, rows } = await readCorrections(store.db, correctionsMax)
  const taught = rows.flatMap(toTaught)
  if (taught.length < correctionsMin)
    return { kind: (await goBackToShipped({ store, model })) ? 'withdrawn' : 'too-few' }
  const correctionsHash = hashOf(model, taught)
  const [last] = await listLayers(store.db, 1)
  if (last?.correctionsHash === correctionsHash && last.state !== 'superseded') return { kind: 'nothing-new' }

  const learnt = await learnAside(model, await toRequest(store, taught))

  const state = learnt.goesLive ? 'live' : 'refused'
  return inTransaction(store, async (tx): Promise<Adaptation> => {
    const isKept = await insertLayer(tx, {
      baseVersion: model.version,
      modelVersion: learnt.modelVersion,
      state,
      corrections: taught.length,
      correctionsHash,
      evaluation: learnt.comparison,
      layer: learnt.bytes,
      madeAt: readAt,
      crossFitted: learnt.crossFitted,
    })
    if (!isKept) return { kind: 'paused' }
    if (state === 'refused') return { kind: state, learnt }
    const { version } = await readPublishedRules(tx)
    await beginRollout(tx, { modelVersion: learnt.modelVersion, ruleSetVersion: version })
    const detail = { corrections: taught.length, reason: learnt.comparison.reason }
    await writeAudit(tx, { actor: 'classifier', action: 'model.live', target: learnt.modelVersion, detail })
    return { kind: state, learnt }
  })
}

interface TaughtRow extends Pick<TaughtTicket, 'ticketId' | 'workType' | 'audited'> {
  readonly contentHash: string
}

/** What readers of an audit agree on goes before one person's override; where they don't agree, that one counts. */
function toTaught({ ticketId, override, labels, contentHash }: CorrectionRow): TaughtRow[] {
  const agreed = agreedWorkType(labels)
  const workType = agreed ?? override
  return workType === null ? [] : [{ ticketId, workType, audited: agreed !== null, contentHash }]
}

function hashOf(model: Model, taught: readonly TaughtRow[]): string {
  const hash = createHash('sha256').update(model.version)
  for (const t of taught) hash.update(`\n${t.ticketId} ${t.workType} ${t.audited} ${t.contentHash}`)
  return hash.digest('base64url')
}

/** People took their corrections back: what was learnt from them goes too. False when there was nothing. */
async function goBackToShipped({ store, model }: { readonly store: Store; readonly model: Model }): Promise<boolean> {
  return inTransaction(store, async (tx) => {
    if (!(await endLiveLayer(tx, { state: 'superseded', actor: null }))) return false
    const { version } = await readPublishedRules(tx)
    await beginRollout(tx, { modelVersion: model.version, ruleSetVersion: version })
    return true
  })
}

async function toRequest({ db }: Store, taught: readonly TaughtRow[]): Promise<LearnRequest> {
  const lineages = await readLineages(
    db,
    taught.map(({ ticketId }) => ticketId),
  )
  const inputs = new Map(lineages.map((lineage) => [lineage.ticket.id, toInput(lineage)]))
  const sample = await readLineages(db, await readTicketSample(db, sampleSize))
  return {
    corrections: taught.flatMap(({ ticketId, workType, audited }) => {
      const input = inputs.get(ticketId)
      return input ? [{ ticketId, workType, audited, input }] : []
    }),
    sample: sample.map(toInput),
  }
}

/** Learns in a thread of its own; a failure there is thrown here. */
async function learnAside(model: Model, request: LearnRequest): Promise<LearntLayer> {
  const worker = new Worker(new URL('./learn-worker.ts', import.meta.url), { workerData: { model, request } })
  try {
    const [learnt] = (await once(worker, 'message')) as [LearntLayer]
    return learnt
  } finally {
    await worker.terminate()
  }
}
